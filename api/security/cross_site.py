"""Other sites must not act with a visitor's cookie: a browser says where a request comes from, and pages cannot lie."""

from __future__ import annotations

from fastapi import Request

from metrics.errors import Forbidden, Message
from metrics.settings import settings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})  # none: typed, or from a bookmark


def refuse_cross_site(request: Request, *, allow_unsaid: bool = False) -> None:
    """Raise Forbidden `cross_site` unless an unsafe request comes from this site's own pages.

    `Sec-Fetch-Site` decides; browsers send it to HTTPS and localhost only, so elsewhere `Origin` does. A request
    with neither is refused unless `allow_unsaid`: no browser sends it, but nothing proves that.
    """
    if request.method in _SAFE_METHODS:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        own = site.lower() in _OWN
    elif origin is not None:
        scheme = "https" if settings().secure_cookies else request.url.scheme
        own = origin.lower() == f"{scheme}://{request.headers.get('host', '')}".lower()
    else:
        own = allow_unsaid
    if not own:
        raise Forbidden(
            code="cross_site",
            message=Message(
                "该请求不是由本站页面发出,已拒绝。脚本请使用令牌。",
                "This request did not come from a page of this site. Scripts use a bearer token.",
            ),
        )
