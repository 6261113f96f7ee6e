"""Phases (阶段) and the targets that gate them: what a verdict comes to at a gate, and a unit over all gates. Pure.

Nothing is computed anew: what a target has come to, and when it was met, is the verdict's (domain rules 7 and 8). Where
one commitment has two dates, the task's own and the end of the verification window of a goal, a rule that evaluators
record says which of them binds.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from metrics.plan.model import Phase, Plan, Target, TargetKind
from metrics.results import Status, Timing


class BindingDate(StrEnum):
    """Which date of a commitment binds where it has two."""

    DUE_DATE = "due_date"  # the task's: what is met in the verification window was put right
    WINDOW_END = "window_end"  # the goal's: what is met in the verification window is in time


class GateVerdict(StrEnum):
    """What a unit has come to at one gate, or at all gates of a phase."""

    ON_TIME = "on_time"  # 按期达标
    IN_WINDOW = "in_window"  # 整改期达标
    LATE = "late"  # 逾期达标
    NOT_DUE = "not_due"  # 未到期
    RECTIFYING = "rectifying"  # 整改期内
    NO_DATA = "no_data"  # 未报
    NOT_MET = "not_met"  # 未达标
    NOT_APPLICABLE = "not_applicable"  # 不适用


# The worst of several first: a phase is what its worst gate is.
_WORST = (
    GateVerdict.NOT_MET,
    GateVerdict.NO_DATA,
    GateVerdict.RECTIFYING,
    GateVerdict.NOT_DUE,
    GateVerdict.LATE,
    GateVerdict.IN_WINDOW,
    GateVerdict.ON_TIME,
)
# What a gate that is over has come to.
FINAL = frozenset({GateVerdict.ON_TIME, GateVerdict.IN_WINDOW, GateVerdict.LATE, GateVerdict.NOT_MET})
_WITHOUT_TIMING = {
    Status.ON_TRACK: GateVerdict.NOT_DUE,
    Status.BEHIND: GateVerdict.NOT_DUE,
    Status.RECTIFYING: GateVerdict.RECTIFYING,
    Status.OVERDUE: GateVerdict.NOT_MET,
    Status.NO_DATA: GateVerdict.NO_DATA,
    Status.NOT_APPLICABLE: GateVerdict.NOT_APPLICABLE,
    Status.MET: GateVerdict.ON_TIME,  # a target without a date, which nothing can be late for
}
_BY_WINDOW_END = {GateVerdict.IN_WINDOW: GateVerdict.ON_TIME, GateVerdict.RECTIFYING: GateVerdict.NOT_DUE}


def gate_verdict(status: Status, timing: Timing | None, *, binding: BindingDate) -> GateVerdict:
    """What the verdict `status`, met at `timing`, comes to at a gate."""
    found = _WITHOUT_TIMING[status] if timing is None else GateVerdict(timing.value)
    return _BY_WINDOW_END.get(found, found) if binding is BindingDate.WINDOW_END else found


def phase_verdict(gates: Iterable[GateVerdict]) -> GateVerdict:
    """The worst of `gates`; not applicable where none of them applies."""
    found = set(gates)
    return next((verdict for verdict in _WORST if verdict in found), GateVerdict.NOT_APPLICABLE)


def gated_phases(plan: Plan) -> tuple[Phase, ...]:
    """The phases that some target gates, in order."""
    return tuple(sorted((phase for phase in plan.phases if phase.gate_targets), key=lambda phase: phase.order))


def is_round(plan: Plan, phase: Phase) -> bool:
    """True for a round of self-assessment, inspection and rectification: one of its gates is a stretch of work."""
    return any(target.kind is TargetKind.WINDOW for target in gates_of(plan, phase))


def gates_of(plan: Plan, phase: Phase) -> tuple[Target, ...]:
    """The newest revision of every target that gates `phase`, the goals' before the tasks'."""
    found = (plan.general_targets.get(code) for code in phase.gate_targets)
    return tuple(revisions[-1] for revisions in found if revisions)
