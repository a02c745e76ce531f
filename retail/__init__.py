"""The vocabulary every part of the system shares: money, quantities, documents, their bytes and what they add up to.

Nothing here reads a clock, a disk, a network or a random number, and nothing here imports another package of ours:
till, store hub and headquarters must read one document in exactly one way.
"""
