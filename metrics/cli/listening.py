"""The port of the service, taken before anything heavy is started; why it cannot be had, and what to do."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from metrics.cli.answering import BACKLOG
from metrics.errors import Message, Unavailable


@contextmanager
def taken_port(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to the address. Raises Unavailable if it cannot be had."""
    try:
        listener = _listening(host, port)
    except (OSError, UnicodeError) as error:  # the latter: a name whose parts are too long or empty
        raise Unavailable(code=_code(error), message=_reason(host, port, error)) from error
    with listener:
        yield listener


def _listening(host: str, port: int) -> socket.socket:
    """Of two that bind at once, listening decides. Raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, place = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _is_of_the_host(error: Exception) -> bool:
    """True if no port of that host could be had: it is no name or address, or not this machine's."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return True
    return isinstance(error, OSError) and error.errno == errno.EADDRNOTAVAIL


def _code(error: Exception) -> str:
    return "address_not_here" if _is_of_the_host(error) else "address_taken"


def _reason(host: str, port: int, error: Exception) -> Message:
    said = getattr(error, "strerror", None) or str(error)
    shown = host if host.isprintable() else repr(host)
    if _is_of_the_host(error):
        return Message(
            f"无法监听 {shown}:{port}({said});BIAOCHI_HOST 应为本机的一个地址或主机名:"
            "127.0.0.1 只供本机,0.0.0.0 为本机全部地址。",
            f"Cannot listen on {shown}:{port} ({said}). BIAOCHI_HOST has to be an address or a name of this machine: "
            "127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses.",
        )
    if isinstance(error, PermissionError):
        return Message(
            f"无法监听 {shown}:{port}({said});1024 以下的端口普通用户不能用,请用 BIAOCHI_PORT 换一个,前面架反向代理。",
            f"Cannot listen on {shown}:{port} ({said}). Ports below 1024 are not for ordinary users: choose another by "
            "BIAOCHI_PORT, with a reverse proxy in front.",
        )
    return Message(
        f"无法监听 {shown}:{port}({said});端口可能已被占用,可用 BIAOCHI_PORT 换一个。",
        f"Cannot listen on {shown}:{port} ({said}). If the port is taken, choose another: "
        f"BIAOCHI_PORT={port + 1 if port < 65535 else port - 1} make run",
    )
