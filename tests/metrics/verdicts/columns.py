"""Rates as frames, and the same judged one by one: what the tests of whole columns are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from metrics.periods import JudgedMonth, add_months, month_number
from metrics.plan.model import Indicator, Plan, Target
from metrics.rates import is_denominator_watch, value_of
from metrics.results import Progress, Rate
from metrics.submission_states import State
from metrics.verdicts.known_figures import KnownFigures
from metrics.verdicts.rate_table import RATE_COLUMNS, RateTable
from metrics.verdicts.single_verdicts import single_verdicts
from metrics.verdicts.target_table import TargetTable
from metrics.verdicts.verdict_table import VerdictTable
from tests.pace_oracle import points_of
from tests.verdict_oracle import Evidence, judge, satisfies
from tests.workbooks import city_plan

CITY = city_plan()  # here, since reading it takes longer than an example may
Courses = Mapping[tuple[str, str], Sequence[Rate]]


@dataclass(frozen=True)
class Judgement:
    """`courses`: (unit, indicator) → every rate up to the month judged, unreported ones included, oldest first."""

    plan: Plan
    targets: tuple[Target, ...]
    month: JudgedMonth
    courses: Courses

    def one_by_one(self, *, apart: int = 1) -> list[Progress]:
        """Every unit × target by the slow code; of the units one in `apart`, the first among them."""
        return [self._judged(unit.code, target) for unit in self.plan.units[::apart] for target in self.targets]

    def _judged(self, unit: str, target: Target) -> Progress:
        indicator = self.plan.indicator_by_code[str(target.indicator)]
        course = list(self.courses.get((unit, indicator.code), ()))
        watched = (
            len(course) > 1
            and course[-2].period == add_months(course[-1].period, -1)
            and is_denominator_watch(indicator, course[-1], course[-2])
        )
        evidence = Evidence(
            rate=course[-1] if course else None,
            course=[(rate.period, rate.value) for rate in course if rate.value is not None],
            points=points_of(course, months_apart=self.plan.months_apart[indicator.code]),
            denominator_watch=watched,
            months_apart=self.plan.months_apart[indicator.code],
        )
        step = self.plan.numerator_steps[indicator.code]
        return judge(target, indicator, step=step, unit_code=unit, evidence=evidence, on=self.month.on)

    def in_columns(self) -> VerdictTable:
        """Every unit × target in whole columns."""
        units, count = len(self.plan.units), len(self.targets)
        return VerdictTable(
            targets=TargetTable(self.plan, self.month, self.targets),
            known=KnownFigures(RateTable(self.plan, self.rates()), self._firsts(), self._met()),
            unit=np.repeat(np.arange(units), count),
            target=np.tile(np.arange(count), units),
        )

    def rates(self) -> pd.DataFrame:
        """The rates as a frame."""
        states = list(State)
        rows = []
        for rate in (rate for course in self.courses.values() for rate in course):
            if rate.numerator is not None and rate.denominator is not None:
                unit, indicator, scale = self._places(rate)
                counts = (rate.units_reported, rate.units_carried, rate.units_expected)
                numbers = (int(rate.numerator * scale), int(rate.denominator * scale))
                rows.append((unit, indicator, month_number(rate.period), *numbers, states.index(rate.state), *counts))
        return frame_of(rows, RATE_COLUMNS)

    def _places(self, rate: Rate) -> tuple[int, int, int]:
        units = [unit.code for unit in self.plan.units]
        indicators = [indicator.code for indicator in self.plan.indicators]
        scale = 10 ** self.plan.indicator_decimals[rate.indicator_code]
        return units.index(rate.unit_code), indicators.index(rate.indicator_code), scale

    def _firsts(self) -> pd.DataFrame:
        names = ("unit", "indicator", "month", "numerator", "denominator")
        rows = []
        for course in self.courses.values():
            first = next((rate for rate in course if rate.value is not None), None)
            if first is not None and first.numerator is not None and first.denominator is not None:
                unit, indicator, scale = self._places(first)
                numbers = (int(first.numerator * scale), int(first.denominator * scale))
                rows.append((unit, indicator, month_number(first.period), *numbers))
        return frame_of(rows, {name: RATE_COLUMNS[name] for name in names})

    def _met(self) -> pd.DataFrame:
        rows = []
        for place, unit in enumerate(self.plan.units):
            for number, target in enumerate(self.targets):
                for rate in self.courses.get((unit.code, str(target.indicator)), ()):
                    if rate.value is not None and satisfies(rate.value, target):
                        rows.append((place, number, month_number(rate.period)))
                        break
        return frame_of(rows, {"unit": np.int32, "target": np.int32, "month": np.int32})


def frame_of(rows: Sequence[Sequence[int]], columns: Mapping[str, type]) -> pd.DataFrame:
    """`rows` as a frame; numbers too great for int64 as Python integers."""
    found: dict[str, Any] = {}
    for place, (name, kind) in enumerate(columns.items()):
        numbers = [row[place] for row in rows]
        wide = any(abs(number) > np.iinfo(np.int64).max for number in numbers)
        found[name] = np.array(numbers, dtype=object if wide else kind)
    return pd.DataFrame(found)


def a_plan(**changes: object) -> Plan:
    """The city's plan with `changes`."""
    return Plan.model_validate({name: getattr(CITY, name) for name in Plan.model_fields} | changes)


def a_rate(plan: Plan, unit: str, indicator: str, period: date, *figures: int, state: State = State.SUBMITTED) -> Rate:
    """A rate of numerator and denominator in whole numbers of the rates' columns, reported, carried and expected."""
    measured, scale = plan.indicator_by_code[indicator], 10 ** plan.indicator_decimals[indicator]
    above, below = Fraction(figures[0], scale), Fraction(figures[1], scale)
    return Rate(unit, period, indicator, above, below, value_of(measured, above, below), state, *figures[2:])


def no_rate(unit: str, indicator: str, period: date, *, expected: int = 1) -> Rate:
    """A month that was not reported."""
    return Rate(unit, period, indicator, None, None, None, State.NOT_REPORTED, 0, 0, expected)


@cache
def _made_for(indicator: Indicator, unit: str) -> Plan:
    """The city's plan with one unit below the city and one indicator, of elements with four decimals."""
    element = CITY.elements[0].model_copy(update={"decimals": 4})
    return a_plan(
        units=(CITY.root, CITY.reporting_units[0].model_copy(update={"code": unit})),
        elements=tuple(element.model_copy(update={"code": code}) for code in indicator.elements),
        indicators=(indicator,),
        targets=(),
    )


def in_columns(target: Target, indicator: Indicator, rates: Sequence[Rate], *, on: date) -> Progress:
    """The verdict in whole columns on one unit of a plan made for it. `rates`: of all months, oldest first."""
    unit = rates[0].unit_code
    made = _made_for(indicator, unit)
    own = target.model_copy(update={"indicator": indicator.code})
    judgement = Judgement(made, (own,), JudgedMonth(rates[-1].period, on), {(unit, indicator.code): rates})
    return single_verdicts(judgement.in_columns())[1]
