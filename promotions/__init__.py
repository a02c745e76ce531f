"""The price of a basket under a set of offers: one pure function, the same at the till and at headquarters.

No clock, no chance, no storage: what the engine needs to know is in its arguments, and why an offer applied or did
not is part of its answer.
"""
