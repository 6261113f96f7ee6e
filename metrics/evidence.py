"""Addresses of evidence (佐证): where one is given it is an http or https address, and nothing else. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from metrics.errors import Message, Problem
from metrics.forms import as_given


def evidence_problems(address: str) -> list[Problem]:
    """What is wrong with the field `evidence`; an empty one says that there is none."""
    if not address or _is_web_address(address):
        return []
    message = Message("佐证须为 http 或 https 网址。", "Evidence is an http or https address.")
    return [Problem("evidence_invalid", message, "/evidence", given=as_given(address))]


def _is_web_address(address: str) -> bool:
    try:
        split = urlsplit(address)
        good = split.scheme in ("http", "https") and bool(split.hostname) and address.isprintable()
    except ValueError:
        return False
    return good and " " not in address
