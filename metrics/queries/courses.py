"""The course of every unit and indicator as far as verdicts and pages need it: frames, and single rates of the few."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, overload

import numpy as np
import pandas as pd

from metrics.database import ReadSession
from metrics.periods import Span, add_months, month_number, period_numbered
from metrics.plan.model import Plan
from metrics.projection import POINTS
from metrics.queries.far_past import turning_months
from metrics.queries.first_months import APPLICABLE, NEVER, REPORTED, TurningCondition, met_condition
from metrics.queries.own_rates import own_rates_at
from metrics.queries.rate_frame import rate_frame
from metrics.queries.view import View
from metrics.results import Rate
from metrics.standing import is_owed, months_apart
from metrics.stored_rates import Whole
from metrics.verdicts.known_figures import KnownFigures
from metrics.verdicts.rate_table import RATE_COLUMNS, RateTable
from metrics.verdicts.single_rates import single_rates
from metrics.verdicts.target_table import TargetTable

Rates = Mapping[tuple[str, str], Sequence[Rate]]
_KEYS = ["unit", "indicator", "month"]
_FEW = 600  # reporting units × months: as many are read whole sooner than in the parts that verdicts need


@dataclass(frozen=True, eq=False)
class Courses:
    """`known`: what verdicts are given by. `rates`: (unit, indicator) → rates, oldest first, made when asked for."""

    known: KnownFigures
    rates: Rates


def no_courses(plan: Plan) -> Courses:
    """Those of a plan while nothing is known."""
    return Courses(KnownFigures(RateTable(plan, _frame(RATE_COLUMNS, ())), _firsts_frame(), _met_frame()), {})


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
    turning = read.turning()
    more = [] if whole else list(read.before(recent, turning, begins=begins, first=first, since=since))
    earlier += [] if whole else read.timed(before=begins)
    since[read_whole] = month_number(first)
    frame = pd.concat([recent, *earlier, *more], ignore_index=True)
    if more:  # of the same months as those that time targets
        frame = frame.drop_duplicates(_KEYS)
    table = RateTable(plan, frame)
    known = KnownFigures(table, read.firsts(frame, turning, read_whole), read.met(table, turning, read_whole))
    return Courses(known, _RatesOfCourses(table, chosen, read.indicators, since=since, last=month_number(period)))


def newest_rates(
    rates: Rates, courses: Collection[tuple[str, str]], *, months: int
) -> dict[tuple[str, str], Sequence[Rate]]:
    """Of each of `courses` (unit, indicator) that exists, the last `months` rates or as many as there are, at once."""
    if not isinstance(rates, _RatesOfCourses):
        return {course: rates[course][-months:] for course in courses if course in rates}
    return rates.newest(courses, months=months)


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

    def turning(self) -> Whole:
        """By reporting unit, the first months: reported by indicator, applicable by indicator, met by target."""
        units = [self._view.plan.units[place] for place in self.own]
        last = self._targets.month.period
        return turning_months(self._session, self._view, units=units, conditions=self._conditions, last=last)

    def before(
        self, recent: pd.DataFrame, turning: Whole, *, begins: date, first: date, since: Whole
    ) -> Iterator[pd.DataFrame]:
        """Earlier months of the units whose newest ones are not enough, and in `since` where they begin.

        A course needs the last six points of its pace, and the newest month that was reported.
        """
        plan, months = self._view.plan, POINTS
        counts = np.zeros((2, len(plan.units), len(plan.indicators)), dtype=np.int64)
        short = np.array(self.own, dtype=np.int64)
        while len(short) and begins > first:
            counts += [_counted(recent, plan), _counted(recent[_may_be_points(recent, plan)], plan)]
            of_own = counts[:, self.own][:, :, self.indicators]
            reported, applicable = np.split(turning[:, : 2 * len(self.indicators)] < month_number(begins), 2, axis=1)
            lacking = (reported & (of_own[0] == 0)) | (applicable & (of_own[1] < POINTS))
            short = np.array(self.own, dtype=np.int64)[lacking.any(axis=1)]
            if len(short):
                last, begins = add_months(begins, -1), max(first, add_months(begins, -months))
                recent, months = self.rates(short.tolist(), Span(begins, last)), 2 * months
                since[short] = month_number(begins)
                yield recent

    def timed(self, *, before: date) -> Iterator[pd.DataFrame]:
        """Months `before` a period that say when a target past due was met: by its due date or in its window."""
        due, opened, closed = self._targets.timing_months[self._targets.past].T
        windows = (range(a, b + 1) for a, b in zip(opened.tolist(), closed.tolist(), strict=True))
        months = sorted(month for month in set(due.tolist()).union(*windows) if month < month_number(before))
        gaps = [place for place, (one, other) in enumerate(pairwise(months), start=1) if other > one + 1]
        for start, end in pairwise([0, *gaps, len(months)] if months else []):
            yield self.rates(self.own, Span(period_numbered(months[start]), period_numbered(months[end - 1])))

    def firsts(self, frame: pd.DataFrame, turning: Whole, read_whole: Sequence[int]) -> pd.DataFrame:
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
        own = _firsts_frame(
            units, indicators, months[row, column], found.numerators[at, column], found.denominators[at, column]
        )
        valued = frame[frame["unit"].isin(read_whole) & (frame["denominator"] != 0)].sort_values(_KEYS)
        rolled_up = valued.drop_duplicates(["unit", "indicator"])[list(own)]
        return pd.concat([own, rolled_up], ignore_index=True)

    def met(self, table: RateTable, turning: Whole, read_whole: Sequence[int]) -> pd.DataFrame:
        """The first month in which every unit met each target that it ever met."""
        months = turning[:, 2 * len(self.indicators) :]
        row, target = np.nonzero(months != NEVER)
        own = _met_frame(np.array(self.own, dtype=np.int64)[row], target, months[row, target])
        rows = np.flatnonzero(np.isin(table.column("unit"), read_whole) & table.applicable)
        found = [own]
        for place, indicator in enumerate(self._targets.indicator.tolist()):
            of_target = rows[table.column("indicator")[rows] == indicator]
            met = of_target[self._targets.is_met(np.full(len(of_target), place), table.values(of_target))]
            units, first = np.unique(table.column("unit")[met], return_index=True)
            found.append(_met_frame(units, np.full(len(units), place), table.column("month")[met][first]))
        return pd.concat(found, ignore_index=True)


class _Course(Sequence[Rate]):
    """The rates of one unit and indicator, oldest first, made as they are asked for: a cell of a table needs two."""

    def __init__(self, table: RateTable, unit: int, indicator: int, months: range) -> None:
        self._table, self._unit, self._indicator, self._months = table, unit, indicator, months

    def __len__(self) -> int:
        return len(self._months)

    @overload
    def __getitem__(self, at: int) -> Rate: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Rate]: ...
    def __getitem__(self, at: int | slice) -> Rate | Sequence[Rate]:
        if "_whole" in vars(self):  # the cached property: made already
            return self._whole[at]
        months = self._months[at]
        return self._made(months) if isinstance(months, range) else self._made(range(months, months + 1))[0]

    def __iter__(self) -> Iterator[Rate]:
        return iter(self._whole)

    @cached_property
    def _whole(self) -> list[Rate]:
        return self._made(self._months)

    def _made(self, months: range) -> list[Rate]:
        month = np.array(months, dtype=np.int64)
        unit, indicator = np.full(len(month), self._unit), np.full(len(month), self._indicator)
        places = self._table.find(unit, indicator, month)
        return single_rates(self._table, places, unit=unit.tolist(), indicator=indicator, month=month)


class _RatesOfCourses(Mapping[tuple[str, str], Sequence[Rate]]):
    """(unit, indicator) → the rates of the months in which the unit exists, oldest first."""

    def __init__(
        self, table: RateTable, units: Sequence[int], indicators: Sequence[int], *, since: Whole, last: int
    ) -> None:
        plan = table.plan
        lives = [(place, *plan.lives[plan.units[place].code]) for place in units]
        months = [(place, range(max(int(since[place]), begins), min(last, ends) + 1)) for place, begins, ends in lives]
        self._table = table
        self._months = {plan.units[place].code: (place, span) for place, span in months if span}
        self._indicators = {plan.indicators[place].code: place for place in indicators}
        self._made: dict[tuple[str, str], _Course] = {}

    def __getitem__(self, key: tuple[str, str]) -> Sequence[Rate]:
        if key not in self._made:
            (unit, months), indicator = self._months[key[0]], self._indicators[key[1]]
            self._made[key] = _Course(self._table, unit, indicator, months)
        return self._made[key]

    def newest(self, courses: Collection[tuple[str, str]], *, months: int) -> dict[tuple[str, str], Sequence[Rate]]:
        asked = [course for course in courses if course in self]
        spans = [self._months[unit][1][-months:] for unit, _ in asked]
        counts = [len(span) for span in spans]
        unit = np.repeat([self._months[unit][0] for unit, _ in asked], counts)
        indicator = np.repeat([self._indicators[code] for _, code in asked], counts)
        month = np.concatenate([np.zeros(0, dtype=np.int64), *spans])
        places = self._table.find(unit, indicator, month)
        made = iter(single_rates(self._table, places, unit=unit.tolist(), indicator=indicator, month=month))
        return {course: list(islice(made, count)) for course, count in zip(asked, counts, strict=True)}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((unit, indicator) for unit in self._months for indicator in self._indicators)

    def __len__(self) -> int:
        return len(self._months) * len(self._indicators)


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


def _firsts_frame(*columns: Whole) -> pd.DataFrame:
    names = {"unit": np.int32, "indicator": np.int16, "month": np.int32, "numerator": np.int64, "denominator": np.int64}
    return _frame(names, columns)


def _met_frame(*columns: Whole) -> pd.DataFrame:
    return _frame({"unit": np.int32, "target": np.int32, "month": np.int32}, columns)


def _frame(kinds: Mapping[str, Any], columns: Sequence[Whole]) -> pd.DataFrame:
    given = columns or [np.empty(0, dtype=np.int64)] * len(kinds)
    return pd.DataFrame({name: column.astype(kind) for (name, kind), column in zip(kinds.items(), given, strict=True)})
