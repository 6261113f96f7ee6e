"""One span a request, for OpenTelemetry; made only where an address for traces is set."""

from __future__ import annotations

from typing import Any

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from metrics.present_act import Acting
from metrics.settings import settings
from metrics.watch.traces import Tracing
from metrics.watch.traffic import kind_of_path

_FAILED = 500


class Traced:
    """ASGI middleware within the audit's. `tracing`: where spans are begun (:mod:`metrics.watch.traces`).

    A span is called by its method and route, as the API names it, and carries the request's id, which answer, log and
    audit carry too. No path, parameter, name, account or value is in it, and no word of an error.
    """

    def __init__(self, app: ASGIApp, tracing: Any) -> None:
        self.app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._tracing.span(scope["method"], scope["headers"]) as span:
            try:
                await self.app(scope, receive, send_on)
            except Exception:
                status = status or _FAILED
                raise
            finally:
                acting: Acting | None = scope.get("state", {}).get("acting")
                route = (acting.route if acting is not None else "") or kind_of_path(scope["path"])
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes({"http.request.method": scope["method"], "http.response.status_code": status})
                if acting is not None:
                    span.set_attributes({"http.route": route, "biaochi.request_id": acting.request_id})
                if status >= _FAILED:
                    self._tracing.failed(span)


def traced_where_wanted() -> list[Middleware]:
    """The middleware, if `BIAOCHI_TRACES_TO` is set."""
    address = settings().traces_to
    return [Middleware(Traced, tracing=Tracing(address))] if address else []
