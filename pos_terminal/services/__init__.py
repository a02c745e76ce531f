"""Carries out the effects that the core asks for, against the store's files and the devices; reports the outcome."""
