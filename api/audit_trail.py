"""One request from its first byte to its last: its number, who asks, what became of it; in the audit and in the log."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import anyio
import structlog
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.routes import declared
from metrics.addresses import client_address
from metrics.audit_acts import AuditAction, AuditChannel, AuditOutcome, Recorded
from metrics.auditing.writing import conclude, is_to_be_noted
from metrics.commands.record_audit import record_change
from metrics.database import beside_every_change
from metrics.present_act import Acting, as_subject, present_acting, under_way
from metrics.publish.catalogue import DATASETS
from metrics.watch.traffic import Traffic

log = structlog.get_logger("access")

_PREFIX = "/api/v1"
_CODE_LIKE = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_TRUE = frozenset({"true", "1", "on", "yes"})
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_PATIENCE = 5.0  # seconds for the audit; then the answer goes out and the row is written, or logged, after it
_FILES = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")
_REFUSED = frozenset({401, 403, 429})
_AWAY = 503
_OF_THE_LEDGER = "ledger_"  # how the codes begin of what metrics/ledger/ refuses


class AuditTrail:
    """ASGI middleware. Each answer says the request's id, which is the caller's own if that is well-formed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._traffic = Traffic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        one = _Request(scope, self._traffic)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                one.status = message["status"]
                await one.conclude()
                MutableHeaders(scope=message)["X-Request-Id"] = one.acting.request_id
            elif message["type"] == "http.response.body":
                one.bytes += len(message.get("body", b""))
            await send(message)

        with one.under_way():
            try:
                await self.app(scope, receive, send_on)
            except Exception:  # whatever it is: it is in the audit as 500, and goes on
                if not one.status:
                    one.status = 500
                    await one.conclude()
                raise
            finally:
                one.log()


class _Request:
    """What is known of one request."""

    def __init__(self, scope: Scope, traffic: Traffic) -> None:
        self._scope, self._traffic, self._began = scope, traffic, time.perf_counter()
        channel = AuditChannel.API if scope["path"].startswith("/api/") else AuditChannel.PAGE
        self.acting = Acting(channel, address=client_address(scope), request_id=_request_id(scope))
        self.status, self.bytes = 0, 0
        state = scope.setdefault("state", {})
        state["request_id"], state["acting"] = self.acting.request_id, self.acting
        state["traffic"] = traffic

    @contextmanager
    def under_way(self) -> Iterator[None]:
        with under_way(self.acting), beside_every_change(record_change):
            yield

    async def conclude(self) -> None:
        """Note how it ended before it is answered; a database that is away cannot take it and is not waited for.

        Where there is nothing to note no thread is asked: what was stored has its row already. What is refused because
        the ledger is not the one that was signed is refused by a database that is there.
        """
        outcome = self._outcome()
        away = self.status == _AWAY and not self.acting.code.startswith(_OF_THE_LEDGER)
        if away or not is_to_be_noted(self.acting, outcome):
            return
        refused_only = self.acting.action.recorded is Recorded.WHEN_REFUSED
        if refused_only and not self.acting.subject:  # a page, or whoever was refused before anybody said what it is
            self.acting.subject = as_subject(self._scope["path"])
        with anyio.move_on_after(_PATIENCE):
            await run_sync(conclude, self.acting, outcome, abandon_on_cancel=True)

    def log(self) -> None:
        """Counted, and one line, with the path and the names of parameters: a value may be a secret, wherever it does
        not belong."""
        path, seconds = self._scope["path"], time.perf_counter() - self._began
        self._traffic.note(
            method=self._scope["method"],
            path=path,
            route=self.acting.route,
            status=self.status,
            code=self.acting.code,
            seconds=seconds,
        )
        if path.startswith(_FILES) and self.status < 400:
            return
        acting = self.acting
        log.info(
            "request",
            request_id=acting.request_id,
            method=self._scope["method"],
            path=acting.route or as_subject(path),
            parameters=_names(self._scope),
            status=self.status,
            code=acting.code or None,
            milliseconds=round(seconds * 1000, 1),
            bytes=self.bytes,
            user=acting.actor.name or None,
            role=acting.actor.role or None,
            token=acting.actor.token or None,
            address=acting.address,
        )

    def _outcome(self) -> AuditOutcome:
        if self.status < 400:
            return AuditOutcome.DONE
        # What belongs to others is answered as what does not exist.
        hidden = self.status == 404 and self.acting.actor.name and self.acting.code != "path_unknown"
        return AuditOutcome.REFUSED if self.status in _REFUSED or hidden else AuditOutcome.FAILED


async def name_act(request: Request) -> None:
    """Tell the audit which act the request is, as its route is declared, and what its address says that it is about."""
    acting, path = present_acting(), request.scope["route"].path
    if acting is None:
        return
    acting.route = _PREFIX * request.url.path.startswith(f"{_PREFIX}/") + path.removeprefix(_PREFIX)
    operation = declared(request.method, path)
    acting.action = AuditAction.OTHER_CHANGE if operation is None else operation.act
    if request.query_params.get("dry_run", "").lower() in _TRUE and acting.action is not AuditAction.LOOK:
        acting.action = AuditAction.TRY
    named = [str(value) for value in request.path_params.values()]
    if acting.action is AuditAction.PULL_DATA:
        named = [request.url.path.removeprefix(f"{_PREFIX}/"), *_asked(request)]
    acting.subject = as_subject(" ".join(named))


def _asked(request: Request) -> list[str]:
    """The parameters a dataset may take, as they were given; what stands where it does not belong may be a secret."""
    known = frozenset().union(*(dataset.parameters for dataset in DATASETS.values()))
    return [
        f"{name}={value}"
        for name, value in request.query_params.multi_items()
        if name in known and _CODE_LIKE.fullmatch(value)
    ]


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _WELL_FORMED.fullmatch(given) else uuid4().hex


def _names(scope: Scope) -> list[str]:
    """The parameters' names, as far as they look like names, at most twenty."""
    parts = scope["query_string"].decode("ascii", "replace").split("&", 20)[:20]
    names = [part.partition("=")[0] for part in parts]
    return [name for name in names if re.fullmatch(r"[a-z][a-z_]{0,30}", name)]
