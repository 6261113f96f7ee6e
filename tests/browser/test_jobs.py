"""The evaluator's jobs, each done in a real browser from the overview: the answer on screen, and the clicks it took.

A click is a press of the pointer: a link, a button, a box, a heading, a field. What is typed where one is, and keys
pressed to go on from there, are none. How many each job takes stands in docs/pages.md, in both languages, and three are
the most; what is asserted is the answer, held against the files, and not only that a page came.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from pptx import Presentation

from metrics.database import Sessions
from metrics.principal import Role
from tests.browser.five_months import CORRECTED, DINGHU, DUANZHOU, GUANGNING, REASON, SIHUI, play
from tests.browser.hand import Hand, clicks_written, rows_of, saved, shown, window_of
from tests.browsing import Profile
from tests.people import browser_session
from tests.serving import LiveServer

MOST_CLICKS = 3


@pytest.fixture(scope="module")
def window(profile: Profile, live_server: LiveServer) -> Iterator[tuple[Page, list[str]]]:
    """An evaluator's, after five months of which the newest was corrected by one unit."""
    with Sessions(live_server.database.engine).write() as session:
        play(session)
        secret = browser_session(session, "wang", role=Role.EVALUATOR, display_name="王")
    with window_of(profile, live_server, secret) as opened:
        yield opened


@pytest.fixture
def hand(window: tuple[Page, list[str]], live_server: LiveServer) -> Iterator[Hand]:
    page, complaints = window
    complaints.clear()
    yield Hand(page, live_server)
    assert complaints == []


def who_will_miss_it_and_by_how_much(hand: Hand) -> None:
    """Every unit's projected value, day and shortfall, those that miss it by most first; the file has the same."""
    hand.overview("zh")
    hand.click(hand.heading("TG-05B"))
    section = hand.page.locator(".target-units")
    expect(section.locator("h2")).to_contain_text("不能达标")
    hand.click(section.get_by_role("link", name=re.compile("^到期时尚差")))
    hand.page.wait_for_url(re.compile("sort=-projected_shortfall"))
    expect(section.locator("th[aria-sort=descending]")).to_contain_text("到期时尚差")
    rows = shown(section.locator("table"))
    asked = {"on": "2019-09-30", "target": "TG-05B"}
    told = {row["unit_name"]: row for row in hand.table("progress", **asked) if row["unit_code"] != "441200"}
    assert len(rows) == len(told) == 12
    for name, value, _status, _gap, short, _makes, _needs, projected, _day, misses, short_then in rows:
        row = told[name]
        figures = [row["value"], row["shortfall"], row["projected_shortfall"]]
        assert [value, short, short_then] == [figure or "—" for figure in figures], name
        assert projected.startswith(row["projected_value"]), name
        assert (misses == "✘ 不能") is (row["misses"] == "true"), name
    short_of = [-1 if row[-1] == "—" else int(row[-1]) for row in rows]
    assert short_of == sorted(short_of, reverse=True)
    assert short_of[0] > 0
    file = rows_of(saved(hand.file(section.get_by_role("link", name=re.compile("^CSV")))).decode())
    assert [row["unit_name"] for row in file] == [row[0] for row in rows]
    assert [row["projected_shortfall"] or "—" for row in file] == [row[-1] for row in rows]


def why_is_this_red(hand: Hand) -> None:
    hand.overview("en")
    hand.click(hand.cell(DUANZHOU, "TG-05A"))
    why = hand.page.locator(".why")
    expect(why).to_contain_text("699 ÷ 1,000 × 100")
    expect(why).to_contain_text("short by 1 item")
    expect(why).to_contain_text("网上可办率不低于70%")


def one_unit_against_another(hand: Hand) -> None:
    """四会市 against 端州区 over a year: ticked in the matrix."""
    hand.overview("zh")
    for name in ("端州区", "四会市"):
        hand.click(hand.page.locator(".matrix").get_by_role("checkbox", name=f"勾选{name}作对比"))
    hand.click(hand.page.get_by_role("button", name="对比所选单位"))
    hand.page.wait_for_url(re.compile(f"/compare\\?.*unit={DUANZHOU}&unit={SIHUI}"))
    table = hand.page.locator(".compared-table")
    row = table.locator("tr", has=hand.page.locator('a[href*="/targets/TG-05A"]'))
    expect(row.locator("td").nth(1)).to_contain_text("69.90 %")
    expect(row.locator("td").nth(2)).to_contain_text("68.80 %")
    expect(row.locator("td").nth(2).locator("b")).to_contain_text("−1.10")
    expect(hand.page.get_by_role("img", name="网上可办率：端州区 69.90 %、四会市 68.80 %")).to_be_visible()


def what_changed_since_last_month(hand: Hand) -> None:
    hand.overview("en")
    hand.click(hand.rail("Changes"))
    expect(hand.page.locator("h1")).to_contain_text("turned worse")
    told = hand.table("changes", lang="en", period="2019-09")

    def section(title: str) -> Locator:
        return hand.page.locator("section", has=hand.page.get_by_role("heading", name=re.compile(f"^{title}")))

    expect(section("Turned better")).to_contain_text("Dinghu District")
    expect(section("Turned worse")).to_contain_text("Guangning County")
    flipped = section("Verdicts flipped by a correction")
    expect(flipped).to_contain_text("Sihui City")
    expect(flipped).to_contain_text(REASON)
    turned = {row["unit_code"]: row for row in told if (row["kind"], row["target_code"]) == ("status", "TG-05A")}
    for unit, before, after in ((DINGHU, "69.00", "72.00"), (GUANGNING, "71.20", "69.00")):
        assert (turned[unit]["value_before"], turned[unit]["value_after"]) == (before, after)
        assert turned[unit]["turned"] == ("better" if unit == DINGHU else "worse")


def a_slide_for_the_meeting(hand: Hand) -> None:
    hand.overview("zh")
    finding = hand.page.locator("h1").inner_text()
    slide = Presentation(io.BytesIO(saved(hand.file(hand.page.get_by_role("link", name=re.compile("^PPTX"))))))
    (page,) = slide.slides
    words = " ".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)
    assert finding in words
    assert "2019年9月30日" in words
    (matrix,) = [shape.table for shape in page.shapes if shape.has_table]
    told = {row["indicator_name"]: row["value"] for row in hand.table("rates", unit="441200", period="2019-09")}
    assert told["网上可办率"] in {row.cells[1].text for row in matrix.rows if "网上可办率" in row.cells[0].text}


def what_was_known_that_day(hand: Hand) -> None:
    """What was known on 10 October 2019: 四会市 met it then; it was corrected a fortnight later."""
    hand.overview("en")
    expect(hand.cell(SIHUI, "TG-05A")).to_contain_text("68.80")
    hand.click(hand.page.locator(".as-of-button"))
    hand.page.locator("#as-of-entry").fill("2019-10-10")
    hand.page.keyboard.press("Enter")
    hand.page.wait_for_url(re.compile("as_of=2019-10-10"))
    expect(hand.cell(SIHUI, "TG-05A")).to_contain_text("71.20")
    expect(hand.cell(SIHUI, "TG-05A")).to_contain_text("Met")
    expect(hand.page.locator(".as-of-button")).to_contain_text("10 Oct 2019")


def one_units_target_postponed(hand: Hand) -> None:
    """Tried first: 四会市's verdict alone would change; then recorded, with its reason."""
    hand.overview("zh")
    hand.click(hand.cell(SIHUI, "TG-05A"))
    hand.click(hand.page.locator(".why").get_by_role("link", name="为四会市修订这一目标"))
    hand.page.wait_for_selector("#revise-due_on")
    fields = {"due_on": "2019-12-31", "effective_from": "2019-09-01", "where": "肇府办〔2019〕12号"}
    for field, text in (fields | {"quote": "四会市网上可办率延至2019年底", "reason": "按市政府决定延期"}).items():
        hand.page.locator(f"#revise-{field}").fill(text)
    hand.page.locator("#revise-due_on").press("Enter")
    outcome = hand.page.locator(".outcomes")
    expect(outcome).to_contain_text("尚未记录")
    expect(outcome).to_contain_text("四会市")
    expect(outcome).not_to_contain_text("端州区")
    hand.page.locator("#revise-reason").fill("按市政府会议决定延期")  # what was tried is not what stands there any more
    expect(outcome.get_by_text("试算后内容已修改")).to_be_visible()
    hand.page.locator("#revise-due_on").press("Enter")
    expect(outcome.get_by_text("试算后内容已修改")).to_be_hidden()
    hand.click(outcome.get_by_role("button", name="记录这一版"))
    expect(outcome).to_contain_text("已记录")
    own = [
        (row["due_on"], row["reason"]) for row in hand.table("targets", target="TG-05A") if row["for_units"] == SIHUI
    ]
    assert own == [("2019-12-31", "按市政府会议决定延期")]


def a_light_by_hand(hand: Hand) -> None:
    """A second mark beside the rules' own; nothing is chosen beforehand."""
    hand.overview("en")
    hand.click(hand.cell(GUANGNING, "TG-05A"))
    hand.click(hand.page.get_by_text("Set the light by hand"))
    chosen = hand.page.locator("select[name=light]")
    assert chosen.input_value() == ""
    hand.page.keyboard.press("Tab")
    expect(chosen).to_be_focused()
    hand.page.keyboard.type("red")
    hand.page.keyboard.press("Tab")
    hand.page.keyboard.type("checked on site")
    hand.page.keyboard.press("Enter")
    expect(hand.page.locator(".why")).to_contain_text("Set by hand to red; the rules say")
    hand.page.keyboard.press("Escape")
    cell = hand.cell(GUANGNING, "TG-05A")
    expect(cell).to_contain_text("✎")
    expect(cell.locator(".hand-mark")).to_have_attribute("title", re.compile("red: checked on site"))
    (row,) = hand.table("progress", unit=GUANGNING, target="TG-05A", on="2019-09-30")
    assert row["override"] == row["light"] == "red"


def overdue_tasks_of_one_bureau(hand: Hand) -> None:
    hand.overview("zh")
    hand.click(hand.rail("任务"))
    hand.click(hand.page.get_by_role("navigation", name="进展").get_by_role("link", name=re.compile("逾期")))
    hand.page.wait_for_url(re.compile("where=status"))
    bureau = hand.page.get_by_role("navigation", name="牵头单位").get_by_role("link", name=re.compile("^市直各部门"))
    count = int(bureau.locator(".count").inner_text())
    hand.click(bureau)
    hand.page.wait_for_url(re.compile("lead="))
    expect(hand.page.locator("h1")).to_contain_text(f"50项任务中的{count}项")
    lead = re.search(r"lead=([^&]+)", hand.page.url)
    assert lead is not None
    told = hand.table("task_standings", lead=lead[1], on="2019-09-30", where="status:overdue")
    titles = hand.page.locator(".timeline .task-title")
    assert titles.all_inner_texts() == [row["task_title"] for row in told]
    assert count == len(told) > 0


def export_of_what_is_shown(hand: Hand) -> None:
    """The rows and columns shown, in their order."""
    hand.overview("en")
    by_value = hand.page.locator(".matrix thead th", has=hand.page.locator('a[href*="/targets/TG-05A"]')).locator(
        ".sort-link"
    )
    hand.click(by_value)
    hand.page.wait_for_url(re.compile("sort=-TG-05A.value"))
    table = hand.page.locator(".matrix")
    expect(table.locator("th[aria-sort=descending]")).to_be_visible()
    ways = hand.page.locator(".matrix-section .section-aside")
    file = rows_of(saved(hand.file(ways.get_by_role("link", name=re.compile("^CSV")))).decode())
    targets = [name.removesuffix(".value") for name in file[0] if name.endswith(".value")]
    seen = [[name, *map(re.compile(r"-?\d+\.\d+").findall, cells)] for name, *cells in shown(table)]
    assert seen == [[row["unit_name"], *([row[f"{target}.value"]] for target in targets)] for row in file]


def who_has_not_met_it(hand: Hand) -> None:
    hand.overview("zh")
    hand.click(hand.page.locator(".filter-menu > summary"))
    statuses = hand.page.get_by_role("navigation", name="网上可办率(阶段)")
    few = statuses.get_by_role("link", name=re.compile("逾期|滞后|整改中")).first
    count = int(few.locator(".count").inner_text())
    hand.click(few)
    expect(hand.page.locator(".chosen-line")).to_contain_text(f"12个单位中的{count}个")
    assert len(shown(hand.page.locator(".matrix"))) == 1 + count  # the city's stays


def from_the_city_to_a_count(hand: Hand) -> None:
    """From the city's matrix to a county and to one of its counts: every value that was sent, and why."""
    hand.overview("en")
    hand.click(hand.page.locator(".matrix").get_by_role("link", name="Sihui City"))
    hand.click(hand.page.locator("summary", has_text="counts and their values"))
    hand.click(hand.page.locator(".unit-counts").get_by_role("link", name="Items that can be handled online"))
    expect(hand.page.locator("h1")).to_contain_text("Items that can be handled online")
    table = hand.page.locator(".texts table")
    expect(table).to_contain_text(REASON)
    first, second, *_ = shown(table)
    assert [first[:3], second[:2]] == [["Sep 2019", str(CORRECTED), "712"], ["Sep 2019", "712"]]


def ranks_over_time(hand: Hand) -> None:
    hand.overview("zh")
    hand.click(hand.rail("榜单"))
    ranks = hand.page.locator("section", has=hand.page.get_by_role("link", name="端州", exact=True))
    hand.click(ranks.get_by_role("link", name="端州", exact=True))
    hand.page.wait_for_url(re.compile(f"unit={DUANZHOU}"))
    (rank,) = [row["rank"] for row in hand.table("leaderboard", period="2019-09") if row["unit_code"] == DUANZHOU]
    expect(ranks.locator("h2")).to_contain_text(re.compile(f"端州区.*第{rank}位"))


JOBS: dict[str, Callable[[Hand], None]] = {
    "1": who_will_miss_it_and_by_how_much,
    "2": why_is_this_red,
    "3": one_unit_against_another,
    "4": what_changed_since_last_month,
    "5": a_slide_for_the_meeting,
    "6": what_was_known_that_day,
    "8": a_light_by_hand,
    "9": overdue_tasks_of_one_bureau,
    "10": export_of_what_is_shown,
    "11": who_has_not_met_it,
    "12": from_the_city_to_a_count,
    "13": ranks_over_time,
    "7": one_units_target_postponed,  # the last, since verdicts are others from then on
}


@pytest.mark.parametrize("number", JOBS)
def test_a_job_is_done_in_three_clicks(hand: Hand, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    JOBS[number](hand)
    with capsys.disabled():
        sys.stdout.write(f"\njob {number:>2}  {hand.clicks} clicks  {JOBS[number].__name__.replace('_', ' ')}\n")
    assert hand.clicks <= MOST_CLICKS
    assert hand.clicks == clicks_written()[number]


def test_every_job_is_done_and_written_down() -> None:
    assert {*map(int, JOBS)} == {*map(int, clicks_written())} == {*range(1, 14)}


def test_units_are_ticked_and_compared_by_keyboard_alone(hand: Hand) -> None:
    hand.show("/leaderboard?month=2019-09&lang=en")
    for name in ("Sihui City", "Duanzhou District"):
        hand.page.get_by_role("checkbox", name=f"Compare {name}").focus()
        hand.page.keyboard.press("Space")
    expect(hand.page.get_by_role("button", name="Compare the units ticked")).to_be_in_viewport()
    hand.page.keyboard.press("Enter")
    hand.page.wait_for_url(re.compile("/compare\\?unit=.*&unit=.*month=2019-09&lang=en"))
    expect(hand.page.locator(".compared-table thead").first).to_contain_text("Sihui City")
