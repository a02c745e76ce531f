"""Carries journal entries up and feeds down, between a host of the store, its hub and headquarters.

The journal is its outbox: it reads there and writes nothing. One pass is a plain call; waiting, repeating and
reporting are the runner's alone.
"""
