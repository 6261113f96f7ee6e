"""Where a request comes from: the address that sign-in, the audit and every limit go by.

Behind a reverse proxy the connection is the proxy's. What it says in `X-Forwarded-For` and `X-Forwarded-Proto` is
believed from the networks in `BIAOCHI_TRUSTED_PROXIES` and from nobody else, and only where it is an address.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

UNKNOWN = "unknown"
_LONGEST = 1000  # characters of X-Forwarded-For, from its end: what a proxy adds stands there
_MOST_HOPS = 10
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?|(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from. `scheme`: as the browser spoke, None if no proxy that is believed says so."""

    address: str
    scheme: str | None


def client_address(scope: Mapping[str, Any]) -> str:
    """The client's address of an ASGI scope, as :class:`api.client.KnownClients` put it there; `unknown` without one.

    Flask has the scope in `request.environ["asgi.scope"]`.
    """
    client = scope.get("client")
    return str(client[0]) if client else UNKNOWN


def origin_of(peer: str, headers: Iterable[tuple[bytes, bytes]], *, trusted: Iterable[Network]) -> Origin:
    """Where the request really comes from that the connection of `peer` brought.

    From the right of `X-Forwarded-For` every address of a trusted network is passed over; the first other one is the
    client. Whatever is no address ends the search at the last hop that is known.
    """
    networks = tuple(trusted)
    found = address_of(peer)
    if found is None or not _is_in(found, networks):
        return Origin(str(found or peer), None)
    named: dict[bytes, list[str]] = {}
    for name, value in headers:
        named.setdefault(name.lower(), []).append(value.decode("latin-1"))
    for hop in _hops(",".join(named.get(b"x-forwarded-for", []))):
        before = address_of(hop)
        if before is None:
            break
        found = before
        if not _is_in(found, networks):
            break
    scheme = ",".join(named.get(b"x-forwarded-proto", [])).rpartition(",")[2].strip().lower()
    return Origin(str(found), scheme if scheme in ("http", "https") else None)


def address_of(text: str) -> Address | None:
    """`text` as an address, with or without a port; None if it is none. IPv4 written as IPv6 is IPv4."""
    given = text.strip()
    if (match := _WITH_PORT.fullmatch(given)) is not None:
        given = match[1] or match[2]
    if "%" in given:  # a zone means something on the machine that wrote it only
        return None
    try:
        found = ipaddress.ip_address(given)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def neighbourhood(address: str) -> str:
    """What limits count as one: an IPv4 address; of IPv6 the /64 that one subscriber has; anything else as it is."""
    found = address_of(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address if found is None else str(found)


def _hops(forwarded: str) -> list[str]:
    """The addresses named, the nearest first."""
    kept = forwarded[-_LONGEST:]
    hops = kept.split(",")
    if len(kept) < len(forwarded):
        del hops[0]  # its beginning is cut off
    return [hop.strip() for hop in reversed(hops)][:_MOST_HOPS] if kept.strip() else []


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
