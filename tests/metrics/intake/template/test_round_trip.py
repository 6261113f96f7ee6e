"""A template filled in as a clerk does it, read again; and once more with its marks on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from metrics.errors import Message, Problem
from metrics.intake.annotation.annotated_workbook import annotate
from metrics.intake.file_reading import FileReading
from metrics.intake.reading import read_file
from metrics.plan.files import read_plan
from metrics.plan.model import Owed, Plan
from tests.builders import PERIOD, UNIT
from tests.templates import ROOT, Values, form, opened, rows, values, written


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "seed" / "plan")


def filled(content: bytes, given: Values) -> bytes:
    """The template with `given` typed in, saved by a program that does not calculate."""
    book = opened(content)
    for code, row in rows(book).items():
        book.worksheets[0].cell(row, 4).value = given.get(code)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def read(reading: FileReading) -> dict[str, str | None]:
    (sent,) = reading.submissions
    assert (sent.unit, sent.period) == (UNIT, PERIOD)
    return {cell.element: cell.recorded for cell in sent.cells}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_typed_is_what_is_read(plan: Plan, language: str) -> None:
    given = values(items_new=0, startup_days="38.5")
    reading = read_file("月报.xlsx", filled(written(plan, form(plan, before=values()), language), given), plan)
    assert reading.problems == ()
    assert read(reading) == {code: f"{value}" for code, value in given.items()}


def test_blocks_left_out_are_not_sent(plan: Plan) -> None:
    given = {code: value for code, value in values().items() if not code.startswith("net_")}
    reading = read_file("月报.xlsx", filled(written(plan, form(plan)), given), plan)
    assert reading.problems == ()
    assert set(read(reading)) == set(given)


@pytest.mark.parametrize("month", [8, 9])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_month_that_does_not_owe_a_block_is_read_without_it(plan: Plan, language: str, month: int) -> None:
    often = {"systems": Owed.QUARTER, "startup": Owed.YEAR}
    elements = tuple(one.model_copy(update={"owed": often.get(one.block, one.owed)}) for one in plan.elements)
    rare = plan.model_copy(update={"elements": elements})
    given = replace(form(rare, before=values()), period=date(2019, month, 1))
    reading = read_file("月报.xlsx", filled(written(rare, given, language), values()), rare)
    assert reading.problems == ()
    (sent,) = reading.submissions
    left_out = {"startups", "startup_days"} | ({"systems_due", "systems_connected"} if month == 8 else set())
    assert {cell.element for cell in sent.cells} == values().keys() - left_out


def test_a_block_that_is_not_owed_and_is_in_the_file_is_read(plan: Plan) -> None:
    """As the page and the API take it: what a unit has to say it may say."""
    everything = filled(written(plan, replace(form(plan), period=date(2019, 8, 1))), values())
    elements = tuple(one.model_copy(update={"owed": Owed.QUARTER}) for one in plan.elements)
    reading = read_file("月报.xlsx", everything, plan.model_copy(update={"elements": elements}))
    assert reading.problems == ()
    (sent,) = reading.submissions
    assert {cell.element for cell in sent.cells} == values().keys()


def test_a_correction_names_the_version_it_was_made_from(plan: Plan) -> None:
    reading = read_file("月报.xlsx", written(plan, form(plan, values(items_instant=351), values())), plan)
    assert reading.problems == ()
    assert read(reading)["items_instant"] == "351"
    assert reading.stamp is not None
    assert (reading.stamp.is_whole, reading.stamp.etag) == (True, '"s1-r1-7"')


def test_a_workbook_with_marks_is_read_like_the_one_without(plan: Plan) -> None:
    content = written(plan, form(plan, values(items_instant=351), values(), {"materials_baseline": Decimal(1)}))
    problem = Problem("x", Message("不是数字。", "is not a number."), sheet="月报", row=9, column="D", given="85%")
    marked = annotate(content, [problem])
    reading = read_file("月报.xlsx", marked, plan)
    assert reading.problems == ()
    assert read(reading) == read(read_file("月报.xlsx", content, plan))
