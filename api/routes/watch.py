"""`/metrics`: what a monitoring system asks; for this machine, networks that are named and whoever has the token."""

from __future__ import annotations

import asyncio
import hmac

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from metrics.addresses import address_of, client_address
from metrics.errors import Message, NotFound
from metrics.settings import settings
from metrics.watch.exposition import MEDIA_TYPE, exposition
from metrics.watch.records import Records

log = structlog.get_logger(__name__)
router = APIRouter(tags=["operations"])

_PATIENCE = 0.5  # seconds for the database; what it has not said by then is told as it was last found
# Who comes by a proxy that is not trusted has the proxy's address, which may be this machine's.
_SIGNS_OF_A_PROXY = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        404: {"description": "Not for this address, and no token"},
    },
)
async def metrics(request: Request) -> Response:
    """Requests, refusals, places, connections, the ledger, submissions and freshness, as Prometheus reads them.

    For addresses in `BIAOCHI_METRICS_FROM` and bearers of `BIAOCHI_METRICS_TOKEN`. It answers within a second
    whatever the database and other clients do: what is not found in time is told as it was last found, for some
    seconds; then it is left out, and `biaochi_watch_found` says of which part.
    """
    _refuse_others(request)
    records: Records = request.app.state.records
    looking = asyncio.create_task(asyncio.to_thread(records.look))
    await asyncio.wait({looking}, timeout=_PATIENCE)
    if looking.done():
        looking.result()
    body = await asyncio.to_thread(
        exposition, traffic=request.state.traffic, places=request.state.places, records=records
    )
    return Response(body, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _refuse_others(request: Request) -> None:
    """Raise NotFound `metrics_elsewhere` for whoever may not read what is watched."""
    configured = settings()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = "" if configured.metrics_token is None else configured.metrics_token.get_secret_value()
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return
    address = address_of(client_address(request.scope))
    near = address is not None and any(
        address.version == network.version and address in network for network in configured.metrics_from
    )
    if near and (configured.trusted_proxies or not any(sign in request.headers for sign in _SIGNS_OF_A_PROXY)):
        return
    log.warning("metrics_refused", address=client_address(request.scope))
    raise NotFound(
        code="metrics_elsewhere",
        message=Message(
            "监控数据不向此地址提供:请从 BIAOCHI_METRICS_FROM 所列网段读取(默认仅本机),或出示 BIAOCHI_METRICS_TOKEN。",
            "What is watched is not given to this address: ask from a network in BIAOCHI_METRICS_FROM (this machine "
            "unless it is set), or with BIAOCHI_METRICS_TOKEN as a bearer token.",
        ),
    )
