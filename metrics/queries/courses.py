"""The course of every unit and indicator as far as verdicts and pages need it: frames, and single rates of the few."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from metrics.database import ReadSession
from metrics.periods import Span, add_months, month_number, period_numbered
from metrics.plan.model import Plan
from metrics.projection import POINTS
from metrics.queries.far_past import turning_months
from metrics.queries.first_months import APPLICABLE, NEVER, REPORTED, TurningCondition, met_condition
from metrics.queries.own_rates import own_rates_at
from metrics.queries.rate_frame import rate_frame, sent_frame
from metrics.queries.rates_of_courses import RatesOfCourses
from metrics.queries.view import View
from metrics.results import Rate
from metrics.standing import is_owed, months_apart
from metrics.stored_rates import Whole
from metrics.verdicts.known_figures import KnownFigures
from metrics.verdicts.rate_table import RATE_COLUMNS, RateTable
from metrics.verdicts.target_table import TargetTable

Rates = Mapping[tuple[str, str], Sequence[Rate]]
_KEYS = ["unit", "indicator", "month"]
_FIRSTS = {"unit": np.int32, "indicator": np.int16, "month": np.int32, "numerator": np.int64, "denominator": np.int64}
_MET = {"unit": np.int32, "target": np.int32, "month": np.int32}
_FEW = 600  # reporting units × months: as many are read whole sooner than in the parts that verdicts need


@dataclass(frozen=True, eq=False)
class Courses:
    """`known`: what verdicts are given by. `rates`: (unit, indicator) → rates, oldest first, made when asked for."""

    known: KnownFigures
    rates: Rates


def no_courses(plan: Plan) -> Courses:
    """Those of a plan while nothing is known."""
    rates, firsts, met = _nothing()
    return Courses(KnownFigures(RateTable(plan, rates), firsts, met), {})


@cache
def _nothing() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Frames without a row, which nobody changes: making them anew takes longer than many a judgement."""
    return _frame(RATE_COLUMNS, ()), _frame(_FIRSTS, ()), _frame(_MET, ())


def courses_of(
    session: ReadSession,
    view: View,
    targets: TargetTable,
    *,
    units: Collection[str] | None,
    first: date,
    whole: bool,
) -> Courses:
    """The courses of `units` (None: all) up to the month judged, for verdicts by `targets`.

    They begin with `first`, the first known period, if `whole` or if that is little, and else as far back as verdicts
    need. Units that add up others are read whole, from what is kept of their past. What is read whole says itself when
    a unit first had a value and first met a target; of the others the database is asked.
    """
    plan, period = view.plan, targets.month.period
    chosen = [place for place, u in enumerate(plan.units) if units is None or u.code in units]
    below = {unit.code for place in chosen for unit in plan.reporting_units_under(plan.units[place].code)}
    whole = whole or len(below) * len(Span(first, period).months) <= _FEW
    read_whole = [place for place in chosen if whole or plan.units[place].code in plan.children]
    read = _CourseReading(session, view, targets, sorted(set(chosen) - set(read_whole)))
    begins = first if whole else max(first, add_months(period, 1 - POINTS))
    recent = read.rates(chosen, Span(begins, period))
    since = np.full(len(plan.units), month_number(begins), dtype=np.int64)
    earlier = [] if whole else [read.rates(read_whole, Span(first, add_months(begins, -1)))]
    turning = read.turning(recent, begins=begins)
    more = [] if whole else list(read.before(recent, turning, begins=begins, first=first, since=since))
    since[read_whole] = month_number(first)
    frame = pd.concat([recent, *earlier, *more], ignore_index=True) if earlier or more else recent
    table = RateTable(plan, frame)
    known = KnownFigures(
        table,
        read.firsts(table, turning, read_whole),
        read.met(table, turning, read_whole),
        None if whole else partial(read.timed, frame, before=begins),
    )
    return Courses(known, RatesOfCourses(table, chosen, read.indicators, since=since, last=month_number(period)))


class _CourseReading:
    """What one reading of courses asks for: `own`, the reporting units, and `indicators`, all as places in the plan."""

    def __init__(self, session: ReadSession, view: View, targets: TargetTable, own: Sequence[int]) -> None:
        self._session, self._view, self._targets, self.own = session, view, targets, list(own)
        self.indicators = np.unique(targets.indicator).astype(np.int64).tolist()
        codes = [view.plan.indicators[place].code for place in self.indicators]
        self._conditions = [TurningCondition(code, kind) for kind in (REPORTED, APPLICABLE) for code in codes]
        self._conditions += [met_condition(view.plan, target) for target in targets.targets]

    def rates(self, units: Sequence[int], span: Span, indicators: Sequence[int] | None = None) -> pd.DataFrame:
        plan = self._view.plan
        wanted = {plan.indicators[place].code for place in indicators or self.indicators}
        return rate_frame(
            self._session, self._view, units={plan.units[place].code for place in units}, indicators=wanted, span=span
        )

    def turning(self, recent: pd.DataFrame, *, begins: date) -> Whole:
        """By reporting unit, the first months: reported by indicator, applicable by indicator, met by target.

        `recent` says itself of the months from `begins` on; of those before the database is asked.
        """
        if not self.own:
            return np.full((0, len(self._conditions)), NEVER, dtype=np.int64)
        units = [self._view.plan.units[place] for place in self.own]
        last = add_months(begins, -1)
        earlier = turning_months(self._session, self._view, units=units, conditions=self._conditions, last=last)
        return np.minimum(earlier, self._turning_in(recent))

    def _turning_in(self, frame: pd.DataFrame) -> Whole:
        """As :meth:`turning`, of what `frame` holds, which is ordered by unit, indicator and month."""
        plan, count = self._view.plan, len(self.indicators)
        found = np.full((len(self.own), len(self._conditions)), NEVER, dtype=np.int64)
        row_of, column_of = np.full(len(plan.units), -1), np.full(len(plan.indicators), -1)
        row_of[self.own], column_of[self.indicators] = np.arange(len(self.own)), np.arange(count)
        table = RateTable(plan, frame[row_of[frame["unit"].to_numpy()] >= 0])
        row, column = row_of[table.column("unit")], column_of[table.column("indicator")]
        month = table.column("month")

        def put(places: Whole, columns: Whole) -> None:
            backwards = places[::-1]  # of several months the first is written last, and stands
            found[row[backwards], columns[::-1]] = month[backwards]

        put(np.arange(len(table)), column)
        applicable = np.flatnonzero(table.applicable)
        put(applicable, count + column[applicable])
        for target, indicator in enumerate(self._targets.indicator.tolist()):
            of_target = applicable[column[applicable] == column_of[indicator]]
            met = of_target[self._targets.is_met(np.full(len(of_target), target), table.values(of_target))]
            put(met, np.full(len(met), 2 * count + target))
        return found

    def before(
        self, recent: pd.DataFrame, turning: Whole, *, begins: date, first: date, since: Whole
    ) -> Iterator[pd.DataFrame]:
        """Earlier months of the units whose newest ones are not enough, and in `since` where they begin.

        A course needs the last six points of its pace, and the newest month that was reported. What is owed seldom has
        its points far back: of that the owed months alone are read, and `since` stays.
        """
        plan, months = self._view.plan, POINTS
        counts = np.zeros((2, len(plan.units), len(plan.indicators)), dtype=np.int64)
        counts += [_counted(recent, plan), _counted(recent[_may_be_points(recent, plan)], plan)]
        monthly = months_apart(plan, plan.indicators)[self.indicators] == 1
        short = np.array(self.own, dtype=np.int64)
        while len(short) and begins > first:
            of_own = counts[:, self.own][:, :, self.indicators]
            reported, applicable = np.split(turning[:, : 2 * len(self.indicators)] < month_number(begins), 2, axis=1)
            lacking = (reported & (of_own[0] == 0)) | (applicable & monthly & (of_own[1] < POINTS))
            short = np.array(self.own, dtype=np.int64)[lacking.any(axis=1)]
            if len(short):
                last, begins = add_months(begins, -1), max(first, add_months(begins, -months))
                recent, months = self.rates(short.tolist(), Span(begins, last)), 2 * months
                counts += [_counted(recent, plan), _counted(recent[_may_be_points(recent, plan)], plan)]
                since[short] = month_number(begins)
                yield recent
        for apart in np.unique(months_apart(plan, plan.indicators)[self.indicators][~monthly]).tolist():
            yield from self._seldom(apart, counts[1], turning, first=month_number(first), since=since)

    def _seldom(self, apart: int, points: Whole, turning: Whole, *, first: int, since: Whole) -> Iterator[pd.DataFrame]:
        """Of what is owed every so many months, the owed months before `since` in which its last six points lie.

        `points`: how many of them were read already, by unit and indicator.
        """
        plan, months = self._view.plan, POINTS
        columns = np.flatnonzero(months_apart(plan, plan.indicators)[self.indicators] == apart)
        indicators = [self.indicators[column] for column in columns.tolist()]
        begins = turning[:, len(self.indicators) + columns]
        own, last = np.array(self.own, dtype=np.int64), int(since[self.own].max(initial=0)) - 1
        read = since.copy()  # by unit the first month of which all points are known
        while len(own):
            lacking = (points[own][:, indicators] < POINTS) & (begins < read[own][:, None])
            own, begins = own[lacking.any(axis=1)], begins[lacking.any(axis=1)]
            last -= (last + 1) % apart
            owed = [month for month in range(last, last - months * apart, -apart) if month >= first]
            if not len(own) or not owed:
                return
            wanted = [indicators[column] for column in np.flatnonzero(lacking.any(axis=0)).tolist()]
            found = sent_frame(self._session, self._view, units=own.tolist(), indicators=wanted, months=owed)
            new = found[found["month"].to_numpy() < since[found["unit"].to_numpy()]]
            points = points + _counted(new[new["denominator"].to_numpy() != 0], plan)
            read[own] = np.minimum(read[own], owed[-1])
            last, months = owed[-1] - apart, 2 * months
            yield new

    def timed(self, frame: pd.DataFrame, units: Whole, *, before: date) -> RateTable:
        """What `frame` has of `units`, places in the plan, with the months `before` a period that time targets."""
        own = sorted(set(self.own) & set(units.tolist()))
        parts = [frame[frame["unit"].isin(units)], *(self._timed(own, before=before) if own else ())]
        # Units of which more was read have some of the same months.
        return RateTable(self._view.plan, pd.concat(parts, ignore_index=True).drop_duplicates(_KEYS))

    def _timed(self, units: Sequence[int], *, before: date) -> Iterator[pd.DataFrame]:
        """Months `before` a period that say when a target past due was met: by its due date or in its window."""
        past = self._targets.past
        asked: dict[int, set[int]] = {}  # by month: of which indicators
        for indicator, (due, opened, closed) in zip(
            self._targets.indicator[past].tolist(), self._targets.timing_months[past].tolist(), strict=True
        ):
            for month in (due, *range(opened, closed + 1)):
                if month < month_number(before):
                    asked.setdefault(month, set()).add(indicator)
        months = sorted(asked)
        gaps = [place for place, (one, other) in enumerate(pairwise(months), start=1) if other > one + 1]
        for start, end in pairwise([0, *gaps, len(months)] if months else []):
            run = months[start:end]
            indicators = sorted(set().union(*(asked[month] for month in run)))
            yield self.rates(units, Span(period_numbered(run[0]), period_numbered(run[-1])), indicators)

    def firsts(self, table: RateTable, turning: Whole, read_whole: Sequence[int]) -> pd.DataFrame:
        """The first value of every unit and indicator that ever had one."""
        count = len(self.indicators)
        months = turning[:, count : 2 * count]
        row, column = np.nonzero(months != NEVER)
        units, indicators = np.array(self.own, dtype=np.int64)[row], np.array(self.indicators)[column]
        pairs = np.unique(np.stack([row, months[row, column]], axis=1), axis=0)
        codes = [self._view.plan.units[self.own[place]].code for place in pairs[:, 0].tolist()]
        found = own_rates_at(
            self._session,
            self._view,
            units=codes,
            periods=[period_numbered(month) for month in pairs[:, 1].tolist()],
            indicators=self.indicators,
        )
        place_of = np.full(len(pairs), -1)
        place_of[found.unit] = np.arange(len(found.unit))
        wanted = np.stack([row, months[row, column]], axis=1)
        at = place_of[np.searchsorted(_as_numbers(pairs), _as_numbers(wanted))]
        own = (units, indicators, months[row, column], found.numerators[at, column], found.denominators[at, column])
        rows = self._valued(table, read_whole)
        rows = rows[np.unique(table.courses[rows], return_index=True)[1]]  # of each course the first
        rolled_up = [table.column(name)[rows] for name in _FIRSTS]
        return _frame(_FIRSTS, [np.concatenate(columns) for columns in zip(own, rolled_up, strict=True)])

    def _valued(self, table: RateTable, units: Sequence[int]) -> Whole:
        """The rows of these units that have a value."""
        wanted = np.zeros(len(self._view.plan.units), dtype=bool)
        wanted[list(units)] = True
        return np.flatnonzero(wanted[table.column("unit")] & table.applicable)

    def met(self, table: RateTable, turning: Whole, read_whole: Sequence[int]) -> pd.DataFrame:
        """The first month in which every unit met each target that it ever met."""
        months = turning[:, 2 * len(self.indicators) :]
        row, target = np.nonzero(months != NEVER)
        found = [[np.array(self.own, dtype=np.int64)[row], target, months[row, target]]]
        rows = self._valued(table, read_whole)
        for place, indicator in enumerate(self._targets.indicator.tolist()):
            of_target = rows[table.column("indicator")[rows] == indicator]
            met = of_target[self._targets.is_met(np.full(len(of_target), place), table.values(of_target))]
            units, first = np.unique(table.column("unit")[met], return_index=True)
            found.append([units, np.full(len(units), place), table.column("month")[met][first]])
        return _frame(_MET, [np.concatenate(columns) for columns in zip(*found, strict=True)])


def _may_be_points(rates: pd.DataFrame, plan: Plan) -> Whole:
    """Which rows are applicable, and of a month that is owed: what stands in between is no point of a pace."""
    apart = months_apart(plan, plan.indicators)[rates["indicator"].to_numpy()]
    found: Whole = (rates["denominator"].to_numpy() != 0) & is_owed(rates["month"].to_numpy(), apart)
    return found


def _counted(rates: pd.DataFrame, plan: Plan) -> Whole:
    """How many rows each unit and indicator has."""
    shape = (len(plan.units), len(plan.indicators))
    courses = rates["unit"].to_numpy().astype(np.int64) * shape[1] + rates["indicator"].to_numpy()
    counts: Whole = np.bincount(courses, minlength=shape[0] * shape[1]).reshape(shape)
    return counts


def _as_numbers(pairs: Whole) -> Whole:
    numbers: Whole = pairs[:, 0] * (NEVER + 1) + pairs[:, 1]
    return numbers


def _frame(kinds: Mapping[str, Any], columns: Sequence[Whole]) -> pd.DataFrame:
    given = columns or [np.empty(0, dtype=np.int64)] * len(kinds)
    named = {name: column.astype(kind) for (name, kind), column in zip(kinds.items(), given, strict=True)}
    return pd.DataFrame(named, copy=False)
