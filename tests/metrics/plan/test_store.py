"""What a plan folder says is what the database answers, part by part and in display order."""

from __future__ import annotations

import pytest

from metrics.cli.plan import CITY_PLAN
from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.plan.files import read_plan
from metrics.plan.store import plan_at
from tests.plan_folders import LAKESIDE

ORDERED = ("units", "blocks", "elements", "indicators", "targets", "tasks", "milestones", "groups", "phases")
NAMED = ("checks", "departments", "decisions")


@pytest.mark.parametrize("part", ORDERED)
def test_ordered_parts_come_back_in_their_order(session: WriteSession, part: str) -> None:
    assert getattr(plan_at(session), part) == getattr(read_plan(CITY_PLAN), part)


@pytest.mark.parametrize("part", NAMED)
def test_named_parts_come_back_whole(session: WriteSession, part: str) -> None:
    def by_code(found: object) -> list[object]:
        return sorted(getattr(found, part), key=lambda one: one.code)

    assert by_code(plan_at(session)) == by_code(read_plan(CITY_PLAN))


def test_another_plan_takes_the_place_of_this_one(session: WriteSession) -> None:
    """A plan loaded over another removes what it does not have; what was known before stays known."""
    before = plan_at(session)
    changes = load_plan(session, read_plan(LAKESIDE), actor="test")
    after = plan_at(session)
    assert {change.action for change in changes.changes} == {"added", "removed", "changed"}
    assert [unit.code for unit in after.units] == [unit.code for unit in read_plan(LAKESIDE).units]
    assert plan_at(session, seq=before.seq) == before


def test_loading_the_same_plan_again_writes_nothing(session: WriteSession) -> None:
    again = load_plan(session, read_plan(CITY_PLAN), actor="test")
    assert (again.changes, again.seq) == ((), None)
