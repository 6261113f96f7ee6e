"""Counts of the units below a level: the same whether they are judged together with the level or for themselves."""

from __future__ import annotations

from datetime import date

from metrics.database import WriteSession
from metrics.periods import JudgedMonth
from metrics.plan.level import level_of
from metrics.plan.store import plan_at
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.tally_below import counted_below, tally_below, tally_of
from metrics.queries.view import view_at
from tests.beginnings import beginning
from tests.metrics.queries.test_views import post
from tests.trees import NATION, OTHER_CITY, OTHER_PROVINCE, PROVINCE, in_a_nation, load


@beginning
def nation(session: WriteSession) -> WriteSession:
    """A nation in which units of both provinces have reported, one of them two months ago."""
    load(session, in_a_nation(plan_at(session)))
    post(session, "441202", "2019-09", items_online=699)
    post(session, "441203", "2019-07")
    post(session, "450102", "2019-09", items_online=500)
    return session


def test_a_tally_is_the_same_together_with_the_level_and_apart(nation: WriteSession) -> None:
    view, month = view_at(nation), JudgedMonth.of(date(2019, 9, 1))
    for under in (NATION, PROVINCE, OTHER_PROVINCE, OTHER_CITY):
        level = level_of(view.plan, under)
        rows = {level.under.code, *(unit.code for unit in level.units)}
        alone = progress_by_unit(nation, view, month=month, units=rows)
        together = progress_by_unit(nation, view, month=month, units=rows | counted_below(view.plan, level))
        assert together.of_units(rows) == alone.progress
        counted = tally_of(view, together, level)
        assert counted == tally_below(nation, view, alone, level, month=month)
        assert counted.statuses


def test_only_what_adds_up_others_has_units_that_stand_below_the_level(nation: WriteSession) -> None:
    plan = plan_at(nation)
    assert counted_below(plan, level_of(plan, OTHER_CITY)) == frozenset()
    assert counted_below(plan, level_of(plan, OTHER_PROVINCE)) == {"450102", "450103"}
    assert counted_below(plan, level_of(plan, NATION)) == {unit.code for unit in plan.reporting_units}
