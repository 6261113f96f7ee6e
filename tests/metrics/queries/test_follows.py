"""What turned is told in the measure by which it was judged then, whatever the target asks for by now."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from metrics.queries.follows import ToldTurn, TurnNoticed
from metrics.queries.status_turns import TurnCause
from metrics.reminders.words import turn_message
from metrics.results import Status
from tests.plan_folders import SEED, plan_in

PLAN = plan_in(SEED)


@pytest.mark.parametrize(
    ("indicator", "measure"), [("startup_time", "工作日"), ("online_rate", "%"), (None, "%"), ("no_more", "")]
)
def test_the_measure_is_that_of_the_turn(indicator: str | None, measure: str) -> None:
    """None: noted before it was kept, so the target's of today; one that the plan has no more has no measure."""
    told = ToldTurn(
        before=Status.BEHIND,
        after=Status.MET,
        period_before=date(2019, 8, 1),
        period=date(2019, 9, 1),
        evaluated_on=date(2019, 9, 30),
        value="1.00",
        comparator="<=",
        threshold="1",
        due_on=None,
        cause=TurnCause.FIGURES,
        entry=7,
        indicator=indicator,
    )
    turn = TurnNoticed(1, "441202", "TG-05A", 7, told, datetime(2019, 10, 9, tzinfo=UTC), seen=False)
    found = turn.judged_by(PLAN)
    assert ("" if found is None else found.unit_of_measure.zh) == measure
    assert f"数据 {'1.00 ' + measure if measure else '1.00'},目标 ≤ 1" in turn_message(PLAN, turn).zh
