"""Submissions: events, observations, submissions, present figures and the links by which they were signed off, against
what the ledger says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, cast, select, text

from metrics.database import ReadSession
from metrics.errors import Message
from metrics.ledger.checking.finding import Finding, InStep, differing, entry_key, missing, unaccounted
from metrics.ledger.entry import canonical
from metrics.models import Confirmation, Observation, Submission, SubmissionEvent
from metrics.periods import format_period
from metrics.sign_offs import LINK_PURPOSE, MATERIAL_LINK, How

_AT_ONCE = 5000
_EVENT_FIELDS = ("action", "revision", "actor", "reason", "note")
_OBSERVATION_KEY = ("unit_code", "period", "element_code", "revision")
_FIGURES = text(
    "select coalesce(f.unit_code, o.unit_code) as unit_code, coalesce(f.period, o.period) as period,"
    " coalesce(f.element_code, o.element_code) as element_code, f.unit_code is null as gone"
    " from figures f full join (select distinct on (unit_code, period, element_code) * from observations"
    " order by unit_code, period, element_code, revision desc) o"
    " on (f.unit_code, f.period, f.element_code) = (o.unit_code, o.period, o.element_code)"
    " where (f.value, f.revision, f.seq, f.submission_id, f.recorded_at)"
    " is distinct from (o.value, o.revision, o.seq, o.submission_id, o.recorded_at)"
    " or f.value::text is distinct from o.value::text"
)


@dataclass(slots=True)
class _Last:
    unit: str
    period: str
    revision: int
    state: str
    seq: int
    first: datetime
    received: datetime | None


class SubmissionsCheck:
    """Walks events and observations beside the entries, and remembers how each submission must stand at the end."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        events = select(SubmissionEvent.__table__).order_by(SubmissionEvent.seq)
        found = select(
            *(getattr(Observation, name) for name in (*_OBSERVATION_KEY, "seq", "submission_id", "recorded_at")),
            cast(Observation.value, Text).label("value"),
        ).order_by(Observation.seq, Observation.element_code)
        streamed = {"yield_per": _AT_ONCE}
        self._events = InStep(session.execute(events, execution_options=streamed).mappings())
        self._observations = InStep(session.execute(found, execution_options=streamed).mappings())
        self._last: dict[int, _Last] = {}
        self._doubtful: set[int] = set()
        self._bad_cells: set[tuple[Any, ...]] = set()

    def skip(self, seq: int) -> None:
        """The entry is missing or cannot be trusted: nothing is said of its rows, nor of what follows from them."""
        self._doubtful.update(row["submission_id"] for row in self._events.at(seq))
        self._bad_cells.update(_cell(row) for row in self._observations.at(seq))

    def entry(self, said: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with the rows of one entry, of whatever kind it is."""
        seq = said["seq"]
        events, observations = self._events.at(seq), self._observations.at(seq)
        if "submission" not in said or "action" not in said:
            yield from (unaccounted("submission_events", entry_key(seq)) for _ in events)
            yield from self._all_bad(observations)
            return
        yield from self._event(said, events)
        yield from self._cells(said, observations)
        self._remember(said)

    def end(self) -> Iterator[Finding]:
        """What no entry accounts for, and what should follow from the entries but does not."""
        yield from (unaccounted("submission_events", entry_key(row["seq"])) for row in self._events.end())
        yield from self._all_bad(self._observations.end())
        yield from self._submissions()
        for row in self._session.execute(_FIGURES).mappings():
            key = f"unit_code={row['unit_code']} period={row['period']} element_code={row['element_code']}"
            if _cell(row) not in self._bad_cells:
                yield missing("figures", key) if row["gone"] else _stale(key)

    def _event(self, said: Mapping[str, Any], events: list[Mapping[Any, Any]]) -> Iterator[Finding]:
        key = entry_key(said["seq"])
        if not events:
            yield missing("submission_events", key)
        for row in events:
            expected: dict[str, Any] = {name: said[name] for name in _EVENT_FIELDS}
            expected["submission_id"] = said["submission"]
            expected["recorded_at"] = datetime.fromisoformat(said["recorded_at"])
            found = dict(row)
            if "detail" in said:
                expected["detail"] = said["detail"]
                found["detail"] = hashlib.sha256(canonical(row["detail"])).hexdigest()
            yield from differing("submission_events", key, expected=expected, found=found)

    def _cells(self, said: Mapping[str, Any], rows: list[Mapping[Any, Any]]) -> Iterator[Finding]:
        wanted = {code: said["values"][code] for code in said.get("changed", ())}
        if not rows and not wanted:
            return
        period = date.fromisoformat(f"{said['period']}-01")
        same = {"unit_code": said["unit"], "period": period, "revision": said["revision"]}
        same |= {"submission_id": said["submission"], "recorded_at": datetime.fromisoformat(said["recorded_at"])}
        agreed = [*same.values()]
        for row in rows:
            value = wanted.pop(row["element_code"], None)
            if row["value"] != value or [row[name] for name in same] != agreed:
                self._bad_cells.add(_cell(row))
                expected = {**same, "value": value}
                yield from differing("observations", _observation_key(row), expected=expected, found=row)
        for code in wanted:
            gone = {**same, "element_code": code}
            self._bad_cells.add(_cell(gone))
            yield missing("observations", _observation_key(gone))

    def _remember(self, said: Mapping[str, Any]) -> None:
        before = self._last.get(said["submission"])
        if before is None:
            first = datetime.fromisoformat(said["recorded_at"])
            received = _received(said, first)
        else:
            first, received = before.first, before.received
        self._last[said["submission"]] = _Last(
            said["unit"], said["period"], said["revision"], said["state"], said["seq"], first, received
        )

    def _submissions(self) -> Iterator[Finding]:
        last = dict(self._last)
        for row in self._session.execute(select(Submission.__table__)).mappings():
            key, known = f"id={row['id']}", last.pop(row["id"], None)
            if row["id"] in self._doubtful:
                continue
            if known is None:
                yield unaccounted("submissions", key)
                continue
            expected = {"unit_code": known.unit, "period": known.period, "revision": known.revision}
            expected |= {"state": known.state, "seq": known.seq, "first_recorded_at": known.first}
            expected |= {"first_received_at": known.received}
            found = {**row, "period": format_period(row["period"])}
            yield from differing("submissions", key, expected=expected, found=found)
        yield from (missing("submissions", f"id={gone}") for gone in last if gone not in self._doubtful)

    def _all_bad(self, rows: list[Mapping[Any, Any]]) -> Iterator[Finding]:
        for row in rows:
            self._bad_cells.add(_cell(row))
            yield unaccounted("observations", _observation_key(row))


def _received(said: Mapping[str, Any], recorded: datetime) -> datetime | None:
    """When a submission first came: when it was recorded, unless loaded history says another moment, or none."""
    moment = said.get("received_at", said["recorded_at"])
    return recorded if moment == said["recorded_at"] else None if moment is None else datetime.fromisoformat(moment)


def _stale(key: str) -> Finding:
    message = Message("不是最新一版的数据。", "Not the newest observation of its cell.")
    return Finding("figures", key, message)


def _cell(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return row["unit_code"], row["period"], row["element_code"]


def _observation_key(row: Mapping[Any, Any]) -> str:
    return " ".join(f"{name}={row[name]}" for name in _OBSERVATION_KEY)


_TABLE = "confirmations"


class ConfirmationsCheck:
    """A sign-off by a link names the link, and every link that was used is named by one. Open links say nothing."""

    def __init__(self, session: ReadSession) -> None:
        used = select(Confirmation.__table__).where(Confirmation.used_at.is_not(None))
        self._used = {row["id"]: dict(row) for row in session.execute(used).mappings()}
        self._skipped = False

    def skip(self, seq: int) -> None:
        """The entry is missing or cannot be trusted: it may be the one that used some link."""
        self._skipped = True

    def entry(self, said: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with the link by which the entry's sign-off was given."""
        signed, purpose, subject = _signed_by_link(said)
        if signed is None:
            return
        key, row = _key(signed["confirmation"]), self._used.pop(signed["confirmation"], None)
        if row is None:
            yield missing(_TABLE, key)
            return
        expected = {"revision": said["revision"], "person": signed["person"], "leaf_hash": signed["signs"]}
        expected |= {"purpose": purpose, "subject": subject}
        expected["used_at"] = datetime.fromisoformat(said["recorded_at"])
        yield from differing(_TABLE, key, expected=expected, found=row | {"leaf_hash": row["leaf_hash"].hex()})

    def end(self) -> Iterator[Finding]:
        """Links that were used, and no sign-off names them."""
        if not self._skipped:
            yield from (unaccounted(_TABLE, _key(number)) for number in self._used)


def _signed_by_link(said: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str, int]:
    """What an entry says of a signature that was given by a link, None if it says of none; and what was signed."""
    if said["kind"] == "material":
        detail = said["detail"]
        return detail if detail.get("how") == How.LINK else None, MATERIAL_LINK, said["material"]
    signed = said["kind"] == "sign_off" and said.get("how") == How.LINK
    return said if signed else None, LINK_PURPOSE, said.get("submission", 0)


def _key(number: int) -> str:
    return f"id={number}"
