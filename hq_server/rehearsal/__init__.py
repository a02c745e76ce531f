"""Offers tried on real receipts before release, and their cost, lift and return afterwards."""
