"""Other sites must not act with a visitor's cookie: a browser says where a request comes from, and pages cannot lie."""

from __future__ import annotations

from fastapi import Request

from metrics.errors import Forbidden, Message
from metrics.same_site import is_from_own_page
from metrics.settings import settings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_cross_site(request: Request, *, allow_unsaid: bool = False) -> None:
    """Raise Forbidden `cross_site` unless an unsafe request comes from this site's own pages.

    `Sec-Fetch-Site` decides; browsers send it to HTTPS and localhost only, so elsewhere `Origin` does. A request
    with neither is refused unless `allow_unsaid`: no browser sends it, but nothing proves that.
    """
    if request.method in _SAFE_METHODS:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    scheme = "https" if settings().secure_cookies else request.scope["scheme"]
    here = f"{scheme}://{request.headers.get('host', '')}"
    own = is_from_own_page(site, origin, own=here)
    if not (allow_unsaid if own is None else own):
        raise Forbidden(
            code="cross_site",
            message=Message(
                "该请求不是由本站页面发出,已拒绝。脚本请使用令牌。",
                "This request did not come from a page of this site. Scripts use a bearer token.",
            ),
        )
