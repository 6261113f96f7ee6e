"""The method of a release says by which target each unit is judged, and how the score weighs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from metrics.cli.plan import CITY_PLAN
from metrics.plan.files import read_plan
from metrics.plan.model import Plan
from metrics.publish.method import method_text
from metrics.queries.breaks import Breaks


@pytest.fixture(scope="module")
def city_plan() -> Plan:
    return read_plan(CITY_PLAN)


@pytest.fixture
def with_own(city_plan: Plan) -> Plan:
    """The city's plan, 封开县 with a target of its own in the place of the general one, which has ended since."""
    general = city_plan.general_targets["TG-05A"][-1]
    own = general.model_copy(update={"revision": 2, "threshold": 60, "for_units": ("441225",)})
    ended = own.model_copy(update={"revision": 3, "threshold": 70, "ends_own": True})
    return city_plan.model_copy(update={"targets": (*city_plan.targets, own, ended)})


def test_a_target_of_their_own_names_the_units_it_is_for(with_own: Plan) -> None:
    lines = [line for line in method_text(with_own, found=Breaks(), language="en").splitlines() if "`TG-05A`" in line]
    assert [re.sub(r".*(>= \d+).*?(\[.*\])?$", r"\1 \2", line) for line in lines] == [
        ">= 70 ",
        ">= 60 [a target of their own, only for 441225]",
        ">= 70 [back to the general target: 441225]",
    ]
    assert "[单列目标,仅用于 441225]" in method_text(with_own, found=Breaks(), language="zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_is_a_numbered_point_with_its_lines_below_it(city_plan: Plan, language: str) -> None:
    rules = method_text(city_plan, found=Breaks(), language=language).split("\n## ")[1].splitlines()[2:]
    assert [int(line.split(".")[0]) for line in rules if line and not line.startswith("   ")] == list(range(1, 11))
    assert ("加权平均" if language == "zh" else "weighted mean") in "\n".join(rules)


def test_where_series_break_is_said_as_is_that_none_does(city_plan: Plan) -> None:
    """Of counts those alone that a release has: a rate is made of them."""
    month = date(2020, 10, 1)
    counted = {("441203", "items_total", month): Decimal(3), ("441202", "items_total", month): None}
    unpublished = next(one.code for one in city_plan.elements if one.code not in city_plan.published_elements)
    counted["441202", unpublished, month] = Decimal(1)
    found = Breaks(frozenset({("441202", month), ("441200", month)}), counted)
    lines = method_text(city_plan, found=found, language="zh").split("## 系列中断\n\n")[1].split("\n\n")[1].splitlines()
    assert [line.partition(" ")[2][:20].split("`")[1] for line in lines] == ["441200", "441202", "items_total"]
    assert all(line.startswith("- 2020-10 ") for line in lines)
    assert lines[-1].endswith("涉及 `441202`, `441203`")
    assert "no unit was merged" in method_text(city_plan, found=Breaks(), language="en")
