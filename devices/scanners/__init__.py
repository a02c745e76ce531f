"""Ways to a scanner: serial line, evdev with an exclusive grab, keyboard burst as fallback, memory."""
