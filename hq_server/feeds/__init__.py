"""What comes down: published rows, signed deltas and snapshots, and the board that shows where they have arrived."""
