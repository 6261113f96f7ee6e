"""What stopped coming by a day: submissions, single blocks of the form, task reports and releases."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, TableValuedAlias, Text, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from metrics.database import ReadSession
from metrics.models import Release, TaskReport
from metrics.periods import is_owed, newest_ended_period, period_of, periods_between
from metrics.plan.model import Plan, Unit
from metrics.queries.known_figures import known_cells, known_submissions
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View, view_at
from metrics.supervision.bodies import counts_in
from metrics.supervision.freshness import OwedSeries, Stopped, Stream, stopped
from metrics.task_reports import TaskState, said_together


def freshness(
    session: ReadSession, view: View, *, on: date, units: Collection[str] | None = None
) -> tuple[Stopped, ...]:
    """Everything that stopped by the end of the day `on` as known in `view`: whole datasets, then units (None: all).

    Of either the longest first, then in display order. What nobody ever sent has not begun and cannot stop. To a reader
    with units of their own blocks are told of those alone.
    """
    known = known_periods(session, of_all_sent(view))
    last = newest_ended_period(on)
    if known is None or known[0] > last:
        return ()
    first = min(view.plan.document.first_period or known[0], known[0])
    reading = _Months(view.plan, tuple(periods_between(first, last)), on)
    owed = [
        *_submissions(session, view, reading),
        *_task_reports(session, view, reading),
        *_releases(session, view, reading),
    ]
    found = [row for one in owed if (row := stopped(one, on=on, rule=view.plan.due_rule)) is not None]
    wanted = [row for row in found if row.unit is None or units is None or row.unit in units]
    return tuple(sorted(wanted, key=lambda row: (row.unit is not None, -row.days)))


def freshness_day(view: View, *, as_of: datetime | int | None, released: bool = False) -> date:
    """The day that is meant where none is asked for: today, or that of the moment `as_of` which things are known."""
    moment = as_of if isinstance(as_of, datetime) else view.recorded_at if as_of is not None or released else None
    return (moment or datetime.now(UTC)).astimezone(ZoneInfo(view.plan.document.timezone)).date()


@dataclass(frozen=True, slots=True)
class _Months:
    """The months in which anything is owed, oldest first, and the day that is looked at."""

    plan: Plan
    months: tuple[date, ...]
    on: date

    def of(self, unit: Unit, *, apart: int = 1) -> Sequence[date]:
        """The months at whose end the unit exists, of those in which what is owed every so many months is owed."""
        first, last = unit.periods
        lives = self.months[bisect_left(self.months, first) : bisect_right(self.months, last)]
        return lives if apart == 1 else [month for month in lives if is_owed(month, apart)]

    @property
    def reporting(self) -> list[Unit]:
        return [unit for unit in self.plan.reporting_units if unit.exists_on(self.on)]


def _submissions(session: ReadSession, view: View, reading: _Months) -> Iterator[OwedSeries]:
    """The monthly submission of everybody, of each unit that owes it, and each block that was missing in its newest."""
    known = known_submissions(view).c
    of_units = select(known.unit_code, func.max(known.period)).where(known.period <= reading.months[-1])
    newest = {row[0]: row[1] for row in session.execute(of_units.group_by(known.unit_code))}
    owing = [unit for unit in reading.reporting if unit.figures_required]
    came = max(newest.values(), default=None)
    apart = {unit: view.plan.unit_months(unit) for unit in owing}
    often = min(apart.values(), default=1)
    months = [month for month in reading.months if is_owed(month, often)]
    yield OwedSeries(Stream.SUBMISSIONS, months, came, owing=len(owing))
    for unit in owing:
        yield OwedSeries(Stream.SUBMISSIONS, reading.of(unit, apart=apart[unit]), newest.get(unit.code), unit.code)
    told = [unit for unit in owing if unit.code in newest and (view.own is None or unit.code in view.own)]
    yield from _blocks(session, view, reading, {unit: newest[unit.code] for unit in told})


def _blocks(session: ReadSession, view: View, reading: _Months, newest: Mapping[Unit, date]) -> Iterator[OwedSeries]:
    """The blocks that a unit owes and left out of its newest submission."""
    if not newest:
        return
    plan, cells = view.plan, known_cells(view)
    of_block = _rows(
        "of_block", element=[one.code for one in plan.elements], block=[one.block for one in plan.elements]
    )
    of_newest = _rows("of_newest", unit=[unit.code for unit in newest], period=list(newest.values()))
    of_newest_ones = (
        select(cells.c.unit_code, of_block.c.block)
        .join(of_block, of_block.c.element == cells.c.element_code)
        .join(of_newest, (of_newest.c.unit == cells.c.unit_code) & (of_newest.c.period == cells.c.period))
        .distinct()
    )
    there = {(unit, block) for unit, block in session.execute(of_newest_ones)}
    missing = [(unit, code) for unit in newest for code in _owed_by(plan, unit) if (unit.code, code) not in there]
    if not missing:
        return
    earlier = (
        select(cells.c.unit_code, of_block.c.block, func.max(cells.c.period))
        .join(of_block, of_block.c.element == cells.c.element_code)
        .where(
            cells.c.period <= reading.months[-1],
            tuple_(cells.c.unit_code, of_block.c.block).in_([(unit.code, code) for unit, code in missing]),
        )
        .group_by(cells.c.unit_code, of_block.c.block)
    )
    before = {(unit, block): period for unit, block, period in session.execute(earlier)}
    for unit, code in missing:
        yield OwedSeries(
            Stream.BLOCK,
            reading.of(unit, apart=plan.block_months[code]),
            before.get((unit.code, code)),
            unit.code,
            code,
        )


def _rows(name: str, **columns: Sequence[str] | Sequence[date]) -> TableValuedAlias:
    """A table of these columns, each one parameter: a statement that is the same whatever it holds is built once."""
    arrays = [literal(given, ARRAY(Date if isinstance(given[0], date) else Text)) for given in columns.values()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name)


def _owed_by(plan: Plan, unit: Unit) -> list[str]:
    """The blocks that the unit owes, in display order."""
    ordered = sorted(plan.blocks, key=lambda block: block.order)
    return [block.code for block in ordered if not unit.blocks or block.code in unit.blocks]


def _task_reports(session: ReadSession, view: View, reading: _Months) -> Iterator[OwedSeries]:
    """The task reports of everybody, and of each unit that owes tasks which are not finished."""
    key = (TaskReport.task_number, TaskReport.unit_code)
    rows = session.execute(
        select(TaskReport.task_number, TaskReport.unit_code, TaskReport.period, TaskReport.state)
        .where(TaskReport.seq <= view.seq, TaskReport.period <= reading.months[-1])
        .ext(distinct_on(*key))
        .order_by(*key, TaskReport.period.desc(), TaskReport.revision.desc())
    )
    plan, reports = view.plan, defaultdict[tuple[int, str], list[Any]](list)
    for row in rows:
        reports[row.task_number, counts_in(plan, row.unit_code)].append(row)
    if not reports:
        return
    said = {key: said_together(found) for key, found in reports.items()}
    begun = session.scalar(select(func.min(TaskReport.period)).where(TaskReport.seq <= view.seq))
    since = replace(reading, months=tuple(m for m in reading.months if begun is not None and m >= begun))
    tasks: dict[str, int] = {}
    newest: dict[str, date] = {}
    for task in plan.tasks:
        for code in plan.owing_units[task.number]:
            report = said.get((task.number, code))
            done = report is not None and report.state == TaskState.DONE
            tasks[code] = tasks.get(code, 0) + (not done or task.rolling)
            if report is not None:
                newest[code] = max(report.period, newest.get(code, report.period))
    owing = [unit for unit in reading.reporting if tasks.get(unit.code)]
    if owing:
        came = max(newest.values(), default=None)
        yield OwedSeries(Stream.TASK_REPORTS, since.months, came, owing=len(owing))
    for unit in owing:
        yield OwedSeries(Stream.TASK_REPORTS, since.of(unit), newest.get(unit.code), unit.code, owing=tasks[unit.code])


def _releases(session: ReadSession, view: View, reading: _Months) -> Iterator[OwedSeries]:
    """The releases, of the months of which there are figures; nothing before the first release."""
    stands_on = session.scalar(
        select(Release.stands_on).where(Release.seq <= view.seq).order_by(Release.number.desc()).limit(1)
    )
    known = known_periods(session, of_all_sent(view))
    if stands_on is None or known is None:
        return
    released = known_periods(session, of_all_sent(view_at(session, as_of=stands_on)))
    months = tuple(month for month in reading.months if month <= period_of(known[1]))
    yield OwedSeries(Stream.RELEASES, months, None if released is None else released[1])
