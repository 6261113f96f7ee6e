"""How the records stand: ledger, months, submissions, reminders, backups. Asked of the database beside everything else,
over a connection of its own: whoever watches wants to know just when all others are in use.

Every part has seconds for which what was found is given again, and asks within its time. Who watches waits for none of
it: what is not found in time is left out, and comes with the next look.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from metrics.backups.folder import backup_folder, kept_archives
from metrics.backups.manifest import ArchiveKind
from metrics.database import ReadSession, present_sessions, statements_within
from metrics.errors import BiaochiError, PlanMissing
from metrics.ledger.entry import newest_seq
from metrics.ledger.witnessing.known import service_policy
from metrics.models import LedgerCheckpoint, LedgerEntry, Reminder, Submission
from metrics.plan.store import require_plan
from metrics.queries.cosignatures import standings
from metrics.queries.freshness import freshness, freshness_day
from metrics.queries.open_progress import open_progress_kept
from metrics.queries.view import view_at
from metrics.settings import settings
from metrics.supervision.freshness import Stream

log = structlog.get_logger(__name__)

MOST_UNITS = 1000  # with a line of their own: those of whom nothing came for longest
_LATE = 45.0  # seconds beyond its time after which what is not found anew is left out: the database may say nothing
_STATEMENT = 2.0  # seconds for one statement
_BY_STATE = select(Reminder.state, func.count().label("reminders")).group_by(Reminder.state)
_STREAMS = (Stream.SUBMISSIONS, Stream.TASK_REPORTS, Stream.RELEASES)


@dataclass(frozen=True, slots=True)
class RecordsPart:
    """What is found together; `every`: seconds for which it is given again."""

    name: str
    every: float
    find: Callable[[ReadSession], Iterator[Metric]]


@dataclass(frozen=True, slots=True)
class _FoundPart:
    at: float  # seconds of a clock that never goes back
    metrics: tuple[Metric, ...]


class Records:
    """What was found of each part, of one process. One look at a time; others take what the last one found."""

    def __init__(self) -> None:
        self._found: dict[str, _FoundPart] = {}
        self._failed: set[str] = set()
        self._looking = Lock()

    def look(self) -> None:
        """Find anew what is older than it may be. A part that cannot be found has no values until it can."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            for part in PARTS:
                known = self._found.get(part.name)
                if known is None or time.monotonic() - known.at >= part.every:
                    self._look_at(part)
        finally:
            self._looking.release()

    def collect(self) -> Iterator[Metric]:
        """What is known, and of each part whether it could be found and how old it is."""
        found = GaugeMetricFamily(
            "biaochi_watch_found", "1 if this part of the records could be read the last time.", labels=["part"]
        )
        age = GaugeMetricFamily("biaochi_watch_age_seconds", "How old the values of this part are.", labels=["part"])
        for part in PARTS:
            known = self._found.get(part.name)
            fresh = known is not None and time.monotonic() - known.at < part.every + _LATE
            found.add_metric([part.name], int(fresh and part.name not in self._failed))
            if known is not None and fresh:
                age.add_metric([part.name], round(time.monotonic() - known.at, 1))
                yield from known.metrics
        yield found
        yield age

    def _look_at(self, part: RecordsPart) -> None:
        try:
            with statements_within(_STATEMENT), present_sessions().watch() as session:
                self._found[part.name] = _FoundPart(time.monotonic(), tuple(part.find(session)))
            self._failed.discard(part.name)
        except (BiaochiError, SQLAlchemyError, OSError) as failure:
            self._found.pop(part.name, None)
            if part.name not in self._failed:
                log.warning("not_watched", part=part.name, reason=str(failure)[:300])
            self._failed.add(part.name)


def _ledger(session: ReadSession) -> Iterator[Metric]:
    size = newest_seq(session)
    signed = session.scalar(select(func.max(LedgerCheckpoint.size))) or 0
    waits = select(LedgerEntry.recorded_at).where(LedgerEntry.seq > signed).order_by(LedgerEntry.seq).limit(1)
    kept = open_progress_kept(session)
    yield GaugeMetricFamily("biaochi_ledger_entries", "Entries of the ledger.", value=size)
    yield GaugeMetricFamily("biaochi_ledger_signed_entries", "How many of them a signature covers.", value=signed)
    yield GaugeMetricFamily(
        "biaochi_ledger_unsigned_seconds",
        "How long the first entry without a signature has waited for one, 0 if there is none.",
        value=_ago(session.scalar(waits)),
    )
    yield GaugeMetricFamily(
        "biaochi_open_progress_behind_seconds",
        "How long the first entry that open.progress does not know has waited, 0 if there is none.",
        value=kept.behind_seconds,
    )


def _witnesses(session: ReadSession) -> Iterator[Metric]:
    """Of each witness that is asked how far it signed, and what is amiss with it; nothing where there is none."""
    signed = GaugeMetricFamily(
        "biaochi_witness_signed_entries", "How many entries the witness's newest signature covers.", labels=["witness"]
    )
    trouble = GaugeMetricFamily(
        "biaochi_witness_trouble",
        "1, with what is amiss, if the witness does not sign as it should.",
        labels=["witness", "fault"],
    )
    for witness in standings(session, service_policy()):
        signed.add_metric([witness.name], witness.size or 0)
        trouble.add_metric([witness.name, witness.fault or ""], int(witness.fault is not None))
    yield from (signed, trouble)


def _submissions(session: ReadSession) -> Iterator[Metric]:
    """Of each unit when its newest submission was first recorded, and the newest month of which there is one."""
    came = func.max(Submission.first_recorded_at)
    rows = session.execute(
        select(Submission.unit_code, came, func.max(Submission.period)).group_by(Submission.unit_code).order_by(came)
    ).all()
    last = GaugeMetricFamily(
        "biaochi_last_submission_timestamp_seconds",
        f"When the newest submission of the unit came; at most {MOST_UNITS} units, the longest ago first.",
        labels=["unit"],
    )
    for row in rows[:MOST_UNITS]:
        last.add_metric([row.unit_code], row[1].timestamp())
    yield last
    yield GaugeMetricFamily("biaochi_units_with_submissions", "Units of which anything came.", value=len(rows))
    if rows:
        newest = datetime.combine(max(row[2] for row in rows), datetime.min.time(), UTC)
        yield GaugeMetricFamily(
            "biaochi_newest_month_timestamp_seconds",
            "The first day of the newest month of which there are figures.",
            value=newest.timestamp(),
        )


def _freshness(session: ReadSession) -> Iterator[Metric]:
    """Of every stream for how many days everybody's next month is overdue, and of how many units; 0 where none is."""
    days = GaugeMetricFamily(
        "biaochi_overdue_days",
        "Days since everybody's next month was due, 0 if it is not.",
        labels=["stream"],
    )
    units = GaugeMetricFamily("biaochi_overdue_units", "Units of which a month is overdue.", labels=["stream"])
    try:
        require_plan(session)
        view = view_at(session)
        rows = freshness(session, view, on=freshness_day(view, as_of=None))
        loaded = 1
    except PlanMissing:
        rows, loaded = (), 0
    whole = {row.stream: row.days for row in rows if row.unit is None}
    late = Counter(row.stream for row in rows if row.unit is not None)
    for stream in _STREAMS:
        days.add_metric([stream.value], whole.get(stream, 0))
        units.add_metric([stream.value], late[stream])
    yield GaugeMetricFamily("biaochi_plan_loaded", "1 if a plan is loaded.", value=loaded)
    if loaded:
        yield from (days, units)


def _reminders(session: ReadSession) -> Iterator[Metric]:
    """Reminders by what became of them; `claimed` ones are still to be sent, `failed` ones are given up."""
    counted = dict.fromkeys(("claimed", "failed", "sent"), 0)
    counted |= {row.state: row.reminders for row in session.execute(_BY_STATE)}
    reminders = GaugeMetricFamily("biaochi_reminders", "Reminders by what became of them.", labels=["state"])
    for state, count in counted.items():
        reminders.add_metric([state], count)
    yield reminders


def _database(session: ReadSession) -> Iterator[Metric]:
    size = session.scalar(text("select pg_database_size(current_database())"))
    yield GaugeMetricFamily("biaochi_database_bytes", "What the database takes on its disk.", value=size)


def _backups(_session: ReadSession) -> Iterator[Metric]:
    """Of each kind of archive the newest in its folder: when it was taken and how large it is. None where none is.

    A disk that does not answer holds up the next look, not who watches: this part comes last.
    """
    taken = GaugeMetricFamily(
        "biaochi_backup_timestamp_seconds", "When the snapshot of the newest backup was taken.", labels=["kind"]
    )
    size = GaugeMetricFamily("biaochi_backup_bytes", "How large the newest backup is.", labels=["kind"])
    folders = {ArchiveKind.DATA: backup_folder(settings()), ArchiveKind.KEYS: settings().backup_keys_to}
    for kind, folder in folders.items():
        if folder is not None and (kept := kept_archives(folder, kind)):
            taken.add_metric([kind.value], kept[0].at.timestamp())
            size.add_metric([kind.value], kept[0].path.stat().st_size)
    yield from (taken, size)


PARTS = (
    RecordsPart("ledger", 10, _ledger),
    RecordsPart("witnesses", 10, _witnesses),
    RecordsPart("submissions", 30, _submissions),
    RecordsPart("reminders", 30, _reminders),
    RecordsPart("freshness", 60, _freshness),
    RecordsPart("database", 60, _database),
    RecordsPart("backups", 60, _backups),
)


def _ago(moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (datetime.now(UTC) - moment).total_seconds())
