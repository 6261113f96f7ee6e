"""A file's rows beside the stored figures of the same units, sorted in parts of whole units, each small enough to hold.

Rows wait in temporary files of this process, not in the database: its role may make no temporary table.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

import numpy as np

from metrics.database import ReadSession
from metrics.driver import driver_cursor
from metrics.history.cells import POSTED, ROW, STEPS, UNSAID, Rows
from metrics.plan.model import Plan

_PARTS = 64  # of a national history of ten years each is a quarter of a million rows, 8 MB
_AT_ONCE = 200_000  # rows, and then as many as the last part has
_SENT = ROW.newbyteorder(">")  # as the database writes integers
# A stored figure has row 0, so that it comes before the file's of the same cell. A submission is one answer: a million
# answers of one cell would cost more than sorting them.
_STORED = f"""
select string_agg(
    int4send(u.place) || int4send(cast(extract(year from f.period) * 12 + extract(month from f.period) - 1 as integer))
        || int4send(e.place) || int8send(cast(f.value * {STEPS} as bigint)) || int4send(0) || int8send(cast(
            case when s.first_received_at = s.first_recorded_at then {POSTED}
                else coalesce(extract(epoch from s.first_received_at) * 1000000, {UNSAID}) end as bigint)),
    cast('' as bytea)
)
from unnest(cast(%(units)s as text[]), cast(%(unit_places)s as integer[])) u(code, place)
join figures f on f.unit_code = u.code
join unnest(cast(%(elements)s as text[]), cast(%(element_places)s as integer[])) e(code, place)
    on e.code = f.element_code
join submissions s on s.id = f.submission_id
group by f.submission_id
"""  # noqa: S608  numbers of ours


class StagedRows:
    """A file's rows, laid down by unit: part after part holds the units of the plan in their order."""

    def __init__(self, plan: Plan, files: list[IO[bytes]]) -> None:
        self._plan = plan
        self._files = files
        self._count = len(plan.units)

    def add(self, rows: Rows) -> None:
        """Lay down more rows."""
        part = self._part_of(rows["unit"].astype(np.int64))
        order = np.argsort(part, kind="stable")
        ends = np.searchsorted(part[order], np.arange(len(self._files) + 1))
        for file, first, last in zip(self._files, ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            if first < last:
                file.write(rows[order[first:last]].tobytes())

    def sorted(self, session: ReadSession) -> Iterator[Rows]:
        """What was laid down and every stored figure of its units, by unit, month, element and row; whole units."""
        for rows in self._together():
            together = np.concatenate([rows, *self._stored(session, np.unique(rows["unit"]).tolist())])
            keys = [together[name] for name in ("row", "element", "month", "unit")]
            yield together[np.lexsort(keys)]

    def _together(self) -> Iterator[Rows]:
        """The parts one after the other, small ones together: what is done with them costs much the first row."""
        kept: list[Rows] = []
        for file in self._files:
            file.seek(0)
            kept.append(np.frombuffer(file.read(), dtype=ROW))
            if sum(map(len, kept)) >= _AT_ONCE:
                yield np.concatenate(kept)
                kept = []
        if any(map(len, kept)):
            yield np.concatenate(kept)

    def _part_of(self, unit: np.ndarray) -> np.ndarray:
        return unit * len(self._files) // self._count

    def _stored(self, session: ReadSession, units: list[int]) -> Iterator[Rows]:
        asked = {
            "units": [self._plan.units[place].code for place in units],
            "unit_places": units,
            "elements": [element.code for element in self._plan.elements],
            "element_places": list(range(len(self._plan.elements))),
        }
        with driver_cursor(session) as cursor:
            for (sent,) in cursor.stream(_STORED, asked, binary=True):
                yield np.frombuffer(sent, dtype=_SENT).astype(ROW)


@contextmanager
def staged(plan: Plan, rows: Iterable[Rows]) -> Iterator[StagedRows]:
    """All of `rows` laid down, for the block."""
    with ExitStack() as kept:
        parts = min(_PARTS, len(plan.units))
        found = StagedRows(plan, [kept.enter_context(tempfile.TemporaryFile()) for _ in range(parts)])
        for some in rows:
            found.add(some)
        yield found
