"""If-Match (RFC 9110, 13.1.1) as revisions use it: it names the version that is revised."""

from __future__ import annotations


def named_versions(if_match: str | None) -> list[str]:
    """The entity tags in the value of an If-Match header; none without one, and none for `*`, which names none."""
    if if_match is None or if_match.strip() == "*":
        return []
    return [tag.strip() for tag in if_match.split(",")]
