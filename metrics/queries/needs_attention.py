"""What needs attention on one date: the query beneath the overview's list and the dataset `attention`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from metrics.database import ReadSession
from metrics.periods import JudgedMonth, add_months, last_day, newest_ended_period
from metrics.plan.level import Level
from metrics.plan.model import Unit
from metrics.queries.judged_month import judged_by_default
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit, settled_before
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.view import View
from metrics.results import Light, Progress
from metrics.verdicts.attention_table import AttentionTable, Watched, attention_table
from metrics.verdicts.ratios import Whole
from metrics.verdicts.verdict_table import SIGNALS, VerdictTable

_RED = SIGNALS.index(Light.RED)


def watched_targets(view: View, *, on: date) -> tuple[str, ...]:
    """The targets that are always looked at: the core ones, and those that gate the phase of `on`."""
    phase = view.plan.phase_on(on)
    core = [target.code for target in core_targets(view, on=on)]
    return tuple(dict.fromkeys((*core, *(() if phase is None else phase.gate_targets))))


def attention_among(
    session: ReadSession, view: View, judged: JudgedProgress, *, level: Level | None = None
) -> AttentionTable | None:
    """What needs attention among the core targets as `judged`, in the order in which it is listed; None: no verdicts.

    `level` (None: every reporting unit and the root) says whose units are looked at; of one that adds up others its
    verdicts and no submission. `judged` holds every one of them and at least :func:`watched_targets`; by their
    indicators it is told who has reported.
    """
    if judged.on is None or judged.table is None:
        return None
    plan, on, table = view.plan, judged.on, judged.table
    units, top = (plan.reporting_units, plan.root) if level is None else (level.units, level.under)
    watched = [plan.target_in_force(code, on) for code in watched_targets(view, on=on)]
    indicators = {target.indicator for target in watched if target is not None}
    last_reported = table.known.last_reported.copy()
    last_reported[:, [indicator.code not in indicators for indicator in plan.indicators]] = -1
    known = known_periods(session, view)
    asked = newest_ended_period(on)
    return attention_table(
        Watched(
            verdicts=table,
            units=[unit for unit in units if unit.exists_on(on)],
            targets={target.code for target in core_targets(view, on=on)},
            last_reported=last_reported,
            told_each=min((plan.months_apart[code] for code in indicators if code is not None), default=1),
            first=None if known is None else known[0],
            until=asked if judged.period != asked else None,
            before=_before(session, view, judged, table, units=units),
            fell_due=_fell_due(session, view, judged, units=units, top=top),
        )
    )


def _fell_due(
    session: ReadSession, view: View, judged: JudgedProgress, *, units: Sequence[Unit], top: Unit
) -> tuple[Progress, ...]:
    """The verdicts on what fell due in a month that is not judged yet.

    On `top`, which adds up the others, by what is for all; on those of `units` with targets of their own by these.
    """
    newer = judged_by_default(session, view).newer
    if judged.on is None or not newer:
        return ()
    plan, on = view.plan, judged.on
    until = last_day(newer[-1].period)
    since = max(on, last_day(add_months(newer[0].period, -1)))
    fell_due = {
        (unit.code, target.code)
        for unit in (top, *(unit for unit in units if unit.code in plan.own_targets))
        for target in plan.targets_in_force(on, unit=unit.code)
        if target.measured and target.due_on is not None and since < target.due_on <= until
        if unit is top or target.for_units
    }
    if not fell_due:
        return ()
    asked, codes = zip(*fell_due, strict=True)
    month = JudgedMonth(newest_ended_period(on), on)
    found = progress_by_unit(session, view, month=month, units=asked, targets=codes).progress
    return tuple(verdict for verdict in found if (verdict.unit_code, verdict.target_code) in fell_due)


def _before(
    session: ReadSession, view: View, judged: JudgedProgress, table: VerdictTable, *, units: Sequence[Unit]
) -> Whole:
    """The lights by the rules, in the month before, of what is red now of `units`, by row; −1 for what is not asked."""
    found = np.full(len(table), -1, dtype=np.int8)
    core = {target.code for target in core_targets(view, on=judged.on)} if judged.on else set()
    is_core = np.array([target.code in core for target in table.targets.targets], dtype=bool)[table.target]
    looked_at = {unit.code for unit in units}
    is_looked_at = np.array([unit.code in looked_at for unit in view.plan.units], dtype=bool)[table.unit]
    red = np.flatnonzero((table.computed_light == _RED) & is_core & is_looked_at)
    if judged.period is None or not len(red):
        return found
    codes, month = table.only(red).codes(), JudgedMonth.of(add_months(judged.period, -1))
    known = known_periods(session, view)
    if known is None or month.period < known[0]:
        return found
    asked, wanted = {unit for unit, _ in codes}, {target for _, target in codes}
    lights = _lights(settled_before(table, month, units=asked, targets=wanted))
    if unsettled := [pair for pair in codes if pair not in lights]:
        asked, wanted = {unit for unit, _ in unsettled}, {target for _, target in unsettled}
        earlier = progress_by_unit(session, view, month=month, units=asked, targets=wanted)
        lights |= {} if earlier.table is None else _lights(earlier.table)
    found[red] = [lights.get(pair, -1) for pair in codes]
    return found


def _lights(verdicts: VerdictTable) -> dict[tuple[str, str], int]:
    """By unit and target the place of the light by the rules."""
    return dict(zip(verdicts.codes(), verdicts.computed_light.tolist(), strict=True))
