"""The levels of a tree of units, and the pages of a long one."""

from __future__ import annotations

from metrics.plan.level import MOST_SHOWN, Paged, level_of
from tests.plan_folders import SEED, plan_in
from tests.trees import CITY, NATION, OTHER_PROVINCE, PROVINCE, in_a_nation


def test_a_level_is_what_stands_directly_below_a_unit_and_knows_the_way_to_it() -> None:
    city_plan = plan_in(SEED)
    assert NATION not in city_plan.unit_by_code  # derived before the copy, and derived anew in it
    plan = in_a_nation(city_plan)
    top = level_of(plan, None)
    assert (top.under.code, top.above, [unit.code for unit in top.units]) == (NATION, (), [PROVINCE, OTHER_PROVINCE])
    city = level_of(plan, CITY)
    assert [unit.code for unit in city.above] == [NATION, PROVINCE]
    assert city.units == plan.children[CITY]
    assert len(city.units) == 12


def test_a_unit_that_adds_nothing_up_has_no_level_and_the_root_stands_in() -> None:
    plan = in_a_nation(plan_in(SEED))
    assert level_of(plan, "441202") == level_of(plan, "nobody") == level_of(plan, None)


def test_the_pages_of_a_list_hold_every_row_once() -> None:
    rows = list(range(2 * MOST_SHOWN + 1))
    listed = [Paged(rows, asked) for asked in (1, 2, 3)]
    assert [row for one in listed for row in one.shown] == rows
    assert [one.pages for one in listed] == [3, 3, 3]
    assert [one.first for one in listed] == [0, MOST_SHOWN, 2 * MOST_SHOWN]


def test_a_page_that_there_is_not_is_the_nearest_that_there_is() -> None:
    rows = list(range(MOST_SHOWN + 1))
    assert (Paged(rows, 0).page, Paged(rows, 9).page, Paged([], 3).page) == (1, 2, 1)
    assert Paged(rows[:-1], 1).pages == 1
    assert list(Paged([], 1).shown) == []
