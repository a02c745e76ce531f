"""Ways to a printer: network, serial line, device file, memory. Which one is used is configuration."""
