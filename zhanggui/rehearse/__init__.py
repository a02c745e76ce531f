"""The real grocer's year priced again, basket by basket, under offers derived from its own traces."""
