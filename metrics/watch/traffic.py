"""What was asked and how it was answered, counted as it is answered: by one process, or by several together."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, values
from prometheus_client.multiprocess import MultiProcessCollector

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
_FILES = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")
_CALLBACKS = "/_dash-update-component"
_PREFIX = "/api/"
_OWN = frozenset({"/healthz", "/readyz", "/metrics"})
# Told from the start, as 0: in a line that begins with its first refusal no alarm sees growth (monitoring/alerts.yml).
_ALARMING = (
    "internal",
    "busy",
    "connections_exhausted",
    "database_busy",
    "took_too_long",
    "sign_in_busy",
    "sign_in_refused",
    "sign_in_locked",
    "sign_in_slowed",
    "second_factor_wrong",
)


_together: Path | None = None


def count_together(folder: Path) -> None:
    """Have this process count in `folder`, with every other that does; what one of them counted stays when it ends."""
    global _together
    _together = folder
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]  # chosen when it is imported otherwise


def counted(traffic: Traffic) -> CollectorRegistry:
    """What the counts are read from: this process's own, or those of all that count together."""
    if _together is None:
        return traffic.registry
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(_together))  # type: ignore[no-untyped-call]
    return registry


class Traffic:
    """Requests by route and class of status, refusals, pulls from a copy. `registry`: what this process counted."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for every one, which nobody reads
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "biaochi_http_requests",
            "Requests that were answered, by route as the API names it and class of status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "biaochi_http_request_duration_seconds",
            "From a request's first byte to the last of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._refusals = Counter(
            "biaochi_refusals",
            "What was refused, by the code that the answer carries.",
            ["code"],
            registry=self.registry,
        )
        for code in _ALARMING:
            self._refusals.labels(code)

        self._pulls = Counter(
            "biaochi_replica_pulls",
            "Pulls by how the copy of the database stood: read from it only where it is in use.",
            ["copy"],
            registry=self.registry,
        )

    def note_pull(self, standing: str) -> None:
        """Count one pull where there is a copy to read from; `standing`: how that stood."""
        self._pulls.labels(standing).inc()

    def note(self, *, method: str, path: str, route: str, status: int, code: str, seconds: float) -> None:
        """Count one request. `route`: as the API names it, empty for pages; `status`: 0 if nothing was answered.

        What a stranger chooses makes no line of its own: a method nobody knows, an address where nothing is.
        """
        route = route or kind_of_path(path)
        self._requests.labels(method if method in _METHODS else "other", route, _class(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if code:
            self._refusals.labels(code).inc()


def _class(status: int) -> str:
    return f"{status // 100}xx" if status else "none"


def kind_of_path(path: str) -> str:
    """What stands for an address that is none of the API's routes, so that nobody's address is a name."""
    if path.startswith(_FILES):
        return "file"
    if path == _CALLBACKS:
        return "callback"
    if path in _OWN:
        return path
    return "none" if path.startswith(_PREFIX) else "page"
