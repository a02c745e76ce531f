"""The till's pure core: a state, commands, and what is to be done about them.

No screen, no file, no device, no clock: `handle` is a function of what it is given.
"""
