"""Workbook bytes in, a grid of cells out: the parts of an .xlsx file, its cells, and what changes their look."""
