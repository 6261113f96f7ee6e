"""A span a request, where traces are on: by route, under the caller's, and with nothing in it that is anybody's."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import Message, Receive, Scope, Send

from api.traces import Traced, traced_where_wanted
from metrics.audit_acts import AuditChannel
from metrics.errors import Unavailable
from metrics.present_act import Acting
from metrics.watch import traces
from metrics.watch.traces import Tracing, require_traces

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def spans(*, status: int = 200, fails: bool = False, route: str = "/api/v1/submissions/{submission_id}") -> Any:
    """What is exported of one request for a clerk's submission, whose address holds a secret."""
    exported = InMemorySpanExporter()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if fails:
            raise ValueError("the password is hunter2")
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def unread() -> Message:
        raise AssertionError("the body was read")

    async def unsent(_: Message) -> None: ...

    acting = Acting(AuditChannel.API, "192.0.2.1", request_id="request-1", route=route)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/submissions/hunter2",
        "query_string": b"token=hunter2",
        "headers": [(b"traceparent", PARENT.encode()), (b"authorization", b"Bearer hunter2")],
        "state": {"acting": acting},
    }
    traced = Traced(application, Tracing(processor=SimpleSpanProcessor(exported)))
    try:
        asyncio.run(traced(scope, unread, unsent))
    except ValueError:
        assert fails
    return exported.get_finished_spans()


@pytest.mark.parametrize(("status", "fails"), [(200, False), (404, False), (503, False), (0, True)])
def test_a_request_is_one_span_by_its_route_below_its_callers(status: int, fails: bool) -> None:
    (span,) = spans(status=status, fails=fails)
    assert span.name == "GET /api/v1/submissions/{submission_id}"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "http.route": "/api/v1/submissions/{submission_id}",
        "http.response.status_code": 500 if fails else status,
        "biaochi.request_id": "request-1",
    }
    assert f"{span.context.trace_id:032x}" in PARENT
    assert f"{span.parent.span_id:016x}" in PARENT
    assert span.status.is_ok is not (fails or status >= 500)
    assert "hunter2" not in span.to_json()


def test_what_is_no_route_of_the_api_is_called_by_its_kind() -> None:
    (span,) = spans(status=404, route="")
    assert (span.name, span.attributes["http.route"]) == ("GET none", "none")


def test_where_the_extra_is_missing_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    require_traces()
    monkeypatch.setattr(traces, "_NEEDED", ("opentelemetry.nothing", "nothing.of_this_name"))
    with pytest.raises(Unavailable, match="traces_missing"):
        require_traces()


def test_nothing_is_loaded_where_no_address_is_set() -> None:
    assert traced_where_wanted() == []
    for module in (traces, sys.modules[Traced.__module__]):
        loaded = {getattr(found, "__module__", "") or "" for found in vars(module).values()}
        assert not any(name.startswith("opentelemetry") for name in loaded)
