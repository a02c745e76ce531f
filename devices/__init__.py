"""Drivers for scanners, printers, drawers, displays and scales, and the neutral receipt that a printer prints.

They know nothing of shops: nothing of ours is imported here. A driver loads its own library only when it is used,
so that a till without USB never loads evdev, and simulators ship beside the real ones.
"""
