"""Members as tills need to know them."""
