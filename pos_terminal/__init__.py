"""The till: a pure core that decides, services that carry out, screens that draw.

It touches only files and devices of its own host and never waits for a network; a sale completes with everything
else down.
"""
