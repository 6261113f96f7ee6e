"""Keeping `open.progress`: the dataset `progress` as rows of a table, for tools that read by SQL.

Verdicts are made in whole columns, not in SQL, so they are written where SQL finds them: those that changed, in one
transaction with the place in the ledger that they are true for. Whoever reads sees all of one place or all of another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from metrics.authority import SYSTEM
from metrics.database import ReadSession, WriteSession, read_session, write_session
from metrics.locks import Lock, hold_if_free
from metrics.models import LedgerEntry, OpenRefresh
from metrics.publish.dataset import Cell, Pull, Row
from metrics.publish.progress import PROGRESS
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.judged_month import judged_month
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.view import View, view_at

_AT_ONCE = 5000  # rows in one statement
_FEW = 4  # of how many units one may have changed for those alone to be looked at
_COLUMNS = tuple(column.name for column in PROGRESS.columns)
_KEY = ("unit_code", "target_code")
_AT = tuple(_COLUMNS.index(name) for name in _KEY)
# What is there already is left alone: a row that is only looked at costs no writing.
_PUT = text(
    f"""
    insert into open.progress ({", ".join(_COLUMNS)})
    select {", ".join(f"told.{name}" for name in _COLUMNS)}
    from json_populate_recordset(cast(null as open.progress), cast(:rows as json)) told
    left join open.progress kept using ({", ".join(_KEY)})
    where kept is distinct from told
    on conflict ({", ".join(_KEY)}) do update
    set {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in _KEY)}
    """  # noqa: S608  names of this file and of the dataset
)
# As texts: what is told is text as well, and a number written otherwise is told once more, to be found the same there.
_KEPT = text(
    f"select {', '.join(f'cast({name} as text)' for name in _COLUMNS)} from open.progress"  # noqa: S608  as above
    " where cast(:units as text[]) is null or unit_code = any(:units)"
)
# A plan, a light set by hand: whatever is known of these, every row may be another.
_STANDS_ON = text(
    "select (select max(seq) from plan_records where seq <= :seq),"
    " (select max(seq) from light_overrides where seq <= :seq)"
)
_SENT = text(
    "select distinct unit_code from submissions where id in"
    " (select submission_id from submission_events where seq > :since and seq <= :seq)"
)
_TAKE_OUT = text(
    "delete from open.progress where (unit_code, target_code) in (select * from"
    " unnest(cast(:units as text[]), cast(:targets as text[])))"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the verdicts follow from: the ledger up to `seq` (which `leaf_hash` tells from another's), and the day."""

    seq: int
    leaf_hash: bytes | None
    day: date
    synthetic: bool


def bring_open_progress_up_to_date(*, always: bool = False) -> bool:
    """Write what changed since it was last written; True if there was anything to look at.

    Looked at are the units that sent something and those that add them up; every unit where anything else became known
    of which verdicts are made. Not while another process does it. `always`: look at every verdict, whatever became
    known. Raises PlanMissing.
    """
    with read_session(SYSTEM) as session:
        view = view_at(session)
        place = _present(session, view)
        kept = session.get(OpenRefresh, PROGRESS.name)
        if not always and kept is not None and _told(kept) == _told(place):
            return False
        stands_on = _stands_on(session, view)
        units = None if always or kept is None else _changed(session, view, kept, place, stands_on=stands_on)
        rows = [] if units == () else list(PROGRESS.rows(session, view, Pull(units=units or ())))
    with write_session(SYSTEM) as session:
        if not hold_if_free(session, Lock.OPEN_PROGRESS) or _is_outdated(session, place, kept):
            return False
        if units != ():
            _write(session, rows, units)
        _note(session, place, stands_on)
    return True


def _present(session: ReadSession, view: View) -> _Place:
    return _Place(
        view.seq,
        _hash_at(session, view.seq),
        datetime.now(ZoneInfo(view.plan.document.timezone)).date(),
        is_demonstration_loaded(session),
    )


def _stands_on(session: ReadSession, view: View) -> str:
    """What every verdict follows from, beside the day and what its unit and those below it sent."""
    plan, lights = session.execute(_STANDS_ON, {"seq": view.seq}).one()
    month, ends = judged_month(session, view), known_periods(session, view)
    return f"plan {plan}, lights {lights}, month {month and month.on}, newest {ends and ends[1]}"


def _hash_at(session: ReadSession, seq: int) -> bytes | None:
    return session.scalar(select(LedgerEntry.leaf_hash).where(LedgerEntry.seq == seq))


def _told(place: _Place | OpenRefresh) -> tuple[int, date, bool]:
    return (place.seq if isinstance(place, _Place) else place.as_of_seq, place.day, place.synthetic)


def _changed(
    session: ReadSession, view: View, kept: OpenRefresh, place: _Place, *, stands_on: str
) -> tuple[str, ...] | None:
    """The units whose verdicts may have changed since they were kept; None if those of all may."""
    if (kept.day, kept.synthetic, kept.stands_on) != (place.day, place.synthetic, stands_on):
        return None
    sent = session.scalars(_SENT, {"since": kept.as_of_seq, "seq": place.seq}).all()
    above = {unit.code: unit.parent for unit in view.plan.units}
    found: set[str] = set()
    for code in sent:
        unit: str | None = code
        while unit is not None and unit not in found:
            found.add(unit)
            unit = above.get(unit)
    return tuple(sorted(found)) if len(found) * _FEW <= len(above) else None


def _is_outdated(session: ReadSession, place: _Place, known: OpenRefresh | None) -> bool:
    """True if another process wrote meanwhile, or the ledger began anew, as when a demonstration is removed."""
    kept = session.get(OpenRefresh, PROGRESS.name)
    written = (kept and _told(kept)) != (known and _told(known))
    return written or _hash_at(session, place.seq) != place.leaf_hash


def _write(session: WriteSession, rows: Sequence[Row], units: Sequence[str] | None) -> None:
    """Send the database the rows of `units` (None: all) that are not there as told, and take out what is not told."""
    found = session.execute(_KEPT, {"units": None if units is None else list(units)})
    kept = {tuple(row[at] for at in _AT): tuple(row) for row in found}
    told = {tuple(row[at] for at in _AT): row for row in rows}
    changed = [row for key, row in told.items() if kept.get(key) != tuple(map(_as_text, row))]
    for start in range(0, len(changed), _AT_ONCE):
        session.execute(_PUT, {"rows": _as_json(changed[start : start + _AT_ONCE])})
    if gone := [key for key in kept if key not in told]:
        session.execute(_TAKE_OUT, {"units": [unit for unit, _ in gone], "targets": [target for _, target in gone]})


def _as_text(cell: Cell) -> str | None:
    return str(cell).lower() if isinstance(cell, bool) else cell if cell is None else str(cell)


def _as_json(rows: Sequence[Row]) -> str:
    return json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows], ensure_ascii=False)


def _note(session: WriteSession, place: _Place, stands_on: str) -> None:
    noted = {
        "as_of_seq": place.seq,
        "day": place.day,
        "synthetic": place.synthetic,
        "stands_on": stands_on,
        "refreshed_at": datetime.now(UTC),
    }
    put = insert(OpenRefresh).values(relation=PROGRESS.name, **noted)
    session.execute(put.on_conflict_do_update(index_elements=[OpenRefresh.relation], set_=noted))
