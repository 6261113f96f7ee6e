"""The monthly form in a real browser: by keyboard alone, pasted from Excel, kept, sent once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.going import go_on
from tests.builders import whole_values
from tests.clerk_form import open_form, paste, sent
from tests.serving import LiveServer
from tests.templates import rows

MOST_CLICKS = 7
_SAY_NOTHING = "document.getElementById('collect-progress')?.replaceChildren()"


def turn_to(page: Page, server: LiveServer, unit: str) -> None:
    """The unit's form in the window that is open; without one, load it."""
    if not page.url.startswith(server.url):
        open_form(page, server, unit)
        return
    page.evaluate(_SAY_NOTHING)  # of the form that was open
    page.evaluate("window.scrollTo(0, 0)")
    go_on(page, f"/collect?unit={unit}&period=2019-09")
    expect(page.locator("#collect-progress")).to_contain_text("/45")


def test_the_month_is_filled_in_by_keyboard_alone(clerk: Page, live_server: LiveServer) -> None:
    turn_to(clerk, live_server, "441202")
    for _press in range(40):
        clerk.keyboard.press("Tab")
        if clerk.evaluate("document.activeElement.id") == "cell-items_total":
            break
    values = [str(value) for value in whole_values().values()]
    clerk.keyboard.type("99")
    clerk.keyboard.press("Escape")
    expect(clerk.locator("#cell-items_total")).to_have_value("")
    for place, value in enumerate(values):
        clerk.keyboard.type("１０００" if place == 0 else value)
        clerk.keyboard.press("ArrowDown" if place % 2 else "Enter")
    expect(clerk.locator("#cell-items_total")).to_have_value("1000")
    expect(clerk.locator("#collect-progress")).to_have_text("已填45/45")
    expect(clerk.locator(".sum-row").first).to_contain_text("1,000✔")
    expect(clerk.locator("#collect-send")).to_be_focused()
    clerk.keyboard.press("Enter")
    clerk.wait_for_url("**/collect/receipt/*")
    expect(clerk.locator(".receipt")).to_contain_text("存证哈希")
    assert sent(live_server, "441202") == 1


def test_a_column_from_excel_is_pasted_shown_and_taken_back(clerk: Page, live_server: LiveServer) -> None:
    turn_to(clerk, live_server, "441203")
    clerk.locator("#cell-items_online").focus()
    paste(clerk, "８５０\r\n\r\n7,20\r\n1,980\r\n")
    cells = {code: clerk.locator(f"#cell-{code}") for code in ("items_online", "items_full_online", "items_hall_due")}
    expect(cells["items_online"]).to_have_value("850")
    expect(cells["items_full_online"]).to_have_value("")
    expect(cells["items_hall_due"]).to_have_value("1980")
    expect(clerk.locator("#cell-items_one_window")).to_have_value("7,20")  # no grouping of thousands: left, and refused
    expect(clerk.locator("#said-items_one_window")).to_contain_text("不是数字")
    expect(clerk.locator("#collect-pasted")).to_contain_text("已粘贴3个数")
    clerk.get_by_role("button", name="撤销粘贴").click()
    for cell in cells.values():
        expect(cell).to_have_value("")
    paste(clerk, "事项总数\t1,000\n已进驻事项数\t900\n合计\t7\nitems_instant\t350")
    expect(clerk.locator("#cell-items_hall")).to_have_value("900")
    expect(clerk.locator("#cell-items_instant")).to_have_value("350")
    expect(clerk.locator("#collect-pasted")).to_contain_text("未放入：")


def test_what_was_typed_is_there_after_a_reload_and_in_another_language(clerk: Page, live_server: LiveServer) -> None:
    turn_to(clerk, live_server, "441204")
    clerk.locator("#cell-items_total").fill("1200")
    clerk.locator("#cell-items_online").fill("1300")
    expect(clerk.locator("#collect-draft")).to_contain_text("草稿已存")
    clerk.reload()
    expect(clerk.locator("#cell-items_online")).to_have_value("1300")
    expect(clerk.locator("#said-items_online")).to_contain_text("不能大于")
    clerk.get_by_role("link", name="English").click()
    expect(clerk.locator("#said-items_online")).to_contain_text("cannot exceed")
    expect(clerk.locator("#cell-items_total")).to_have_value("1200")
    other = clerk.context.new_page()
    open_form(other, live_server, "441204")
    other.locator("#cell-items_total").fill("1250")
    expect(other.locator("#collect-draft")).to_contain_text("草稿已存")
    clerk.locator("#cell-items_total").fill("1299")
    expect(clerk.locator(".difference")).to_contain_text("1250")
    clerk.get_by_role("button", name="Keep mine").click()
    expect(clerk.locator(".difference")).to_have_count(0)
    expect(clerk.locator("#cell-items_total")).to_have_value("1299")
    other.close()


def test_the_clerk_s_month_takes_few_clicks(
    clerk: Page, live_server: LiveServer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """U5: from the desk: template → fill → upload → fix two bad cells → submit → receipt."""
    clicks = 0

    def click(what: Locator) -> None:
        nonlocal clicks
        clicks += 1
        what.click()

    clerk.goto(f"{live_server.url}/my")  # where signing in leads
    click(clerk.locator('.desk-due a[href="/collect?unit=441224&period=2019-09"]'))
    expect(clerk.locator("#collect-progress")).to_contain_text("/45")
    with clerk.expect_download() as download:
        click(clerk.get_by_role("link", name="下载模板"))
    download.value.save_as(tmp_path / "模板.xlsx")
    book = load_workbook(tmp_path / "模板.xlsx")
    bad = {"items_online": "85.0%", "items_hall": "9000"}
    for code, row in rows(book).items():
        book.worksheets[0].cell(row, 4).value = str(bad.get(code, whole_values()[code]))
    book.save(tmp_path / "九月.xlsx")
    with clerk.expect_file_chooser() as chooser:
        click(clerk.get_by_role("button", name="选择文件", exact=True))
    chooser.value.set_files(tmp_path / "九月.xlsx")
    expect(clerk.locator(".bad-cells")).to_contain_text("月报!D")
    click(clerk.get_by_role("button", name="填入表中"))
    expect(clerk.locator("#collect-pasted")).to_contain_text("已从文件填入44个数。 另有1格照原样填入，须改正。")
    expect(clerk.locator("#cell-items_online")).to_be_focused()  # the first bad cell
    clerk.keyboard.type("850")
    click(clerk.locator(".panel-errors a").last)
    expect(clerk.locator("#cell-items_hall")).to_be_focused()
    clerk.keyboard.type("900")
    expect(clerk.locator("#collect-progress")).to_have_text("已填45/45")
    click(clerk.locator("#collect-send"))
    expect(clerk.locator(".receipt")).to_contain_text("存证哈希")
    assert sent(live_server, "441224") == 1
    record_property("clicks from template to receipt", clicks)
    assert clicks <= MOST_CLICKS


def test_the_address_names_the_form_that_was_opened_by_default(clerk: Page, live_server: LiveServer) -> None:
    clerk.goto(f"{live_server.url}/collect")
    clerk.wait_for_url("**/collect?unit=*&period=*")
    expect(clerk.locator("#collect-progress")).to_contain_text("/45")


def test_a_double_click_sends_once_and_a_correction_says_why(clerk: Page, live_server: LiveServer) -> None:
    turn_to(clerk, live_server, "441223")
    clerk.locator("#cell-items_total").focus()
    paste(clerk, "\n".join(str(value) for value in whole_values().values()))
    expect(clerk.locator("#collect-progress")).to_have_text("已填45/45")
    clerk.locator("#collect-send").dblclick()
    clerk.wait_for_url("**/collect/receipt/*")
    assert sent(live_server, "441223") == 1
    clerk.get_by_role("link", name="返回月报").click()
    clerk.locator("#cell-items_instant").fill("351")
    clerk.locator("#collect-send").click()
    expect(clerk.locator("#collect-refused")).to_contain_text("更正理由")
    clerk.keyboard.type("漏计一项")
    clerk.locator("#collect-send").click()
    expect(clerk.locator(".receipt")).to_contain_text("漏计一项")
    assert sent(live_server, "441223") == 1


def test_why_it_was_not_sent_stays_said_until_more_is_typed_or_the_form_is_drawn_anew(
    clerk: Page, live_server: LiveServer
) -> None:
    turn_to(clerk, live_server, "441225")
    clerk.locator("#cell-items_total").fill("1000")
    refused = clerk.locator("#collect-refused")
    for ended, filled in (("drawn anew", 1), ("typed", 2)):
        clerk.locator("#collect-send").click()
        expect(clerk.locator("#collect [aria-invalid='true'], #collect .missing input").first).to_be_focused()
        expect(refused).to_contain_text("缺")
        if ended == "typed":
            clerk.keyboard.type("10")
        else:
            go_on(clerk, "/tasks")
            turn_to(clerk, live_server, "441225")
        expect(clerk.locator("#collect-progress")).to_contain_text(f"已填{filled}/45")
        expect(refused).to_have_text("")
    assert sent(live_server, "441225") == 0


def test_on_a_phone_the_file_box_comes_first_and_keypads_fit(clerk: Page, live_server: LiveServer) -> None:
    clerk.set_viewport_size({"width": 390, "height": 844})
    turn_to(clerk, live_server, "441204")
    tops = {
        what: (clerk.locator(where).first.bounding_box() or {"y": -1})["y"]
        for what, where in {"file": ".drop", "form": ".cell-row", "reason": "#collect-note"}.items()
    }
    assert 0 < tops["file"] < tops["form"] < tops["reason"]
    order = clerk.evaluate("""() => {
      const [file, cell] = [document.querySelector("#collect-file button"), document.querySelector(".cell-row input")];
      return Boolean(file.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING);
    }""")
    assert order, "the keyboard goes as the eye does"
    expect(clerk.locator("#cell-startup_days")).to_have_attribute("inputmode", "decimal")
    expect(clerk.locator("#cell-items_total")).to_have_attribute("inputmode", "numeric")
    assert clerk.locator(".cell-row input[inputmode=decimal]").count() == 1
    assert clerk.evaluate("document.documentElement.scrollWidth") <= 390
