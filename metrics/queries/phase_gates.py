"""What units have come to at the gates of the plan's phases, from the verdicts that are given anyway."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import GateRule
from metrics.periods import JudgedMonth, last_day, period_numbered
from metrics.plan.model import Phase
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.view import View
from metrics.results import Progress, Status
from metrics.supervision.gates import FINAL, BindingDate, GateVerdict, gate_verdict, phase_verdict
from metrics.value_types import Moment
from metrics.verdicts.verdict_table import STATUSES, TIMINGS


@dataclass(frozen=True, slots=True)
class GateRuleInForce:
    """Which date binds. `seq` None: nobody decided, the task's own date does.

    `reason` and `actor` are empty then, and for anyone who is not signed in.
    """

    binding: BindingDate
    reason: str = ""
    actor: str = ""
    seq: int | None = None
    recorded_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class PhaseOfUnit:
    """What a unit has come to at the measured gates of a phase: target → verdict, in the phase's order."""

    unit: str
    gates: Mapping[str, GateVerdict]

    @property
    def verdict(self) -> GateVerdict:
        return phase_verdict(self.gates.values())


@dataclass(frozen=True, slots=True)
class PhaseStanding:
    """A phase on the day judged, a row a unit in display order. `units` is empty where no gate is measured."""

    phase: Phase
    units: tuple[PhaseOfUnit, ...]


@dataclass(frozen=True, eq=False)
class GatesJudged:
    """Phases as they stand by `rule`; `judged` holds the verdicts behind them, but those of `last_known`.

    `last_known`: (unit, target) → the verdict of the newest month that the unit reported, where it has not reported for
    the one judged and its gate was over by then.
    """

    rule: GateRuleInForce
    judged: JudgedProgress
    phases: tuple[PhaseStanding, ...] = field(default_factory=tuple)
    last_known: Mapping[tuple[str, str], Progress] = field(default_factory=dict)

    @property
    def on(self) -> date | None:
        """The day judged; None while nothing is known."""
        return self.judged.on

    def progress_by_gate(self) -> dict[tuple[str, str], Progress]:
        """(unit, target) → the verdict behind what the unit has come to at it."""
        return {(one.unit_code, one.target_code): one for one in self.judged.progress} | dict(self.last_known)


def gate_rule(session: ReadSession, view: View) -> GateRuleInForce:
    """The rule that decides in `view`."""
    query = select(GateRule).where(GateRule.seq <= view.seq).order_by(GateRule.seq.desc()).limit(1)
    row = session.scalars(query).one_or_none()
    if row is None:
        return GateRuleInForce(BindingDate.DUE_DATE)
    binding = BindingDate(row.binding)
    if view.public:
        return GateRuleInForce(binding, seq=row.seq, recorded_at=row.recorded_at)
    return GateRuleInForce(binding, row.reason, row.actor, row.seq, row.recorded_at)


def phase_gates(
    session: ReadSession,
    view: View,
    *,
    phases: Sequence[Phase],
    month: JudgedMonth | None = None,
    units: Collection[str] | None = None,
) -> GatesJudged:
    """What `units` (None: all) have come to at the measured gates of `phases` on the day of `month`.

    `month` defaults to the one judged by default. A phase that has begun after that day is in it all the same: its
    gates are not due. Who has not reported for that month has come to what the newest month reported says, if the gate
    was over by then: a submission that is missing later on takes nothing back.
    """
    codes = {code for phase in phases for code in phase.gate_targets}
    judged = progress_by_unit(session, view, month=month, units=units, targets=codes)
    rule = gate_rule(session, view)
    verdicts = _verdicts(judged, rule.binding)
    last_known = _last_known(session, view, judged, binding=rule.binding)
    for (unit, target), (verdict, _) in last_known.items():
        verdicts[unit][target] = verdict
    found = []
    for phase in phases:
        rows = []
        for unit, by_target in verdicts.items():
            gates = {code: by_target[code] for code in phase.gate_targets if code in by_target}
            if gates:
                rows.append(PhaseOfUnit(unit, gates))
        found.append(PhaseStanding(phase, tuple(rows)))
    return GatesJudged(rule, judged, tuple(found), {pair: progress for pair, (_, progress) in last_known.items()})


def _verdicts(judged: JudgedProgress, binding: BindingDate) -> dict[str, dict[str, GateVerdict]]:
    """Unit → target → verdict, both in display order."""
    table = judged.table
    if table is None:
        return {}
    found: dict[str, dict[str, GateVerdict]] = {}
    columns = zip(table.codes(), table.status.tolist(), table.timing.tolist(), strict=True)
    for (unit, target), status, timing in columns:
        when = None if timing < 0 else TIMINGS[timing]
        found.setdefault(unit, {})[target] = gate_verdict(STATUSES[status], when, binding=binding)
    return found


def _last_known(
    session: ReadSession, view: View, judged: JudgedProgress, *, binding: BindingDate
) -> dict[tuple[str, str], tuple[GateVerdict, Progress]]:
    """What the newest reported month says of the gates of which the judged one says nothing, as far as it is final.

    Final is what a month says by the target that is in force now, on its due date or after it. Units that add up others
    have no month of their own and are left out.
    """
    table = judged.table
    if table is None:
        return {}
    plan, targets = table.targets.plan, table.targets.targets
    silent = np.flatnonzero(table.status == STATUSES.index(Status.NO_DATA))
    newest = table.known.last_reported[table.unit[silent], table.indicator[silent]].tolist()
    now = [targets[place] for place in table.target[silent].tolist()]
    by_month: dict[int, dict[tuple[str, str], int]] = {}
    for (unit, target), month, meant in zip(table.only(silent).codes(), newest, now, strict=True):
        over = month >= 0 and meant.due_on is not None and meant.due_on <= last_day(period_numbered(month))
        if over and unit not in plan.children:
            by_month.setdefault(month, {})[unit, target] = meant.revision
    found = {}
    for month, meant_by in by_month.items():
        units, codes = ({pair[side] for pair in meant_by} for side in (0, 1))
        then = JudgedMonth.of(period_numbered(month))
        for one in progress_by_unit(session, view, month=then, units=units, targets=codes).progress:
            verdict = gate_verdict(one.status, one.timing, binding=binding)
            pair = (one.unit_code, one.target_code)
            if verdict in FINAL and meant_by.get(pair) == one.target_revision:
                found[pair] = (verdict, one)
    return found
