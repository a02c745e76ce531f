"""Offers on their way to the tills."""
