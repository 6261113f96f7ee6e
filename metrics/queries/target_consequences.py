"""What another plan makes of what is judged: the verdicts, ranks, gates and scores that differ, month by month.

Nothing is judged here: both plans are put through the queries that pages and files ask (domain rule 6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np

from metrics.database import ReadSession
from metrics.periods import JudgedMonth, add_months, last_day, period_of, periods_between
from metrics.plan.model import Plan, Target
from metrics.queries.judged_month import judged_month
from metrics.queries.leaderboard import leaderboard, score_tables
from metrics.queries.phase_gates import PhaseOfUnit, phase_gates
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.score_sheets import RankedSheet, score_sheets
from metrics.queries.view import View
from metrics.results import Progress, Rank
from metrics.rounding import lines_of, shown
from metrics.supervision.gates import GateVerdict, gated_phases


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """A verdict, and its value and projected value as they are written beside the lines of the plan; None without."""

    verdict: Progress
    value: str | None
    projected: str | None


@dataclass(frozen=True, slots=True)
class VerdictMove:
    """The verdict of one target on one unit before and after; None where nothing is judged.

    `rolled_up`: the unit adds up others; its figures are the city's, or those of a level below it.
    """

    unit: str
    target: str
    rolled_up: bool
    before: ShownVerdict | None
    after: ShownVerdict | None


@dataclass(frozen=True, slots=True)
class RankMove:
    """A unit's place in the leaderboard before and after; None where it is not on it."""

    unit: str
    before: Rank | None
    after: Rank | None


@dataclass(frozen=True, slots=True)
class GateMove:
    """What a unit has come to at a gate before and after, or with `target` None at all gates of the phase."""

    phase: str
    unit: str
    target: str | None
    before: GateVerdict | None
    after: GateVerdict | None


@dataclass(frozen=True, slots=True)
class SheetMove:
    """A unit's score sheet of the month before and after."""

    unit: str
    before: RankedSheet | None
    after: RankedSheet | None


@dataclass(frozen=True, slots=True)
class MonthMoves:
    """Everything that differs where `month` is judged; all in display order, gates by phase.

    `period`: the month whose figures were judged, None while nothing is known.
    """

    month: JudgedMonth
    period: date | None
    verdicts: tuple[VerdictMove, ...]
    ranks: tuple[RankMove, ...]
    gates: tuple[GateMove, ...]
    sheets: tuple[SheetMove, ...]

    @property
    def changes(self) -> bool:
        return bool(self.verdicts or self.ranks or self.gates or self.sheets)


def months_judged(session: ReadSession, view: View, since: date | None) -> tuple[JudgedMonth, ...]:
    """The month judged by default; if it ends before a revision is effective, `since`, that day with the same figures.

    Nothing while no figure is known. `since` None: from the beginning.
    """
    default = judged_month(session, view)
    if default is None:
        return ()
    return (default, JudgedMonth(default.period, since)) if since is not None and since > default.on else (default,)


def other_months(session: ReadSession, view: View, since: date | None) -> tuple[JudgedMonth, ...]:
    """Every other month with figures that ends on the day `since` or later, the newest first."""
    default, known = judged_month(session, view), known_periods(session, view)
    if default is None or known is None:
        return ()
    first = known[0] if since is None else max(known[0], period_of(since))
    months = [JudgedMonth.of(period) for period in periods_between(first, known[1]) if period != default.period]
    return tuple(reversed(months))


def moves_in(session: ReadSession, view: View, plan: Plan, month: JudgedMonth, *, code: str) -> MonthMoves:
    """What differs in `month` where `plan` stands in place of the view's. They differ in the target `code` alone."""
    then = replace(view, plan=plan)
    period, verdicts = _verdict_moves(session, view, then, month, code=code)
    weighed = code in view.plan.weights_by_target or code in plan.weights_by_target
    scored = weighed and not _scored_alike(session, view, then, month)
    return MonthMoves(
        month=month,
        period=period,
        verdicts=verdicts,
        ranks=_rank_moves(session, view, then, month) if scored else (),
        gates=_gate_moves(session, view, then, month, code=code),
        sheets=_sheet_moves(session, view, then, month) if scored else (),
    )


def _scored_alike(session: ReadSession, view: View, then: View, month: JudgedMonth) -> bool:
    """True if both plans score the month and the one before alike: no place, movement or sheet can differ."""
    units = [unit.code for unit in view.plan.reporting_units]
    months = [JudgedMonth.of(add_months(month.period, -1)), month]
    before, after = (score_tables(session, one, months, units=units) for one in (view, then))
    return before.keys() == after.keys() and all(before[period].alike(after[period]) for period in before)


def _verdict_moves(
    session: ReadSession, view: View, then: View, month: JudgedMonth, *, code: str
) -> tuple[date | None, tuple[VerdictMove, ...]]:
    """On every target that is measured as the one that differs: a threshold is a line for how figures are written.

    What is judged by the same target from the same figures, and written beside the same lines, is the same.
    """
    revisions = (*_revisions(view.plan, code), *_revisions(then.plan, code))
    measured = {target.indicator for target in revisions if target.indicator is not None}
    known = [target for plan in (view.plan, then.plan) for target in plan.targets]
    codes = frozenset({code, *(target.code for target in known if target.indicator in measured)})
    sides = [progress_by_unit(session, one, month=month, targets=codes) for one in (view, then)]
    rows = [_judged_by(one) for one in sides]
    named = [view.plan.indicator_by_code[indicator] for indicator in measured]
    relined = any(lines_of(view.plan, indicator) != lines_of(then.plan, indicator) for indicator in named)
    pairs = {pair for pair in (*rows[0], *rows[1]) if relined or _other_rule(rows[0].get(pair), rows[1].get(pair))}
    before, after = (
        _verdicts(one.plan, judged, [placed[pair][0] for pair in pairs if pair in placed])
        for one, judged, placed in zip((view, then), sides, rows, strict=True)
    )
    found = []
    for pair in _in_order({unit.code: unit for unit in view.plan.units}, then.plan, pairs):
        one, other = before.get(pair), after.get(pair)
        if _comparable(one) != _comparable(other):
            found.append(VerdictMove(*pair, pair[0] in view.plan.children, one, other))
    return sides[0].period, tuple(found)


_Row = tuple[int, Target]  # of the table of verdicts, and the target that it is about


def _judged_by(judged: JudgedProgress) -> dict[tuple[str, str], _Row]:
    """By unit and target the row of the verdict, and the revision that it is given by."""
    if judged.table is None:
        return {}
    targets = [judged.table.targets.targets[place] for place in judged.table.target.tolist()]
    return {pair: (row, target) for row, (pair, target) in enumerate(zip(judged.table.codes(), targets, strict=True))}


def _other_rule(one: _Row | None, other: _Row | None) -> bool:
    """True if two verdicts on the same figures are given by another target, or there is only one of them."""
    return one is None or other is None or (one[1] is not other[1] and one[1] != other[1])


def _revisions(plan: Plan, code: str) -> Sequence[Target]:
    return plan.target_revisions.get(code, ())


def _in_order(units: Mapping[str, object], plan: Plan, pairs: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    places = {code: place for place, code in enumerate(units)}
    targets = {code: place for place, code in enumerate(plan.general_targets)}
    return sorted(pairs, key=lambda pair: (places[pair[0]], targets[pair[1]]))


def _verdicts(plan: Plan, judged: JudgedProgress, rows: Sequence[int]) -> dict[tuple[str, str], ShownVerdict]:
    found = {}
    for one in judged.some(np.array(sorted(rows), dtype=np.int64)):
        lines = lines_of(plan, plan.indicator_by_code[one.indicator_code])
        ahead = None if one.projection is None else one.projection.value
        value, projected = (None if known is None else shown(known, lines=lines) for known in (one.value, ahead))
        found[one.unit_code, one.target_code] = ShownVerdict(one, value, projected)
    return found


def _comparable(one: ShownVerdict | None) -> ShownVerdict | None:
    """What a reader can tell apart: the number of the revision alone says nothing."""
    return None if one is None else replace(one, verdict=replace(one.verdict, target_revision=0))


def _rank_moves(session: ReadSession, view: View, then: View, month: JudgedMonth) -> tuple[RankMove, ...]:
    before, after = ({row.unit_code: row for row in leaderboard(session, one, month=month)} for one in (view, then))
    units = [unit.code for unit in view.plan.reporting_units]
    moves = (RankMove(unit, before.get(unit), after.get(unit)) for unit in units)
    return tuple(move for move in moves if move.before != move.after)


def _gate_moves(session: ReadSession, view: View, then: View, month: JudgedMonth, *, code: str) -> tuple[GateMove, ...]:
    phases = [phase for phase in gated_phases(view.plan) if code in phase.gate_targets]
    if not phases:
        return ()
    before, after = (phase_gates(session, one, phases=phases, month=month).phases for one in (view, then))
    found = []
    for one, other in zip(before, after, strict=True):
        rows = [{row.unit: row for row in standing.units} for standing in (one, other)]
        for unit in view.plan.unit_by_code:
            found += _moves_of_unit(one.phase.code, unit, rows[0].get(unit), rows[1].get(unit), code=code)
    return tuple(found)


def _moves_of_unit(
    phase: str, unit: str, before: PhaseOfUnit | None, after: PhaseOfUnit | None, *, code: str
) -> list[GateMove]:
    gates = [None if one is None else one.gates.get(code) for one in (before, after)]
    whole = [None if one is None else one.verdict for one in (before, after)]
    moves = [GateMove(phase, unit, code, *gates), GateMove(phase, unit, None, *whole)]
    return [move for move in moves if move.before != move.after]


def _sheet_moves(session: ReadSession, view: View, then: View, month: JudgedMonth) -> tuple[SheetMove, ...]:
    if month.on != last_day(month.period):  # scores are of months
        return ()
    sheets = (score_sheets(session, view, month.period), score_sheets(session, then, month.period))
    before, after = ({row.sheet.unit: row for row in one.rows} for one in sheets)
    moves = (SheetMove(unit.code, before.get(unit.code), after.get(unit.code)) for unit in view.plan.reporting_units)
    return tuple(move for move in moves if _score_and_rank(move.before) != _score_and_rank(move.after))


def _score_and_rank(row: RankedSheet | None) -> tuple[Fraction | None, int | None]:
    return (None, None) if row is None else (row.sheet.score, row.rank)
