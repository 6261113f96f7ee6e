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
from metrics.queries.view import View, view_at

_AT_ONCE = 5000  # rows in one statement
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
_KEPT = text(f"select {', '.join(f'cast({name} as text)' for name in _COLUMNS)} from open.progress")  # noqa: S608  as above
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

    Not while another process does it. `always`: look at every verdict, whatever became known. Raises PlanMissing.
    """
    with read_session(SYSTEM) as session:
        view = view_at(session)
        place = _present(session, view)
        if not always and _is_kept(session, place):
            return False
        rows = list(PROGRESS.rows(session, view, Pull()))
    with write_session(SYSTEM) as session:
        if not hold_if_free(session, Lock.OPEN_PROGRESS) or _is_outdated(session, place):
            return False
        _write(session, rows)
        _note(session, place)
    return True


def _present(session: ReadSession, view: View) -> _Place:
    return _Place(
        view.seq,
        _hash_at(session, view.seq),
        datetime.now(ZoneInfo(view.plan.document.timezone)).date(),
        is_demonstration_loaded(session),
    )


def _hash_at(session: ReadSession, seq: int) -> bytes | None:
    return session.scalar(select(LedgerEntry.leaf_hash).where(LedgerEntry.seq == seq))


def _is_kept(session: ReadSession, place: _Place) -> bool:
    kept = session.get(OpenRefresh, PROGRESS.name)
    return kept is not None and (kept.as_of_seq, kept.day, kept.synthetic) == (place.seq, place.day, place.synthetic)


def _is_outdated(session: ReadSession, place: _Place) -> bool:
    """True if another process wrote what is newer, or the ledger began anew, as when a demonstration is removed."""
    kept = session.get(OpenRefresh, PROGRESS.name)
    return (kept is not None and kept.as_of_seq > place.seq) or _hash_at(session, place.seq) != place.leaf_hash


def _write(session: WriteSession, rows: Sequence[Row]) -> None:
    """Send the database the rows that are not there as they are told, and take out what is not told any more."""
    kept = {tuple(row[at] for at in _AT): tuple(row) for row in session.execute(_KEPT)}
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


def _note(session: WriteSession, place: _Place) -> None:
    noted = {
        "as_of_seq": place.seq,
        "day": place.day,
        "synthetic": place.synthetic,
        "refreshed_at": datetime.now(UTC),
    }
    put = insert(OpenRefresh).values(relation=PROGRESS.name, **noted)
    session.execute(put.on_conflict_do_update(index_elements=[OpenRefresh.relation], set_=noted))
