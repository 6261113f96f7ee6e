"""Gates of phases: every status and timing under both rules, and phases as their worst gate, against plain tables."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

from metrics.plan.model import Plan
from metrics.results import Status, Timing
from metrics.supervision.gates import (
    BindingDate,
    GateVerdict,
    gate_verdict,
    gated_phases,
    is_round,
    phase_verdict,
)
from tests.plan_folders import SEED, plan_in

# (status, timing) → by the task's own date, by the end of the verification window; domain rules 7 and 8.
TABLE = {
    (Status.MET, Timing.ON_TIME): ("on_time", "on_time"),
    (Status.MET, Timing.IN_WINDOW): ("in_window", "on_time"),
    (Status.MET, Timing.LATE): ("late", "late"),
    (Status.MET, None): ("on_time", "on_time"),
    (Status.ON_TRACK, None): ("not_due", "not_due"),
    (Status.BEHIND, None): ("not_due", "not_due"),
    (Status.RECTIFYING, None): ("rectifying", "not_due"),
    (Status.OVERDUE, None): ("not_met", "not_met"),
    (Status.NO_DATA, None): ("no_data", "no_data"),
    (Status.NOT_APPLICABLE, None): ("not_applicable", "not_applicable"),
}


def worst_by_hand(gates: Iterable[GateVerdict]) -> str:
    """Slow and obvious: asked one question after the other, as a reviewer would."""
    there = [verdict.value for verdict in gates]
    if "not_met" in there:
        return "not_met"
    if "no_data" in there:
        return "no_data"
    if "rectifying" in there:
        return "rectifying"
    if "not_due" in there:
        return "not_due"
    if "late" in there:
        return "late"
    if "in_window" in there:
        return "in_window"
    return "on_time" if "on_time" in there else "not_applicable"


def test_every_verdict_comes_to_one_thing_under_each_rule() -> None:
    assert {status for status, _ in TABLE} == set(Status)
    for (status, timing), expected in TABLE.items():
        found = tuple(gate_verdict(status, timing, binding=binding).value for binding in BindingDate)
        assert found == expected, (status, timing)


def test_a_phase_is_what_its_worst_gate_is() -> None:
    every = chain.from_iterable(combinations(GateVerdict, size) for size in range(len(GateVerdict) + 1))
    for gates in every:
        assert phase_verdict(gates).value == worst_by_hand(gates)


def test_the_city_s_plan_has_four_gated_phases_and_two_rounds() -> None:
    plan: Plan = plan_in(SEED)
    assert [phase.code for phase in gated_phases(plan)] == ["PH1", "PH2", "PH3", "PH4"]
    assert [phase.code for phase in gated_phases(plan) if is_round(plan, phase)] == ["PH2", "PH4"]
