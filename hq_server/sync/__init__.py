"""What stores send up and ask: accepted as bytes, folded into rows and sums, answered."""
