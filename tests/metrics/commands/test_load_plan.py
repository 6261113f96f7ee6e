"""What a plan folder may not change once something is recorded: units of which there is anything stay in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from metrics.commands.load_plan import load_plan
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.errors import Conflict
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post

GONE, OTHER = "441203", "441204"


def without(plan: Plan, *codes: str) -> Plan:
    return plan.model_copy(update={"units": tuple(unit for unit in plan.units if unit.code not in codes)})


def own_target(session: WriteSession) -> None:
    body = revision(for_units=[GONE], threshold="60", effective_from="2019-08-01", citations=[CITATION])
    revise_target(session, "TG-05A", principal=EVALUATOR, body=body)


@pytest.mark.parametrize("record", [lambda session: post(session, GONE), own_target])
def test_a_unit_of_which_anything_is_recorded_is_not_taken_out(
    session: WriteSession, record: Callable[[WriteSession], object]
) -> None:
    plan = plan_at(session)
    record(session)
    known = plan_at(session)
    with pytest.raises(Conflict) as refused:
        load_plan(session, without(plan, GONE, OTHER), actor="tests")
    assert refused.value.code == "unit_recorded"
    for said in (refused.value.message.zh, refused.value.message.en):
        assert GONE in said
        assert OTHER not in said
        assert "valid_to" in said
    assert plan_at(session) == known
    load_plan(session, without(plan, OTHER), actor="tests")
    assert OTHER not in plan_at(session).unit_by_code


def test_a_unit_that_ended_stays_with_its_last_day(session: WriteSession) -> None:
    post(session, GONE)
    plan = plan_at(session)
    ended = plan.unit_by_code[GONE].model_copy(update={"valid_to": date(2019, 12, 31)})
    units = tuple(ended if unit.code == GONE else unit for unit in plan.units)
    load_plan(session, plan.model_copy(update={"units": units}), actor="tests")
    assert plan_at(session).unit_by_code[GONE] == ended
