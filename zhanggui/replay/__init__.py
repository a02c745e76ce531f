"""Lives a real chain's year again: every historic basket through a till's journal, an agent and headquarters.

Nothing here takes a short cut: one transaction for each receipt, real keys, the real protocol over HTTP. At the end
headquarters' sums are compared with the dataset's own.
"""
