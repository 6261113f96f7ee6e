"""The media type of a published file, by the ending of its name."""

from __future__ import annotations

_BY_ENDING = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "md": "text/markdown",
    "py": "text/x-python",
    "txt": "text/plain",
}


def media_type_of(name: str) -> str:
    """``rates.csv`` → ``text/csv; charset=utf-8``. Raises KeyError for an ending that nothing published has."""
    return f"{_BY_ENDING[name.rpartition('.')[2]]}; charset=utf-8"
