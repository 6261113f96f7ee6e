"""What units have come to at gates: the plan's worked cases, the rule that binds, and views of the past."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from metrics.commands.bind_gate_date import bind_gate_date
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth
from metrics.principal import Principal, Role
from metrics.queries.phase_gates import gate_rule, phase_gates
from metrics.queries.view import View, view_at
from metrics.supervision.gates import BindingDate, gated_phases
from tests.metrics.commands.test_revise_target import CITATION, revision
from tests.metrics.queries.test_views import BUREAU, post

EVALUATOR = Principal(9, "han", "韩", Role.EVALUATOR)
UNIT = "441202"


def verdict(session: WriteSession, view: View, phase: str, target: str, month: str) -> str:
    """What UNIT has come to at one gate, as judged in a month."""
    chosen = [one for one in gated_phases(view.plan) if one.code == phase]
    month_judged = JudgedMonth.of(date.fromisoformat(f"{month}-01"))
    known = phase_gates(session, view, phases=chosen, month=month_judged, units=[UNIT])
    (standing,) = known.phases
    (row,) = standing.units
    return row.gates[target].value


def test_sixty_percent_at_two_dates(session: WriteSession) -> None:
    """material_reduction 55 % in September, 57 % in October, 61 % in November 2019 (domain rules 7 and 8)."""
    for month, materials in (("2019-09", 450), ("2019-10", 430), ("2019-11", 390)):
        post(session, UNIT, month, materials_baseline=1000, materials_current=materials)
    view = view_at(session)
    assert verdict(session, view, "PH2", "TG-04A", "2019-09") == "not_due"
    assert verdict(session, view, "PH2", "TG-04A", "2019-10") == "rectifying"
    assert verdict(session, view, "PH2", "TG-04A", "2019-11") == "in_window"
    assert verdict(session, view, "PH1", "TG-04A", "2019-11") == "in_window"
    bind_gate_date(session, principal=EVALUATOR, binding=BindingDate.WINDOW_END, reason="以工作目标为准")
    later = view_at(session)
    assert verdict(session, later, "PH2", "TG-04A", "2019-10") == "not_due"
    assert verdict(session, later, "PH2", "TG-04A", "2019-11") == "on_time"
    assert verdict(session, view, "PH2", "TG-04A", "2019-11") == "in_window"  # as known before it was decided


@pytest.mark.parametrize(
    ("materials", "in_december", "in_february"),
    [(390, "on_time", "on_time"), (450, "no_data", "not_met")],
)
def test_a_month_that_was_not_reported_takes_back_nothing_that_was_over_before(
    session: WriteSession, materials: int, in_december: str, in_february: str
) -> None:
    """61 or 55 % on the due date, again in January; nothing in December and February, in which another unit reports."""
    for unit, months in ((UNIT, ("2019-09", "2020-01")), ("441203", ("2019-09", "2020-02"))):
        for month in months:
            post(session, unit, month, materials_baseline=1000, materials_current=materials)
    view = view_at(session)
    assert verdict(session, view, "PH1", "TG-04A", "2019-12") == in_december
    assert verdict(session, view, "PH1", "TG-04A", "2020-02") == in_february
    assert verdict(session, view, "PH3", "TG-04B", "2020-02") == "no_data"


def test_what_was_met_before_the_due_date_alone_says_nothing_of_it(session: WriteSession) -> None:
    """61 % in June 2019 and silence since, while another unit reports: 30 September is unknown."""
    post(session, UNIT, "2019-06", materials_baseline=1000, materials_current=390)
    for month in ("2019-07", "2020-02"):
        post(session, "441203", month)
    for month in ("2019-07", "2020-02"):
        assert verdict(session, view_at(session), "PH1", "TG-04A", month) == "no_data"


def test_a_target_of_ones_own_is_not_decided_by_the_one_before(session: WriteSession) -> None:
    """98 % in July 2020, past the due date; then a target of the unit's own, due a year later, and silence."""
    one: dict[str, Any] = {"items_trip0": 500, "items_trip1": 480, "items_trip2plus": 20, "exempt_one_trip": 0}
    post(session, UNIT, "2020-07", **one)
    post(session, "441203", "2020-09")
    assert verdict(session, view_at(session), "PH3", "TG-04B", "2020-09") == "not_met"
    own = revision(
        threshold="100", due_on="2021-12-31", effective_from="2020-08-15", for_units=[UNIT], citations=[CITATION]
    )
    revise_target(session, "TG-04B", principal=EVALUATOR, body=own)
    assert verdict(session, view_at(session), "PH3", "TG-04B", "2020-09") == "no_data"


def test_the_second_round_has_no_second_date(session: WriteSession) -> None:
    """one_trip 98 % in June, all of it in July 2020: late, whichever date binds."""
    one: dict[str, Any] = {"items_trip0": 500, "items_trip1": 480, "items_trip2plus": 20, "exempt_one_trip": 0}
    post(session, UNIT, "2020-06", **one)
    post(session, UNIT, "2020-07", **one | {"items_trip1": 500, "items_trip2plus": 0})
    for binding in (None, BindingDate.WINDOW_END):
        if binding is not None:
            bind_gate_date(session, principal=EVALUATOR, binding=binding, reason="以工作目标为准")
        assert verdict(session, view_at(session), "PH3", "TG-04B", "2020-07") == "late"


def test_a_rule_is_decided_with_a_reason_by_whom_it_is_for_and_only_if_it_is_another(session: WriteSession) -> None:
    assert gate_rule(session, view_at(session)).seq is None
    with pytest.raises(Forbidden):
        bind_gate_date(session, principal=BUREAU, binding=BindingDate.WINDOW_END, reason="x")
    with pytest.raises(Invalid):
        bind_gate_date(session, principal=EVALUATOR, binding=BindingDate.WINDOW_END, reason=" ")
    with pytest.raises(Conflict):
        bind_gate_date(session, principal=EVALUATOR, binding=BindingDate.DUE_DATE, reason="x")
    done = bind_gate_date(session, principal=EVALUATOR, binding=BindingDate.WINDOW_END, reason="以工作目标为准")
    found = gate_rule(session, view_at(session))
    assert (found.seq, found.binding, found.actor) == (done.seq, BindingDate.WINDOW_END, "han")
    assert done.seq == newest_seq(session)
