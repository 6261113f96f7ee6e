"""Cells as texts: what a spreadsheet would run is made harmless, numbers are left alone."""

from __future__ import annotations

from metrics.publish.dataset import Cell

# What starts a formula in Excel, WPS or LibreOffice; full-width signs do so in Chinese and Japanese editions.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutralised(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, with an apostrophe before it; anything else unchanged."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS) else cell
