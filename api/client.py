"""Who is at the other end, by which name it calls us, and whether its headers are such as clients send.

Whatever comes after :class:`KnownClients` sees the client's own address and how its browser spoke.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from api.bodies import has_body
from api.early_refusals import early_refusal
from metrics.addresses import address_of, origin_of
from metrics.errors import Message
from metrics.settings import settings

_MOST_HEADERS = 100
_LONGEST_HEADERS = 32 * 1024  # bytes, names and values together
_LONGEST_ADDRESS = 16 * 1024  # bytes of path and query
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]{1,255})(?::\d{1,5})?")
_FOR_PROBES = ("/healthz", "/readyz")  # asked by whatever name a container has


class KnownClients:
    """ASGI middleware that puts what trusted proxies say into the scope (:mod:`metrics.addresses`)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (peer := scope.get("client")) is not None:
            origin = origin_of(peer[0], scope["headers"], trusted=settings().trusted_proxies)
            scope = {**scope, "client": (origin.address, peer[1]), "scheme": origin.scheme or scope["scheme"]}
            scope.setdefault("state", {})  # one for everybody who comes after, the principal that is found among it
        await self.app(scope, receive, send)


class FitRequests:
    """ASGI middleware that refuses what is too long, and requests that mean another host than this one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = _unfit(scope) if scope["type"] == "http" else None
        answer = self.app if refused is None else early_refusal(scope, *refused, close=has_body(scope))
        await answer(scope, receive, send)


def _unfit(scope: Scope) -> tuple[int, str, Message] | None:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if len(headers) > _MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > _LONGEST_HEADERS:
        return 431, "headers_too_large", Message("请求头过多或过长。", "The headers are too many or too long.")
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _LONGEST_ADDRESS:
        return 414, "address_too_long", Message("请求地址过长。", "The address is too long.")
    if {b"content-length", b"transfer-encoding"} <= {name for name, _ in headers}:  # RFC 9112, 6.1: one of them lies
        return (
            400,
            "length_ambiguous",
            Message(
                "请求同时带有 Content-Length 与 Transfer-Encoding。",
                "The request has both Content-Length and Transfer-Encoding.",
            ),
        )
    if scope["path"] in _FOR_PROBES:
        return None
    hosts = [value for name, value in headers if name == b"host"]
    named = _HOST.fullmatch(hosts[0].decode("latin-1")) if len(hosts) == 1 else None
    if named is None:
        return (
            400,
            "host_malformed",
            Message("请求缺少主机名或主机名有误。", "The Host header is missing or malformed."),
        )
    if not _is_ours(named[1].lower()):
        return (
            421,
            "host_unknown",
            Message(
                "本服务不以该主机名提供。请管理员设置 BIAOCHI_ALLOWED_HOSTS。",
                "The service is not known by this host name. Its operator sets BIAOCHI_ALLOWED_HOSTS.",
            ),
        )
    return None


def _is_ours(host: str) -> bool:
    """True if the service may be called `host` (lower case, without a port)."""
    allowed = settings().allowed_hosts
    if "*" in allowed or (not allowed and _is_loopback(settings().host)):
        return True
    if allowed:
        return _is_among(host, [*allowed, "localhost", "127.0.0.1", "[::1]"])
    return address_of(host.strip("[]")) is not None or _is_among(host, _own_names())


def _is_among(host: str, names: Iterable[str]) -> bool:
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in names)


def _is_loopback(bound: str) -> bool:
    if bound == "localhost":
        return True
    try:
        return ipaddress.ip_address(bound).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _own_names() -> tuple[str, ...]:
    """By which names a machine is called where nothing is set: its own, and that of its public address.

    Bare addresses are taken as well: a page of another site can have its name resolve to us, never its address.
    """
    public = urlsplit(settings().public_url).hostname
    names = ("localhost", socket.gethostname(), socket.getfqdn(), public or "")
    return tuple(name.lower() for name in names if name)
