"""Figures as they are now: sums of everything folded, a second behind the last receipt, without any day-end."""
