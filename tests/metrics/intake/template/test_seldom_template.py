"""The template of a month that does not owe all of the form: what it leaves out, and what its figures stand beside."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from metrics.comparisons import Compared
from metrics.plan.files import read_plan
from metrics.plan.model import Owed, Plan
from tests.formulas import Calculated
from tests.matrices import WHOLE
from tests.metrics.intake.template.test_template import found_by_server, shaken, verdicts
from tests.templates import ROOT, form, opened, rows, values, written


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "seed" / "plan")


def seldom(plan: Plan, often: Mapping[str, Owed]) -> Plan:
    """The plan with these blocks owed less often."""
    elements = tuple(one.model_copy(update={"owed": often.get(one.block, one.owed)}) for one in plan.elements)
    return plan.model_copy(update={"elements": elements})


OFTEN = {"online": Owed.QUARTER, "systems": Owed.QUARTER, "startup": Owed.YEAR, "materials": Owed.YEAR}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_blocks_that_are_not_owed_this_month_are_left_out_and_named(plan: Plan, language: str) -> None:
    rare = seldom(plan, OFTEN)
    months = {month: replace(form(rare, before=values()), period=date(2019, month, 1)) for month in (8, 9, 12)}
    blocks = {
        month: {rare.element_by_code[code].block for code in rows(opened(written(rare, given, language)))}
        for month, given in months.items()
    }
    everything = {block.code for block in plan.blocks}
    assert blocks == {8: everything - OFTEN.keys(), 9: everything - {"startup", "materials"}, 12: everything}
    note = str(opened(written(rare, months[9], language)).worksheets[0]["A5"].value).splitlines()[-1]
    said = {
        "zh": "本月不报\uff1a办事材料\uff08按年报送\uff09、企业开办\uff08按年报送\uff09。",
        "en": "Not owed now: Materials asked for (owed each December), Business start-up (owed each December).",
    }
    assert note == said[language]
    assert "\n" not in str(opened(written(rare, months[12], language)).worksheets[0]["A5"].value)
    there = replace(months[8], now={"systems_due": Decimal(3), "systems_connected": Decimal(2)}, revision=1)
    assert "systems_due" in rows(opened(written(rare, there, language)))  # sent all the same


def test_figures_that_were_owed_longer_ago_stand_under_their_month(plan: Plan) -> None:
    rare = seldom(plan, OFTEN)
    sheet = opened(written(rare, replace(form(rare, before=values()), period=date(2019, 12, 1)))).worksheets[0]
    headings = {sheet.cell(row, 1).value: sheet.cell(row, 5).value for row in range(8, sheet.max_row + 1)}
    months = {block.code: headings[block.name.zh] for block in plan.blocks}
    assert {code: month for code, month in months.items() if month} == {
        "online": "2019-09",
        "systems": "2019-09",
        "startup": "2018-12",
        "materials": "2018-12",
    }


def test_the_formulas_find_what_the_server_finds_of_what_is_owed_seldom(plan: Plan) -> None:
    """With a numerator of each quarter over a denominator of each month, whose rate before is of one month."""
    rare, chance, seen = seldom(plan, OFTEN), random.Random(20191231), set[str]()
    for round_ in range(14 if WHOLE else 8):
        now, last_month, quarter, year = (shaken(rare, chance) for _ in range(4))
        if round_ % 5 == 0:
            last_month = quarter = year = dict(now)
        of_each = {1: last_month, 3: quarter, 12: year}
        before = {
            one.code: of_each[one.owed.months_apart][one.code]
            for one in rare.elements
            if one.code in of_each[one.owed.months_apart]
        }
        given = replace(
            form(rare, now, before, values()), period=date(2019, 12, 1), seldom={3: quarter, 12: year}, last=values()
        )
        content = written(rare, given)
        book, stored = opened(content), opened(content, results=True)
        calculated = Calculated(book)
        checks = book.worksheets[1]
        lines = {str(checks[f"C{row}"].value) for row in range(4, checks.max_row + 1)}
        compared = Compared(
            now, frozenset(now), before=before, seldom={3: quarter, 12: year}, first=values(), last=values()
        )
        expected = found_by_server(rare, compared, lines)
        assert verdicts(rare, book, calculated) == expected
        for row in range(4, checks.max_row + 1):
            assert stored[checks.title][f"G{row}"].value == calculated.value(checks.title, f"G{row}")
        seen |= {sentence for _, sentence in expected}
    assert len(seen) > 20
    assert any("都与上月相同" in line for line in seen)
