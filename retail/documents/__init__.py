"""The documents: what happened, written once where it happened, kept for ever.

One frozen struct per kind and version. A struct that has been released never changes: a change is a new version with
an upcaster beside it and new golden bytes. Fields are written as an array, in order, all of them; meaning sits in the
position, so nothing is ever inserted, reordered or given another default.
"""
