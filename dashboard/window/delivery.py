"""How answers leave: security headers and a content security policy on each, compressed where that pays."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256

from flask import Flask, Response, request

from dashboard.window.asset_files import is_unchanging
from metrics.settings import settings

_NOWHERE = "frame-ancestors 'none'"
_YEAR = 31_536_000  # seconds
_SMALLEST = 1024
_COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_STATIC = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")


def install_delivery(
    server: Flask, *, script_hashes: Sequence[str], may_be_framed: Callable[[], bool] = lambda: False
) -> None:
    """Add headers and compression to every answer of `server`. `script_hashes`: of the inline scripts of its pages.

    `may_be_framed`: what is asked for just now may stand in a page of those whom the settings name.
    """
    policy = content_security_policy(script_hashes)

    def finish(response: Response) -> Response:
        framing = settings().embed_origins if may_be_framed() else ()
        for name, value in _ALWAYS.items():
            if name != "X-Frame-Options" or not framing:  # which knows of no origin but one's own
                response.headers.setdefault(name, value)
        if framing:
            ancestors = " ".join("'self'" if origin == "self" else origin for origin in framing)
            response.headers["Content-Security-Policy"] = policy.replace(_NOWHERE, f"frame-ancestors {ancestors}")
        response.headers.setdefault("Content-Security-Policy", policy)
        if not request.path.startswith(_STATIC):
            response.headers.setdefault("Cache-Control", "no-store")
        elif response.status_code == 200 and is_unchanging(request.path):
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return _compressed(response)

    server.after_request(finish)


def content_security_policy(script_hashes: Sequence[str]) -> str:
    """Scripts of our own and the hashed ones; inline styles (Mantine, Plotly need them); nothing from elsewhere."""
    scripts = " ".join(["'self'", *script_hashes])
    return (
        # Hashes instead of 'unsafe-inline' for scripts; inline styles are the libraries' (decision 115).
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " + _NOWHERE
    )


def script_hash(script: str) -> str:
    """What the policy calls a script that stands in a page: `'sha256-…'`, its quotes included."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _compressed(response: Response) -> Response:
    if (
        response.status_code != 200
        or "Content-Encoding" in response.headers
        or not (response.content_type or "").startswith(_COMPRESSIBLE)
        or not request.accept_encodings["gzip"]
    ):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < _SMALLEST:
        return response
    static = request.path.startswith(_STATIC)
    response.set_data(_packed_once(body) if static else gzip.compress(body, compresslevel=5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    if response.headers.get("ETag"):
        tag = response.get_etag()[0] or ""
        response.set_etag(tag, weak=True)
    return response


@lru_cache(maxsize=64)
def _packed_once(body: bytes) -> bytes:
    """The same file is compressed once a process."""
    return gzip.compress(body, compresslevel=9, mtime=0)
