"""The verdict on every target for every unit on one date: the query beneath the matrix, target and unit pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from metrics.database import ReadSession
from metrics.periods import add_months, last_day, newest_ended_period
from metrics.plan.model import Indicator, Target
from metrics.progress import Evidence, judge
from metrics.queries.overrides import Standing, Verdict, overrides_in_force
from metrics.queries.rates_by_unit import Wanted, known_periods, rates_by_unit
from metrics.queries.view import View
from metrics.rates import is_denominator_watch
from metrics.results import Override, Progress, Rate
from metrics.settings import settings


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts on the date `on`, from figures of `period` (None: nothing is known yet).

    `progress` is ordered by unit, then target, both in display order. `courses` holds the rates behind them:
    (unit, indicator) → every rate from the first known period to `period`, oldest first, unreported ones included.
    """

    on: date | None
    period: date | None
    progress: tuple[Progress, ...]
    courses: dict[tuple[str, str], list[Rate]]

    def of(self, unit: str, target: str) -> Progress | None:
        return next((p for p in self.progress if p.unit_code == unit and p.target_code == target), None)


def progress_by_unit(
    session: ReadSession,
    view: View,
    *,
    on: date | None = None,
    units: Collection[str] | None = None,
    targets: Collection[str] | None = None,
) -> Judged:
    """Judge the measured targets in force on `on` for the units that exist then.

    `on` defaults to the last day of the newest period with data. The judged period is the newest one with data that
    ended by `on`; a unit without a return for it is not reported, whatever it reported before. Targets without a
    number have no row: they are tracked by milestones and task reports.
    """
    ends = known_periods(session, view)
    on = on or (last_day(ends[1]) if ends else None)
    if on is None:
        return Judged(on=None, period=None, progress=(), courses={})
    period = None if ends is None else min(ends[1], newest_ended_period(on))
    if ends is None or period is None or period < ends[0]:
        period = None
    plan = view.plan
    judged = [t for t in plan.targets_in_force(on) if t.measured and (targets is None or t.code in targets)]
    courses: dict[tuple[str, str], list[Rate]] = {}
    if period is not None:
        wanted = Wanted(units=units, indicators={str(t.indicator) for t in judged}, period_to=period)
        for rate in rates_by_unit(session, view, wanted=wanted):
            courses.setdefault((rate.unit_code, rate.indicator_code), []).append(rate)
    by_hand = {} if period is None else overrides_in_force(session, view, period=period, units=units)
    chosen = [u for u in plan.units if (units is None or u.code in units) and u.exists_on(on)]
    progress = tuple(
        _with_light(
            _judged(target, plan.indicator_by_code[str(target.indicator)], unit=unit.code, courses=courses, on=on),
            by_hand,
        )
        for unit in chosen
        for target in judged
    )
    return Judged(on=on, period=period, progress=progress, courses=courses)


def _with_light(verdict: Progress, by_hand: Mapping[Verdict, Standing]) -> Progress:
    """`verdict` with the light that somebody set by hand, if anybody did."""
    found = by_hand.get((verdict.unit_code, verdict.target_code))
    if found is None:
        return verdict
    override = Override(
        light=found.light,
        computed=verdict.light,
        reason=found.reason,
        actor=found.actor,
        recorded_at=found.recorded_at,
        seq=found.seq,
    )
    return replace(verdict, light=found.light, override=override)


def _judged(
    target: Target, indicator: Indicator, *, unit: str, courses: dict[tuple[str, str], list[Rate]], on: date
) -> Progress:
    rates = courses.get((unit, indicator.code), [])
    evidence = Evidence(
        rate=rates[-1] if rates else None,
        course=[(rate.period, rate.value) for rate in rates if rate.value is not None],
        denominator_watch=_is_watched(indicator, rates),
    )
    return judge(target, indicator, unit_code=unit, evidence=evidence, on=on, lights=settings().lights)


def _is_watched(indicator: Indicator, rates: list[Rate]) -> bool:
    if len(rates) < 2 or rates[-2].period != add_months(rates[-1].period, -1):
        return False
    return is_denominator_watch(indicator, rates[-1], rates[-2])
