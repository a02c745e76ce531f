"""Stores, zones, tills, and how a till proves who it is."""
