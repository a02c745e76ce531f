"""What a receipt may cost at best, worked out from the rules alone: the engine's truth, sharing none of its code."""
