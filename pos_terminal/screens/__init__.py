"""The till's screens: each draws a state and tells which command was given; rules, SQL and devices are elsewhere."""
