"""Coupons: issued in series, set aside for a till, taken by a receipt; who took one first, and who took it again."""
