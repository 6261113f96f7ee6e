"""How a period stands as a whole: of every unit no more than counts and orders it, so that a country is one pass.

Who answers for a unit, its sign-off and its notices are asked for those that are shown alone
(:mod:`metrics.queries.period_status`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import String, cast, column, func, select, values
from sqlalchemy.dialects.postgresql import BIT

from metrics.database import ReadSession
from metrics.models import Submission
from metrics.period_states import ExpectedSubmission, PeriodLock, UnitException, expected_submissions
from metrics.periods import due_instant, due_on
from metrics.plan.model import Plan
from metrics.queries.known_figures import known_cells, known_submissions
from metrics.queries.period_states import period_state
from metrics.queries.view import View
from metrics.queries.wanted_rows import is_one_of
from metrics.submission_states import State
from metrics.timeliness import reception, timeliness

Units = Collection[str] | None  # None: all


class CountedUnit(Protocol):
    """What is counted of a unit. `blocks_counted`: how many of the `blocks_owed` came."""

    @property
    def unit(self) -> str: ...
    @property
    def expected(self) -> bool: ...
    @property
    def received(self) -> bool: ...
    @property
    def on_time(self) -> bool | None: ...
    @property
    def blocks_owed(self) -> int: ...
    @property
    def blocks_counted(self) -> int: ...


Row = TypeVar("Row", bound=CountedUnit)


@dataclass(frozen=True, slots=True)
class PeriodCounts(Generic[Row]):
    """The period as it stood at `judged_at`. Units in display order; counts are of expected units only.

    `due_on` is the last day in time, `late_from` the first instant that is late.
    """

    period: date
    due_on: date
    late_from: datetime
    judged_at: datetime
    lock: PeriodLock | None
    units: tuple[Row, ...]

    @property
    def owing(self) -> tuple[Row, ...]:
        """The units that are expected to report."""
        return tuple(unit for unit in self.units if unit.expected)

    @property
    def expected(self) -> int:
        return len(self.owing)

    @property
    def received(self) -> int:
        return sum(unit.received for unit in self.owing)

    @property
    def overdue(self) -> int:
        """Submissions that are owed, have not come and are late."""
        return sum(not unit.received and unit.on_time is False for unit in self.owing)

    @property
    def on_time(self) -> int:
        return sum(unit.received and bool(unit.on_time) for unit in self.owing)

    @property
    def judged(self) -> int:
        """Submissions that are expected, without those of which nobody knows when they came."""
        return sum(not unit.received or unit.on_time is not None for unit in self.owing)

    @property
    def received_beyond(self) -> int:
        """Submissions of units that need not report; they count for nothing else here."""
        return sum(unit.received for unit in self.units if not unit.expected)

    @property
    def blocks_expected(self) -> int:
        return sum(unit.blocks_owed for unit in self.owing)

    @property
    def blocks_received(self) -> int:
        """Blocks that were expected and came."""
        return sum(unit.blocks_counted for unit in self.owing)

    @property
    def completeness(self) -> Fraction | None:
        """Submissions received ÷ expected (及时率 has its own); None where none is expected."""
        return Fraction(self.received, self.expected) if self.expected else None

    @property
    def on_time_rate(self) -> Fraction | None:
        """Submissions that came in time ÷ :attr:`judged`."""
        return Fraction(self.on_time, self.judged) if self.judged else None

    @property
    def block_completeness(self) -> Fraction | None:
        return Fraction(self.blocks_received, self.blocks_expected) if self.blocks_expected else None


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """One unit's submission for the period; `seq`: of its newest revision or review, 0 if none came.

    `exception`: in force. Everything else as :class:`metrics.queries.period_status.UnitStatus`.
    """

    unit: str
    expected: bool
    received: bool
    state: State
    seq: int
    on_time: bool | None
    days_late: int | None
    blocks_owed: int
    blocks_counted: int
    exception: UnitException | None

    def is_in(self, state: State) -> bool:
        """Whether it counts among those in `state`; a unit that may report and need not is missing from none."""
        return self.state is state and (self.received or self.expected)


PeriodStanding = PeriodCounts[UnitStanding]


def period_standing(
    session: ReadSession, view: View, period: date, *, now: datetime, units: Units = None
) -> PeriodStanding:
    """Where every one of these `units` (None: all) stands for `period`, as known in `view` and judged at `now`."""
    plan = view.plan
    state, came = period_state(session, period, seq=view.seq), _came(session, view, period, units)
    bits = {block.code: 1 << place for place, block in enumerate(plan.blocks)}
    masks = _blocks_received(session, view, period, units, bits)
    masks_of = cache(lambda blocks: sum(bits[code] for code in blocks))  # nearly every unit owes the same
    of_none = timeliness(now, period=period, rule=plan.due_rule)
    late = None if of_none.on_time else of_none.days_late
    found = []
    for owed in rows_of(plan, period, came, units):
        sent = came.get(owed.unit)
        expected = masks_of(owed.blocks)
        if sent is not None:
            judged = reception(sent.first_received_at, period=period, rule=plan.due_rule)
            on_time, days_late = judged.on_time, judged.days_late
        else:
            days_late = late if owed.required else None
            on_time = None if days_late is None else False
        found.append(
            UnitStanding(
                unit=owed.unit,
                expected=owed.required,
                received=sent is not None,
                state=State.NOT_REPORTED if sent is None else sent.state,
                seq=0 if sent is None else sent.seq,
                on_time=on_time,
                days_late=days_late,
                blocks_owed=expected.bit_count(),
                blocks_counted=(expected & masks.get(owed.unit, 0)).bit_count(),
                exception=state.exception_of(owed.unit, at=now),
            )
        )
    return PeriodCounts(
        period=period,
        due_on=due_on(period, rule=plan.due_rule),
        late_from=due_instant(period, rule=plan.due_rule),
        judged_at=now,
        lock=state.lock,
        units=tuple(found),
    )


def rows_of(plan: Plan, period: date, received: Collection[str], units: Units) -> list[ExpectedSubmission]:
    """What is owed, and after it what came from units that the plan (no longer) has for the period."""
    owed = [row for row in expected_submissions(plan, period) if units is None or row.unit in units]
    known = {row.unit for row in owed}
    return owed + [ExpectedSubmission(unit, required=False, blocks=()) for unit in received if unit not in known]


def _came(session: ReadSession, view: View, period: date, units: Units) -> dict[str, Any]:
    """By unit the state, first reception and place in the ledger of what came, in the order of its numbers."""
    known = known_submissions(view)
    query = (
        select(known.c.unit_code, known.c.state, Submission.first_received_at, Submission.seq)
        .join(Submission, (Submission.unit_code == known.c.unit_code) & (Submission.period == known.c.period))
        .where(known.c.period == period)
        .order_by(Submission.id)
    )
    rows = session.execute(query if units is None else query.where(is_one_of(known.c.unit_code, units)))
    return {row.unit_code: row for row in rows}


def _blocks_received(
    session: ReadSession, view: View, period: date, units: Units, bits: Mapping[str, int]
) -> dict[str, int]:
    """The blocks of which each unit has any figure, as a sum of their `bits`."""
    known, of_bits = known_cells(view), BIT(max(1, len(bits)))
    of_block = values(column("element", String), column("bit", of_bits), name="of_block").data(
        [(element.code, f"{bits[element.block]:0{len(bits)}b}") for element in view.plan.elements]
    )
    # As a string of bits each cell is looked at once; distinct blocks of each unit would be sorted.
    query = (
        select(known.c.unit_code, cast(func.bit_or(of_block.c.bit), String))
        .join(of_block, of_block.c.element == known.c.element_code)
        .where(known.c.period == period)
        .group_by(known.c.unit_code)
    )
    rows = session.execute(query if units is None else query.where(is_one_of(known.c.unit_code, units)))
    return {unit: int(mask, 2) for unit, mask in rows}
