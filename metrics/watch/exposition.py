"""Everything that is watched, as Prometheus reads it (text format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

from metrics.database import engine
from metrics.disk_room import disk_room
from metrics.errors import BiaochiError
from metrics.ledger.continuation import last_refusal
from metrics.limits.fair_places import FairPlaces
from metrics.limits.kinds_of_work import Work, rooms
from metrics.settings import settings
from metrics.watch.records import Records
from metrics.watch.traffic import Traffic, counted

MEDIA_TYPE = CONTENT_TYPE_LATEST


def exposition(*, traffic: Traffic, places: Mapping[Work, FairPlaces], records: Records) -> bytes:
    """What this process counted, how busy it is, and what is known of the records. Asks no database."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Gathered(places, records))
    return generate_latest(counted(traffic)) + generate_latest(registry)


class _Gathered(Collector):
    def __init__(self, places: Mapping[Work, FairPlaces], records: Records) -> None:
        self._places, self._records = places, records

    def collect(self) -> Iterator[Metric]:
        built = GaugeMetricFamily("biaochi_build_info", "The version that runs.", labels=["version"])
        built.add_metric([version("biaochi")], 1)
        yield built
        yield from _places(self._places)
        yield from _pool()
        yield from _signer()
        yield from _disk()
        yield from self._records.collect()


def _places(places: Mapping[Work, FairPlaces]) -> Iterator[Metric]:
    room = rooms(settings())
    taken = GaugeMetricFamily("biaochi_places_taken", "Requests that are worked on, by kind of work.", labels=["work"])
    waiting = GaugeMetricFamily("biaochi_places_waiting", "Requests that wait for a place.", labels=["work"])
    most = GaugeMetricFamily("biaochi_places_limit", "How many are worked on at the same time.", labels=["work"])
    for work in Work:
        kept = places.get(work)
        taken.add_metric([work.value], kept.taken if kept else 0)
        waiting.add_metric([work.value], kept.waiting if kept else 0)
        most.add_metric([work.value], room[work].places)
    yield from (taken, waiting, most)


def _pool() -> Iterator[Metric]:
    try:
        pool = engine().pool
    except BiaochiError:  # no database is open
        return
    if isinstance(pool, QueuePool):
        yield GaugeMetricFamily(
            "biaochi_pool_connections_in_use", "Connections to the database in use.", value=pool.checkedout()
        )
        yield GaugeMetricFamily(
            "biaochi_pool_connections_limit",
            "How many there may be (twice BIAOCHI_POOL_SIZE).",
            value=2 * pool.size(),
        )


def _signer() -> Iterator[Metric]:
    refuses = GaugeMetricFamily(
        "biaochi_signer_refuses",
        "1, with the reason's code, if nothing is signed and nothing taken in.",
        labels=["code"],
    )
    try:
        refusal = last_refusal()
    except BiaochiError as unreadable:
        refusals = unreadable.code
    else:
        refusals = refusal.code if refusal is not None else ""
    refuses.add_metric([refusals], int(bool(refusals)))
    yield refuses


def _disk() -> Iterator[Metric]:
    home = settings().home
    disk = disk_room(home) if home.is_dir() else None
    if disk is not None:
        yield GaugeMetricFamily("biaochi_disk_free_bytes", "Free space where BIAOCHI_HOME lies.", value=disk.free)
        yield GaugeMetricFamily("biaochi_disk_size_bytes", "All space there.", value=disk.total)
