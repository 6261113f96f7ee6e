"""`open.progress`, which other tools read by SQL, held against the verdicts that follow from the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text

from metrics.database import ReadSession
from metrics.errors import Message
from metrics.ledger.checking.finding import Finding, missing, unaccounted
from metrics.ledger.entry import newest_seq
from metrics.models import OpenRefresh
from metrics.models.open_sql import PROGRESS_TABLE
from metrics.publish.dataset import Cell, Pull
from metrics.publish.progress import PROGRESS
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.view import view_at

_COLUMNS = tuple(column.name for column in PROGRESS.columns)
_KEY = ("unit_code", "target_code")
_KEPT = text(f"select {', '.join(f'cast({name} as text)' for name in _COLUMNS)} from {PROGRESS_TABLE}")  # noqa: S608  names above
_ANY = text(f"select exists (select from {PROGRESS_TABLE})")  # noqa: S608  a name of ours
Texts = tuple[str | None, ...]


def open_progress_findings(session: ReadSession) -> Iterator[Finding]:
    """Every row that is not what the dataset says at the place and on the day of which it is said to be.

    What was kept on another day is not looked at: it is written anew by the next start of the service, and what is due
    depends on the day. To be asked once the tables that it follows from are right.
    """
    kept = session.get(OpenRefresh, PROGRESS.name)
    if kept is None or kept.as_of_seq > newest_seq(session):
        if kept is not None or session.scalar(_ANY):
            yield unaccounted("open_refreshes", f"relation={PROGRESS.name}")
        return
    view = view_at(session, as_of=kept.as_of_seq)
    today = datetime.now(ZoneInfo(view.plan.document.timezone)).date()
    if (kept.day, kept.synthetic) != (today, is_demonstration_loaded(session)):
        return
    told = {_key(row): row for row in (tuple(map(_written, row)) for row in PROGRESS.rows(session, view, Pull()))}
    yield from _differing(told, {_key(tuple(row)): tuple(row) for row in session.execute(_KEPT)})


def _differing(told: Mapping[str, Texts], kept: Mapping[str, Texts]) -> Iterator[Finding]:
    for key in sorted(told.keys() | kept.keys()):
        if key not in kept:
            yield missing(PROGRESS_TABLE, key)
        elif key not in told:
            yield unaccounted(PROGRESS_TABLE, key)
        elif told[key] != kept[key]:
            named = ", ".join(
                name for name, one, other in zip(_COLUMNS, told[key], kept[key], strict=True) if one != other
            )
            message = Message(
                f"与已报数据算得的不符的列:{named}", f"Not what follows from what was reported, in {named}."
            )
            yield Finding(PROGRESS_TABLE, key, message)


def _key(row: Texts) -> str:
    return " ".join(f"{name}={row[_COLUMNS.index(name)]}" for name in _KEY)


def _written(cell: Cell) -> str | None:
    return str(cell).lower() if isinstance(cell, bool) else cell if cell is None else str(cell)
