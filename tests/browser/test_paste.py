"""F3: the product's own template pasted into the form, whole and in parts, in a real browser.

Where every row, column and rectangle of it lands is tried without a browser (tests/assets/pasting/template.test.mjs, in
both languages); here that the form takes it in and gives it back: every third rectangle, in one language, and every
ninth row, in a window that stays open. With MATRIX=whole each in both, and every row.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.hand import window_of
from tests.browsing import Profile
from tests.builders import whole_values
from tests.clerk_form import cells, open_form, paste
from tests.clipboards import Grid, as_clipboard, part, shown
from tests.matrices import WHOLE, dealt
from tests.serving import LiveServer
from tests.templates import rows

UNIT = "441203"
HEADING_ROW = 7
CODE, VALUE, BEFORE, DIFFERENCE, CHECK = 2, 4, 5, 6, 7
OLD = {"items_total": "1", "net_village_ok": "2"}  # what stands in the form before anything is pasted
EVERY_RECTANGLE, EVERY_ROW = (1, 1) if WHOLE else (3, 9)
# Tried at most, and put in; tests/assets/pasting/template.test.mjs tries thousands.
RANDOM_PARTS, PLACED = (60, 12) if WHOLE else (60, 2)


@pytest.fixture(scope="module")
def window(profile: Profile, live_server: LiveServer, secret: str) -> Iterator[tuple[Page, list[str]]]:
    """The form as a clerk leaves it open, and what its browser complains of."""
    with window_of(profile, live_server, secret) as (page, complaints):
        open_form(page, live_server, UNIT)
        yield page, complaints


@pytest.fixture
def form(window: tuple[Page, list[str]]) -> Iterator[Page]:
    """The form with two figures in it, whatever was typed before; complaints of the browser fail the test."""
    page, complaints = window
    complaints.clear()
    for code, text in cells(page).items():
        if text != OLD.get(code, ""):
            page.locator(f"#cell-{code}").fill(OLD.get(code, ""))
    yield page
    assert complaints == []


def template(page: Page, server: LiveServer, language: str) -> Grid:
    """The template from the API, filled in, as a spreadsheet shows it."""
    address = f"{server.url}/api/v1/templates/2019-09.xlsx?unit={UNIT}&lang={language}"
    answer = page.request.get(address)
    assert answer.ok
    book = load_workbook(BytesIO(answer.body()), data_only=True)
    sheet = book.worksheets[0]
    for code, row in rows(book).items():
        now = Decimal(str(whole_values()[code]))
        sheet.cell(row, VALUE).value = now
        sheet.cell(row, DIFFERENCE).value = now - Decimal(str(sheet.cell(row, BEFORE).value))
        sheet.cell(row, CHECK).value = "✔"
    return shown(sheet)


def figures(codes: list[str]) -> dict[str, str]:
    """What the form should hold when the figures of these elements were put in."""
    return OLD | {code: str(whole_values()[code]) for code in codes}


def codes_of(sheet: Grid, first: int, last: int) -> list[str]:
    return [row[CODE - 1] for row in sheet[first - 1 : last] if row[CODE - 1] in whole_values()]


def pasted_at(page: Page, sheet: Grid, columns: tuple[int, int], lines: tuple[int, int], *, focus: str) -> None:
    page.locator(f"#cell-{focus}").focus()
    paste(page, as_clipboard(part(sheet, rows=lines, columns=columns)))


def taken_back(page: Page) -> None:
    page.get_by_role("button", name="撤销粘贴").click()
    expect(page.locator("#collect-pasted")).to_have_text("")
    assert {code: text for code, text in cells(page).items() if text} == OLD


def test_the_template_lands_at_its_names(form: Page, live_server: LiveServer) -> None:
    sheets = [template(form, live_server, language) for language in ("zh", "en")]
    body, last = HEADING_ROW + 1, len(sheets[0])
    assert last == len(sheets[1])
    everywhere = {
        "the whole sheet": ((1, CHECK), 1),
        "the table": ((1, CHECK), HEADING_ROW),
        "the table without its headings": ((1, CHECK), body),
        "name to figure": ((1, VALUE), body),
        "code to figure": ((2, VALUE), body),
        "measure and figure": ((3, VALUE), body),
        "figures alone": ((VALUE, VALUE), body),
        "figures and last month's": ((VALUE, BEFORE), body),
        "figures with their heading": ((VALUE, VALUE), HEADING_ROW),
    }
    for turn, (what, (columns, first)) in enumerate([*everywhere.items()][::EVERY_RECTANGLE]):
        for sheet in dealt(sheets, turn):
            pasted_at(form, sheet, columns, (first, last), focus="items_total")
            found = cells(form)
            assert found == figures(list(found)), what
            expect(form.locator("#collect-pasted")).to_contain_text("已粘贴45个数")
            expect(form.locator("#collect-pasted-list .pasted-over")).to_have_count(2)
            taken_back(form)


def test_a_row_of_the_template_lands_at_its_name(form: Page, live_server: LiveServer) -> None:
    sheet = template(form, live_server, "zh")
    rows_with_figures = [row for row in range(HEADING_ROW + 1, len(sheet) + 1) if codes_of(sheet, row, row)]
    assert len(rows_with_figures) == len(whole_values())
    for row in rows_with_figures[::EVERY_ROW]:
        pasted_at(form, sheet, (1, VALUE), (row, row), focus="items_instant")
        assert {code: text for code, text in cells(form).items() if text} == figures(codes_of(sheet, row, row))
        taken_back(form)


def test_parts_of_the_template_land_at_their_names_or_are_said(
    form: Page, live_server: LiveServer, record_property: Callable[[str, object], None]
) -> None:
    seed = random.randrange(2**31)
    dice = random.Random(seed)
    sheet = template(form, live_server, "zh")
    counts = {"placed": 0, "asked": 0, "said": 0}
    for _run in range(RANDOM_PARTS):
        if counts["placed"] == PLACED:
            break
        columns = dice.randint(1, VALUE), dice.randint(VALUE, CHECK)
        lines = sorted(dice.randint(HEADING_ROW, len(sheet)) for _end in range(2))
        codes = codes_of(sheet, *lines)
        if len(lines) < 2 or not codes or lines[0] == lines[1]:
            continue
        pasted_at(form, sheet, columns, (lines[0], lines[1]), focus=codes[0])
        found, said = {c: t for c, t in cells(form).items() if t}, form.locator("#collect-pasted")
        if said.get_by_role("button", name="撤销粘贴").count():
            counts["placed"] += 1
            assert found == figures(codes), (seed, columns, lines)
            taken_back(form)
        else:
            counts["asked" if said.locator("[data-choice]").count() else "said"] += 1
            assert found == OLD, (seed, columns, lines)
            expect(said).to_contain_text("未填入")
    record_property(f"parts of the template pasted (seed {seed})", counts)
    assert counts["placed"] == PLACED


def test_what_blank_lines_mean_is_asked_and_one_press_answers(form: Page) -> None:
    form.locator("#cell-items_total").focus()
    paste(form, "\r\n5\r\n6\r\n")
    expect(form.locator("#collect-pasted")).to_contain_text("尚未填入")
    assert {code: text for code, text in cells(form).items() if text} == OLD
    form.get_by_role("button", name="逐格往下：5 → 行政许可事项数").click()
    found = cells(form)
    assert (found["items_total"], found["items_licensing"], found["items_payment"]) == ("1", "5", "6")


def test_what_cannot_be_placed_is_said_line_by_line(form: Page) -> None:
    form.locator("#cell-items_total").focus()
    paste(form, '"事项\n总数"\t项\t1,000\r\n合计\t\t7\r\n行政给付事项数\t万项\t0.02\r\n行政奖励事项数\t项\t无\r\n')
    expect(form.locator("#collect-pasted")).to_contain_text("已粘贴1个数")
    expect(form.locator("#collect-pasted")).to_contain_text("其中1个改写了原有的数")
    lines = form.locator("#collect-pasted-list li")
    expect(lines).to_have_text(
        [
            "“合计”不是本表的填报项（7）。",
            "“行政给付事项数”的计量单位是项，粘贴的是万项（0.02）。",
            "“行政奖励事项数”：“无”不是数。",
            "事项总数(6类依申请) ← 1,000（原为1）",
        ]
    )


def test_words_that_leave_doubt_are_asked_about_and_one_press_answers(form: Page) -> None:
    form.locator("#cell-items_total").focus()
    paste(form, "填报项\t本期数\t备注\r\n事项总数\t1,000\t应为207\r\n注:以上为8月数\t\t\r\n")
    said = form.locator("#collect-pasted")
    expect(said).to_contain_text("尚未填入。粘贴的内容里还写着“注:以上为8月数” “应为207”")
    assert {code: text for code, text in cells(form).items() if text} == OLD
    form.get_by_role("button", name="是，填入").click()
    expect(said).to_contain_text("已粘贴1个数")
    assert cells(form)["items_total"] == "1000"


def test_what_was_typed_over_since_is_not_taken_back(form: Page) -> None:
    form.locator("#cell-items_total").focus()
    paste(form, "1\t事项总数\t700\r\n2\t已进驻事项数\t300\r\n")
    expect(form.locator("#collect-pasted")).to_contain_text("序号列（1、2、3…）未读取")
    form.locator("#cell-items_total").fill("701")
    form.get_by_role("button", name="撤销粘贴").click()
    expect(form.locator("#collect-pasted")).to_have_text(
        "已撤销粘贴；其中1格粘贴后又改过，保留后来填的：“事项总数(6类依申请)”。"
    )
    assert {code: text for code, text in cells(form).items() if text} == OLD | {"items_total": "701"}
