"""Where spans go, by OpenTelemetry's own program: an extra, loaded only where `BIAOCHI_TRACES_TO` is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from metrics.errors import Message, Unavailable

_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def require_traces() -> None:
    """Raise Unavailable `traces_missing` where the extra is not installed."""
    for name in _NEEDED:
        try:
            found = find_spec(name)
        except ModuleNotFoundError:  # not even what it lies in
            found = None
        if found is None:
            raise Unavailable(
                "traces_missing",
                Message(
                    "设置了 BIAOCHI_TRACES_TO,但未安装所需的包:请安装 biaochi[traces],或去掉该设置。",
                    "BIAOCHI_TRACES_TO is set and what it needs is missing: install biaochi[traces], or unset it.",
                ),
            )


class Tracing:
    """Spans of this process. `processor`: what takes them instead of an address, for tests."""

    def __init__(self, address: str = "", processor: Any = None) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        resource = Resource.create({"service.name": "biaochi", "service.version": version("biaochi")})
        provider = TracerProvider(resource=resource)
        # By a thread of its own; what cannot be delivered is dropped, and nobody waits for it.
        provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
        self._tracer = provider.get_tracer("biaochi")

    @contextmanager
    def span(self, name: str, headers: Iterable[tuple[bytes, bytes]]) -> Iterator[Any]:
        """A span of the request while the block lasts, below the caller's where `traceparent` names one."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        given = {key.decode("latin-1"): value.decode("latin-1") for key, value in headers if key == b"traceparent"}
        context = TraceContextTextMapPropagator().extract(given)
        with self._tracer.start_as_current_span(
            name, context, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            yield span

    @staticmethod
    def failed(span: Any) -> None:
        """Say that what the span is about failed, without a word of why: that is in the log."""
        from opentelemetry.trace import StatusCode

        span.set_status(StatusCode.ERROR)
