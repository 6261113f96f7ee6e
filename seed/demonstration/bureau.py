"""What the bureau and a third party record in the demonstration. Synthetic, and every text says so.

people       each unit has a leader and a liaison from March 2019 on
assessments  every second unit is assessed for December 2019 and December 2020, by field visits and questionnaires,
             with samples of 200; what they find is near what was reported, but for one unit each time, far below
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from metrics.assessments import Method
from metrics.commands.record_assessment import AssessmentGiven, record_assessment
from metrics.commands.record_person import PersonGiven, record_person
from metrics.database import WriteSession
from metrics.periods import format_period, last_day
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import view_at

SAMPLE = 200
_SINCE = date(2019, 3, 1)
_ASSESSED = (date(2019, 12, 1), date(2020, 12, 1))
_WEEKS_AFTER = 3
_LESS = -24  # cases: 12 points of a sample
_METHODS = {"online_rate": Method.FIELD_VISIT, "one_window_rate": Method.QUESTIONNAIRE}


@dataclass(frozen=True, slots=True)
class DemonstrationPerson:
    """Who has a duty of `unit` from the day `period` on."""

    unit: str
    period: date
    duty: str
    name: str
    title: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DemonstrationAssessment:
    """`more`: by how many cases of SAMPLE what was found is above what the reported share would give."""

    unit: str
    period: date
    indicator: str
    method: Method
    more: int
    note: str
    assessed_at: datetime


def demonstration_people(plan: Plan) -> list[DemonstrationPerson]:
    """A leader and a liaison for each reporting unit."""
    at = datetime.combine(_SINCE, time(9), ZoneInfo(plan.document.timezone))
    return [
        DemonstrationPerson(unit.code, _SINCE, duty, f"{name}{number:02d}(演示)", title, at + timedelta(minutes=number))
        for number, unit in enumerate(plan.reporting_units, start=1)
        for duty, name, title in (("leader", "领导", "分管领导"), ("liaison", "联络员", "政务服务科"))
    ]


def demonstration_assessments(plan: Plan, *, seed: str) -> list[DemonstrationAssessment]:
    """The assessments, of indicators that the plan has; none if no unit owes figures."""
    draw = random.Random(seed)
    known = [code for code in _METHODS if code in plan.indicator_by_code]
    units = [unit.code for unit in plan.reporting_units if unit.figures_required][::2]
    return [
        _assessment(plan, unit, period, indicator, more=_LESS if unit == odd else draw.randint(-5, 4))
        for period in (_ASSESSED if units else ())
        for odd in [draw.choice(units)]
        for unit in units
        for indicator in known
    ]


def _assessment(plan: Plan, unit: str, period: date, indicator: str, *, more: int) -> DemonstrationAssessment:
    day = last_day(period) + timedelta(weeks=_WEEKS_AFTER)
    at = datetime.combine(day, time(15), ZoneInfo(plan.document.timezone))
    note = f"演示数据:抽查 {SAMPLE} 件"
    return DemonstrationAssessment(unit, period, indicator, _METHODS[indicator], more, note, at)


def found_in_sample(assessed: DemonstrationAssessment, *, reported: Fraction) -> int:
    """How many of SAMPLE cases fulfil what is assessed, beside a reported share (0 to 1)."""
    return max(0, min(SAMPLE, round(SAMPLE * reported) + assessed.more))


def play_person(session: WriteSession, plan: Plan, person: DemonstrationPerson, *, reviewer: Principal) -> None:
    """Record who has the duty."""
    record_person(
        session,
        person.unit,
        plan=plan,
        principal=reviewer,
        given=PersonGiven(person.duty, person.name, person.title, person.period.isoformat()),
        simulated_at=person.recorded_at,
    )


def play_assessment(session: WriteSession, assessed: DemonstrationAssessment, *, assessor: Principal) -> None:
    """What is found is told from what was reported; where nothing was, there is nothing to compare and none is made."""
    wanted = Wanted(
        units={assessed.unit},
        indicators={assessed.indicator},
        period_from=assessed.period,
        period_to=assessed.period,
    )
    rate = next(iter(rates_by_unit(session, view_at(session), wanted=wanted)), None)
    if rate is None or rate.numerator is None or not rate.denominator:
        return
    found = found_in_sample(assessed, reported=Fraction(rate.numerator) / Fraction(rate.denominator))
    record_assessment(
        session,
        principal=assessor,
        measured=AssessmentGiven(
            assessed.unit,
            format_period(assessed.period),
            assessed.indicator,
            assessed.method,
            numerator=found,
            denominator=SAMPLE,
            sample_size=SAMPLE,
            note=assessed.note,
        ),
        simulated_at=assessed.assessed_at,
    )
