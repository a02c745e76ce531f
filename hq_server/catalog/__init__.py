"""Items and their codes."""
