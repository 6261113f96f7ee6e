"""The media type of a published file, by the ending of its name."""

from __future__ import annotations

_TEXTS = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "md": "text/markdown",
    "py": "text/x-python",
    "txt": "text/plain",
}
_BINARIES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def media_type_of(name: str) -> str:
    """``rates.csv`` → ``text/csv; charset=utf-8``. Raises KeyError for an ending that nothing published has."""
    ending = name.rpartition(".")[2]
    return _BINARIES.get(ending) or f"{_TEXTS[ending]}; charset=utf-8"
