"""The method of a release says by which target each unit is judged, and how the score weighs."""

from __future__ import annotations

import re

import pytest

from metrics.cli.plan import CITY_PLAN
from metrics.plan.files import read_plan
from metrics.plan.model import Plan
from metrics.publish.method import method_text


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
    lines = [line for line in method_text(with_own, language="en").splitlines() if "`TG-05A`" in line]
    assert [re.sub(r".*(>= \d+).*?(\[.*\])?$", r"\1 \2", line) for line in lines] == [
        ">= 70 ",
        ">= 60 [a target of their own, only for 441225]",
        ">= 70 [back to the general target: 441225]",
    ]
    assert "[单列目标,仅用于 441225]" in method_text(with_own, language="zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_is_a_numbered_point_with_its_lines_below_it(city_plan: Plan, language: str) -> None:
    rules = method_text(city_plan, language=language).split("\n## ")[1].splitlines()[2:]
    assert [int(line.split(".")[0]) for line in rules if line and not line.startswith("   ")] == list(range(1, 11))
    assert ("加权平均" if language == "zh" else "weighted mean") in "\n".join(rules)
