"""Headquarters' tables, one file for each aggregate; they import no slice, so that every slice may import them."""
