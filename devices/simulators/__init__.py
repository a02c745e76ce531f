"""Devices that are not there: a printer whose paper is a picture, a scanner on a pseudo-terminal.

They ship with the product for the demo, for training and for the doctor command. They understand the wire, and
share no code with the drivers they stand opposite to.
"""
