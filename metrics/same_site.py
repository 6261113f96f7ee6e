"""Whether a request was sent by a page of this site: browsers say where a request comes from, and pages cannot lie."""

from __future__ import annotations

_OWN = frozenset({"same-origin", "none"})  # none: typed, or from a bookmark


def is_from_own_page(site: str | None, origin: str | None, *, own: str) -> bool | None:
    """True for a page of `own` (`https://host`), False for any other sender; None if the request does not say.

    `site` is the header `Sec-Fetch-Site`, which decides; browsers send it to HTTPS and localhost only, so elsewhere
    `origin`, the header `Origin`, does: scheme, host and port are to be ours.
    """
    if site is not None:
        return site.lower() in _OWN
    return None if origin is None else origin.lower() == own.lower()
