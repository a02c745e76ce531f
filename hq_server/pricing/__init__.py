"""What items are sold for, and what they cost."""
