"""Security headers on every answer, HTTPS where it stands in front, and HEAD: whatever GET answers, without its body.

The dashboard sets its own content security policy; here is the API's.

Over HTTPS the browser is told to stay with it, and the cookies of a session and of a sign-in at an identity provider
are such as nothing else can set. Inside they have one name everywhere; on the wire they are called `__Host-…` then: a
browser takes such a one from this very host only, and sends it over HTTPS only. One without the mark, which a
neighbouring host might have set, is not looked at.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.cookies import IDENTITY_COOKIE, SESSION_COOKIE
from metrics.settings import settings

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NOWHERE = "frame-ancestors 'none'"
_API_POLICY = f"default-src 'none'; {_NOWHERE}"

_MARK = b"__Host-"
_MARKED = (SESSION_COOKIE.encode(), IDENTITY_COOKIE.encode())
_STAY = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeaders:
    """ASGI middleware that adds headers nobody else has set."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", _API_POLICY)
                framed = _NOWHERE not in headers["Content-Security-Policy"]
                for name, value in _ALWAYS.items():
                    if name != "X-Frame-Options" or not framed:  # it cannot name those who may (dashboard/window/)
                        headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HeadAsGet:
    """ASGI middleware that asks the application for GET and leaves the body out (RFC 9110, 9.3.2).

    A `Range` means something for GET alone (14.2): HEAD answers for the whole.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"range"]
        await self.app({**scope, "method": "GET", "headers": headers}, receive, send_without_body)


class HttpsInFront:
    """ASGI middleware for what came over HTTPS: as a trusted proxy says, or everything where BIAOCHI_SECURE_COOKIES."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (settings().secure_cookies or scope["scheme"] == "https"):
            await self.app(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [_outwards(name, value) for name, value in message.get("headers", [])]
                message = {**message, "headers": [*headers, _STAY]}
            await send(message)

        headers = [(name, _inwards(value) if name == b"cookie" else value) for name, value in scope["headers"]]
        await self.app({**scope, "scheme": "https", "headers": headers}, receive, send_marked)


def _inwards(cookies: bytes) -> bytes:
    """The cookies with marked ones under their inner names, and without those of these names that have no mark."""
    kept = []
    for cookie in cookies.split(b";"):
        name, _, value = cookie.strip().partition(b"=")
        inner = name.removeprefix(_MARK)
        if name != inner and inner in _MARKED:
            kept.append(inner + b"=" + value)
        elif name not in _MARKED:
            kept.append(cookie.strip())
    return b"; ".join(kept)


def _outwards(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"set-cookie":
        return name, value
    if b"secure" not in [part.strip().lower() for part in value.split(b";")]:
        value += b"; Secure"
    return name, _MARK + value if value.partition(b"=")[0] in _MARKED else value
