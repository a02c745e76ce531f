"""The whole chain on one machine: demo, import, replay, simulation.

The only package that may import all the others; nothing may import it.
"""
