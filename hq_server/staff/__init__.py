"""Who works at the tills, and what they may do there."""
