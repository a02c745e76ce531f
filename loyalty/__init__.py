"""Points, levels, stored value and cards: pure functions over entries that are only ever added, never changed.

A balance is the sum of its entries. What is not allowed comes back as a refusal, and nothing here stores anything.
"""
