"""The verdict on every target for every unit on one date: the query beneath the matrix, target and unit pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from metrics.database import ReadSession
from metrics.periods import last_day, newest_ended_period
from metrics.progress import judge
from metrics.queries.courses import Asked, Courses, Rates, courses_of
from metrics.queries.overrides import Standing, Verdict, overrides_in_force
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View
from metrics.results import Override, Progress
from metrics.settings import settings


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts on the date `on`, from figures of `period` (None: nothing is known yet).

    `progress` is ordered by unit, then target, both in display order. `courses` holds the rates behind them:
    (unit, indicator) → rates up to `period`, oldest first, unreported ones included; see :func:`progress_by_unit`
    for how far back.
    """

    on: date | None
    period: date | None
    progress: tuple[Progress, ...]
    courses: Rates

    def of(self, unit: str, target: str) -> Progress | None:
        return next((p for p in self.progress if p.unit_code == unit and p.target_code == target), None)


def progress_by_unit(
    session: ReadSession,
    view: View,
    *,
    on: date | None = None,
    units: Collection[str] | None = None,
    targets: Collection[str] | None = None,
    whole_courses: bool = False,
) -> Judged:
    """Judge the measured targets in force on `on` for the units that exist then.

    `on` defaults to the last day of the newest period with data, or that was sent where none counts on the view's
    basis. The judged period is the newest one with data that
    ended by `on`; a unit without a return for it is not reported, whatever it reported before. Targets without a
    number have no row: they are tracked by milestones and task reports.

    Courses begin with the first known period for `whole_courses`; else no later than the month before the judged
    one, the newest return, or what a projection rests on. Verdicts are the same.
    """
    ends = known_periods(session, view)
    sent = ends or known_periods(session, of_all_sent(view))
    on = on or (last_day(sent[1]) if sent else None)
    if on is None:
        return Judged(on=None, period=None, progress=(), courses={})
    period = None if ends is None else min(ends[1], newest_ended_period(on))
    if ends is None or period is None or period < ends[0]:
        period = None
    plan = view.plan
    judged = [t for t in plan.targets_in_force(on) if t.measured and (targets is None or t.code in targets)]
    known = Courses()
    if ends is not None and period is not None:
        asked = Asked(period, units, tuple(judged), on)
        known = courses_of(session, view, asked, ends=ends, whole=whole_courses)
    by_hand = {} if period is None else overrides_in_force(session, view, period=period, units=units)
    chosen = [u for u in plan.units if (units is None or u.code in units) and u.exists_on(on)]
    with_indicators = [(target, plan.indicator_by_code[str(target.indicator)]) for target in judged]
    lights = settings().lights
    progress = []
    for unit in chosen:
        for target, indicator in with_indicators:
            evidence = known.evidence(unit.code, indicator)
            verdict = judge(target, indicator, unit_code=unit.code, evidence=evidence, on=on, lights=lights)
            progress.append(_with_light(verdict, by_hand))
    return Judged(on=on, period=period, progress=tuple(progress), courses=known.rates)


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
