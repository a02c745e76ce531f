"""The parts that screens are made of; widths are counted in terminal cells, never in characters."""
