"""Texts and names of sheets within formulas and references."""

from __future__ import annotations


def quoted(text: str) -> str:
    """`text` as a string within a formula."""
    return '"' + text.replace('"', '""') + '"'


def quoted_sheet(name: str) -> str:
    """A sheet's name within a reference."""
    return "'" + name.replace("'", "''") + "'"
