"""The template: what it shows, what can be changed in it, and that its formulas say what the server says."""

from __future__ import annotations

import random
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from defusedxml import ElementTree
from openpyxl import Workbook

from metrics.checks import run_checks
from metrics.comparisons import Compared
from metrics.intake.template.form_workbook import stamp_for, write_template
from metrics.intake.template.stamp import Stamp, stamp_of
from metrics.plan.files import read_plan
from metrics.plan.model import Plan
from tests.builders import UNIT
from tests.formulas import Calculated
from tests.matrices import WHOLE
from tests.templates import ROOT, Values, form, opened, rows, values, written


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "seed" / "plan")


def verdicts(plan: Plan, book: Workbook, calculated: Calculated) -> set[tuple[str, str]]:
    """Every check that a workbook's formulas find failing: mark and sentence."""
    name = book.sheetnames[1]
    found = set()
    for row in range(4, book[name].max_row + 1):
        result = str(calculated.value(name, f"G{row}"))
        if result[0] in "✘⚠":
            found.add((result[0], str(book[name][f"C{row}"].value)))
    return found


def test_only_the_cells_to_fill_are_unlocked(plan: Plan) -> None:
    book = opened(written(plan, form(plan, values())))
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert all(sheet.protection.password is None for sheet in book.worksheets)
    unlocked = {
        cell.coordinate
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if not cell.protection.locked
    }
    assert unlocked == {f"D{row}" for row in rows(book).values()} | {f"{letter}4" for letter in "BCDEF"}


def test_every_element_stands_once_in_its_block_with_its_measure(plan: Plan) -> None:
    book = opened(written(plan, form(plan)))
    places, sheet = rows(book), book.worksheets[0]
    assert list(places) == [element.code for element in plan.elements]
    for element in plan.elements:
        row = places[element.code]
        assert (sheet.cell(row, 1).value, sheet.cell(row, 3).value) == (element.name.zh, element.unit_of_measure.zh)
    headings = [sheet.cell(row, 1).value for row in range(8, sheet.max_row + 1) if not sheet.cell(row, 2).value]
    assert headings == [block.name.zh for block in plan.blocks]


def test_unreported_is_blank_and_zero_is_zero(plan: Plan) -> None:
    book = opened(written(plan, form(plan, before=values(items_new=0, items_reward=None))))
    places, sheet = rows(book), book.worksheets[0]
    assert sheet.cell(places["items_new"], 5).value == 0
    assert sheet.cell(places["items_reward"], 5).value is None
    assert all(sheet.cell(row, 4).value is None for row in places.values())


def test_cells_take_what_the_element_takes(plan: Plan) -> None:
    book = opened(written(plan, form(plan)))
    places = rows(book)
    limits = {str(limit.sqref): limit for limit in book.worksheets[0].data_validations.dataValidation}
    assert set(limits) == {f"D{row}" for row in places.values()}
    whole = limits[f"D{places['items_total']}"]
    assert (whole.type, whole.operator, whole.formula1, whole.formula2) == ("whole", None, "0", "1000000000")
    row = places["startup_days"]
    assert limits[f"D{row}"].type == "custom"
    assert f"ROUND(D{row},1)=D{row}" in limits[f"D{row}"].formula1
    assert all(limit.promptTitle and len(limit.promptTitle) <= 32 for limit in limits.values())
    assert all(len(limit.prompt) <= 255 and len(limit.error) <= 255 for limit in limits.values())


def test_a_correction_offers_reasons_and_takes_others(plan: Plan) -> None:
    book = opened(written(plan, form(plan, values())))
    choice = next(x for x in book.worksheets[0].data_validations.dataValidation if x.type == "list")
    assert str(choice.sqref) == "B4"
    assert "误填更正" in choice.formula1
    assert not choice.showErrorMessage
    assert book.worksheets[0]["A4"].value == "更正原因"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_stored_results_are_what_the_formulas_give(plan: Plan, language: str) -> None:
    before = values(items_total=1010, items_online=700, materials_baseline=4000, items_reward=None)
    odd = values(items_online=990, materials_current=6000, items_trip2plus=49, startups=None, startup_days=None)
    first = {"materials_baseline": Decimal(4990)}
    flows = {"items_new": {1: Decimal(60), 2: Decimal(70), 3: Decimal(81)}, "startups": {1: Decimal(1)}}
    for now in (values(), odd, values(items_total=0, items_hall_due=0, days_statutory=0), before, None):
        given = replace(form(plan, now, before, first), flows=flows, last=before | {"exempt_site": Decimal(3)})
        content = written(plan, given, language)
        book, stored = opened(content), opened(content, results=True)
        calculated, formulas = Calculated(book), 0
        for sheet in book.worksheets[:2]:
            for line in sheet.iter_rows():
                for cell in line:
                    if cell.data_type == "f":
                        formulas += 1
                        kept, place = stored[sheet.title][cell.coordinate].value, f"{sheet.title}!{cell.coordinate}"
                        found = calculated.value(sheet.title, cell.coordinate)
                        if isinstance(found, str):
                            assert (kept or "") == found, place
                        else:
                            assert kept == pytest.approx(found, rel=1e-12), place
        assert formulas > 250


def test_the_formulas_find_what_the_server_finds(plan: Plan) -> None:
    """Typed into one form, submissions and what came before: the same checks fail, errors and warnings."""
    chance = random.Random(20190930)
    seen: set[str] = set()
    flows = {
        element.code: {ago: values()[element.code] * 3 for ago in (1, 2, 5)}
        for element in plan.elements
        if element.nature == "flow"
    }
    given = replace(form(plan, first={"materials_baseline": Decimal(1)}), flows=flows, last=values())
    book = opened(written(plan, given))
    places, checks = rows(book), book.worksheets[1]
    lines = {str(checks[f"C{row}"].value) for row in range(4, checks.max_row + 1)}
    frozen = next(row for row in range(4, checks.max_row + 1) if "基期材料总数" in str(checks[f"C{row}"].value))
    for round_ in range(60 if WHOLE else 25):
        now, before = shaken(plan, chance), shaken(plan, chance)
        if round_ % 10 == 0:
            before = dict(now)
        first = {"materials_baseline": chance.choice([now, before]).get("materials_baseline", Decimal(1))}
        checks[f"F{frozen}"] = float(first["materials_baseline"])
        for code, row in places.items():
            for column, held in ((4, now), (5, before)):
                book.worksheets[0].cell(row, column).value = float(held[code]) if code in held else None
        found = verdicts(plan, book, Calculated(book))
        compared = Compared(now, frozenset(now), before=before, first=first, flows=flows, last=values())
        expected = found_by_server(plan, compared, lines)
        assert found == expected
        seen |= {sentence for _, sentence in expected}
    assert len(seen) > 40  # nearly every line of the sheet fired at least once
    assert any("都与上月相同" in line for line in seen)
    assert any("近几个月相差悬殊" in line for line in seen)
    assert any("由有变为 0" in line for line in seen)


def found_by_server(plan: Plan, compared: Compared, lines: set[str]) -> set[tuple[str, str]]:
    """What the server says of a whole submission, in the sheet's words: `lines`, of which stocks that moved are one.

    The server adds the numbers that it compared; the sheet has them in cells.
    """
    problems, warnings = run_checks(plan, compared, acknowledged={})
    moved = next(line for line in lines if "变动超过20%的存量填报项个数" in line)
    found = {("✘", problem.message.zh) for problem in problems}
    found |= {("⚠", moved if w.code == "stock_moved" else w.message.zh) for w in warnings}
    return {(mark, next(line for line in lines if said.startswith(line))) for mark, said in found}


def shaken(plan: Plan, chance: random.Random) -> Values:
    """A submission with some values moved and, now and then, a block left out."""
    shaken = values()
    for code in chance.sample(sorted(shaken), chance.randint(0, 12)):
        shaken[code] = Decimal(chance.choice([0, 1, int(shaken[code]) // 2, int(shaken[code]) + 3, 7000]))
    for block in plan.blocks:
        if chance.random() < 0.05:
            for element in plan.elements:
                if element.block == block.code:
                    shaken.pop(element.code, None)
    return shaken


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (None, "✘ 未填(没有发生的填 0)"),
        ("85%", "✘ 不是数字"),
        (-1, "✘ 须为非负整数"),
        (849.5, "✘ 须为非负整数"),
        (2_000_000_000, "✘ 超过上限,请核对"),
        (999, "✘ 校验9 ⚠ 变动超过20% "),
        (1001, "✘ 校验2 ✘ 校验9 ⚠ 变动超过20% "),
        (850, "⚠ 变动超过20% "),
        (701, "✔"),
    ],
)
def test_a_row_says_what_is_wrong_with_it(plan: Plan, typed: float | str | None, said: str) -> None:
    book = opened(written(plan, form(plan, values(), before=values(items_online=700))))
    row = rows(book)["items_online"]
    book.worksheets[0].cell(row, 4).value = typed
    calculated = Calculated(book)
    assert calculated.value("月报", f"G{row}") == said
    assert str(calculated.value("月报", "B6"))[0] == next(mark for mark in "✘⚠✔" if mark in said)


def test_the_form_says_how_far_it_is(plan: Plan) -> None:
    book = opened(written(plan, form(plan)))
    places, sheet = rows(book), book.worksheets[0]
    assert Calculated(book).value("月报", "B6") == "尚未填写"
    sheet.cell(places["items_new"], 4).value = 3
    calculated = Calculated(book)
    heading = places["items_new"] - 1
    assert calculated.value("月报", f"G{heading}") == "已填 1/2"
    assert calculated.value("月报", "B6") == "✘ 1 处须改正"
    sheet.cell(places["items_cancelled"], 4).value = 0
    calculated = Calculated(book)
    assert calculated.value("月报", f"G{heading}") == "✔ 已填全"
    assert calculated.value("月报", "B6") == "✔ 校验通过,可以报送"


def test_the_same_form_and_stamp_give_the_same_bytes(plan: Plan) -> None:
    given = form(plan, values(), values())
    stamp = stamp_for(given)
    first, second = (write_template(plan, given, language="zh", stamp=stamp) for _ in range(2))
    assert first == second
    assert stamp_for(given) != stamp
    held = {str(key): str(value) for key, value in opened(first)["_biaochi"].iter_rows(values_only=True)}
    assert stamp_of(held) == stamp == Stamp(UNIT, "2019-09", '"s1-r1-7"', 1, stamp.nonce)
    assert opened(first)["_biaochi"].sheet_state == "hidden"


def test_nothing_in_the_parts_reaches_outside_or_runs(plan: Plan) -> None:
    with zipfile.ZipFile(BytesIO(written(plan, form(plan, values())))) as parts:
        assert parts.testzip() is None
        names = parts.namelist()
        assert not [n for n in names if "external" in n.lower() or "vba" in n.lower() or "connections" in n.lower()]
        for name in names:
            tree = ElementTree.fromstring(parts.read(name))
            assert not [e for e in tree.iter() if e.get("TargetMode") == "External"], name
        workbook = parts.read("xl/workbook.xml").decode()
    assert workbook.count("<definedName ") == workbook.count('name="_xlnm.Print_')  # print areas and titles only
    assert "_xlfn" not in workbook


def test_texts_of_a_plan_never_become_formulas(plan: Plan) -> None:
    payload = plan.elements[0].model_copy(
        update={"name": plan.elements[0].name.model_copy(update={"zh": '=HYPERLINK("http://x")', "en": "@SUM(A1)"})}
    )
    hostile = plan.model_copy(update={"elements": (payload, *plan.elements[1:])})
    hostile.__dict__.pop("element_by_code", None)
    content = written(hostile, form(hostile))
    cell = opened(content).worksheets[0].cell(9, 1)
    assert (cell.value, cell.hyperlink) == ('=HYPERLINK("http://x")', None)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert b"HYPERLINK" in parts.read("xl/sharedStrings.xml")
        assert not re.findall(rb"<f>[^<]*HYPERLINK", parts.read("xl/worksheets/sheet1.xml"))


def test_synthetic_figures_are_labelled(plan: Plan) -> None:
    assert opened(written(plan, form(plan), synthetic=True)).worksheets[0]["D2"].value == "演示数据,并非真实数据"
    assert opened(written(plan, form(plan))).worksheets[0]["D2"].value is None


def test_another_plan_has_another_form() -> None:
    other = read_plan(ROOT / "tests" / "plans" / "lakeside")
    for language in ("zh", "en"):
        book = opened(written(other, form(other), language))
        assert list(rows(book)) == [element.code for element in other.elements]
        assert Calculated(book).value(book.sheetnames[0], "B6")


def test_it_prints_on_a4_as_wide_as_the_page(plan: Plan) -> None:
    for sheet in opened(written(plan, form(plan))).worksheets[:2]:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "portrait"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
            1,
            0,
        ) or sheet.page_setup.fitToHeight == 0
        assert sheet.oddHeader is not None
        assert "端州区" in str(sheet.oddHeader.left.text)
        assert "2019-09" in str(sheet.oddHeader.right.text)
        assert sheet.print_title_rows
        assert sheet.freeze_panes
