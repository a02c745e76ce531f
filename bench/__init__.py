"""Measures speed and runs the long proofs; every figure stands beside a floor measured in the same run. Not shipped."""
