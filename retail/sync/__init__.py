"""The two machines of a hop: the one that sends entries up and the one that takes them in.

Both are sans-I/O: values in, values out. Till host, store hub and headquarters drive the very same code with their
own storage, clock and signature check, and a seeded simulator drives it in the tests.
"""
