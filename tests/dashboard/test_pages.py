"""Pages show exactly the figures that the queries give, written by the one place that writes figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.models import User
from metrics.periods import JudgedMonth
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from metrics.results import Light, Status
from metrics.rounding import lines_of, shown
from tests.dashboard.conftest import record, set_light
from tests.dashboard.drawn import nodes, of_class, said, texts, why_body, window

WORDS = {
    "zh": {Status.MET: "达标", Status.NO_DATA: "未报", Status.OVERDUE: "逾期", Status.BEHIND: "滞后"},
    "en": {Status.MET: "Met", Status.NO_DATA: "Not reported", Status.OVERDUE: "Overdue", Status.BEHIND: "Behind"},
}


def cells(tree: Any) -> dict[tuple[str, str], str]:
    """The matrix: (unit, target) → what its cell says, read off the links that explain it."""
    found = {}
    for cell in of_class(tree, "cell"):
        link = cell["props"]["children"]
        unit, _slash, target = link["props"]["href"].removeprefix("#why=").partition("/")
        found[unit, target] = said(link)
    return found


def test_every_cell_of_the_whole_matrix_is_the_querys(evaluator: TestClient, submissions: WriteSession) -> None:
    shown_cells = cells(window(evaluator, "/", "?targets=all&month=2019-09"))
    view = view_at(submissions)
    judged = progress_by_unit(submissions, view, month=JudgedMonth.of_day(date(2019, 9, 30)))
    assert len(judged.progress) > 200
    assert set(shown_cells) == {(p.unit_code, p.target_code) for p in judged.progress}
    for progress in judged.progress:
        text = shown_cells[progress.unit_code, progress.target_code]
        if progress.value is None:
            assert text in ("未报", "— 不适用")
        else:
            lines = lines_of(view.plan, view.plan.indicator_by_code[progress.indicator_code])
            assert text.split(" ")[0].lstrip("↓⌄") == shown(progress.value, lines=lines).replace("-", "−")


@pytest.mark.parametrize("path", ["/", "/targets/TG-05A", "/units/441203"])
def test_a_light_set_by_hand_is_a_second_sign_everywhere(
    evaluator: TestClient, submissions: WriteSession, path: str
) -> None:
    by_the_rules = str(window(evaluator, path, "?month=2019-09"))
    set_light(submissions, Light.AMBER, reason="系统割接")
    tree = window(evaluator, path, "?month=2019-09")
    links = [node for node in nodes(tree) if node["props"].get("href") == "#why=441203/TG-05A"]
    links = [link for link in links if "sign-" in str(link)]  # a value on its own has no sign
    assert links
    for link in links:
        assert "sign-met" in str(link)
        assert "sign-behind" not in str(link)
        assert "hand-amber" in str(link)
        assert "✎" in said(link)
        assert "黄灯" in said(link)
    assert "hand-amber" not in by_the_rules
    for value in map(str, of_class(tree, "ranking-value")):  # the pen stands before the figure, which keeps its column
        assert value.find("hand-amber") < value.index("ranking-figure")
    if path == "/":
        panel = of_class(tree, "attention")[0]
        assert "鼎湖区✎人工调整为黄灯" in said(panel).replace("网上可办率(阶段)", "")
        assert (
            said(of_class(panel, "count")) == "17"
        )  # six verdicts, nine stale units, two submissions not yet verified


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_cell_has_its_word_for_those_who_listen(
    evaluator: TestClient, submissions: WriteSession, language: str
) -> None:
    found = cells(window(evaluator, "/", f"?month=2019-09&lang={language}"))
    words = WORDS[language]
    assert found["441202", "TG-05A"] == f"69.90 {words[Status.BEHIND]}"
    assert found["441203", "TG-05A"] == f"85.00 {words[Status.MET]}"
    assert found["441223", "TG-05A"] == words[Status.NO_DATA]


def test_the_headline_instruments_are_the_citys(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, "/", "?month=2019-09&lang=en")
    cards = [said(card) for card in of_class(tree, "card")]
    assert len(cards) == 4
    # (699 + 850) ÷ 2000; ≥ 70 % is met and due that very day, so it is the stage that matters
    assert "77.45" in cards[1]
    assert "≥ 70 %" in cards[1]
    assert "by 30 Sep 2019, then = 100" in cards[1]
    assert all("2 of 11 reported" in card for card in cards)
    # (699 + 850) ÷ 2000 − (660 + 700) ÷ 2000
    assert "+9.45 pp vs last month" in cards[1]
    heading = said(of_class(tree, "page-head"))
    assert "0 of 11 units have met or are on track for every core target; 9 have not reported" in heading


def test_what_needs_attention_is_listed_worst_first(evaluator: TestClient, submissions: WriteSession) -> None:
    items = said(of_class(window(evaluator, "/", "?month=2019-09"), "attention-list"))
    assert items.startswith("滞后5：只看“滞后”端州区")
    assert "端州区网上可办率(阶段)−0.10 百分点" in items
    assert items.index("滞后") < items.index("连续多月未报") < items.index("月报暂未审核")


def test_the_map_shows_the_chosen_core_target_with_words_and_a_way_to_the_explanation(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    tree = window(evaluator, "/", "?month=2019-09&map=TG-05A&lang=en")
    tiles = {
        node["props"]["href"]: said(node)
        for tile in of_class(tree, "tile")
        for node in nodes(tile)
        if node["type"] == "A"
    }
    assert len(tiles) == 12
    assert tiles["#why=441202/TG-05A"] == "Duanzhou Behind"
    assert tiles["#why=441203/TG-05A"] == "Dinghu Met"
    assert tiles["#why=441223/TG-05A"] == "Guangning Not reported"
    heading = said(of_class(tree, "tile-map"))
    assert heading.startswith(
        "Map: 1 of 11 met; 9 have not reported"
    )  # as above the page: who need not report is not counted
    unknown = of_class(window(evaluator, "/", "?month=2019-09&map=%3Cb%3E"), "tile")
    assert len(unknown) == 12


def test_the_phases_gates_say_how_many_units_meet_them(evaluator: TestClient, submissions: WriteSession) -> None:
    gates = said(of_class(window(evaluator, "/", "?month=2019-09&lang=en"), "phase-gates"))
    assert gates.startswith("Build and optimise: 0 of 6 measured gates met by every unit")
    assert "Online-processing rate, stage 11 of 11 units; 9 have not reportedby 30 Sep 2019" in gates
    later = said(of_class(window(evaluator, "/", "?month=2019-10&lang=en"), "phase-gates"))
    assert "no number: followed by milestones and reports" in later


def test_a_light_that_turned_red_this_month_stands_first(evaluator: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-12", items_one_window=600)
    record(session, "441202", "2020-01", items_one_window=600)
    items = said(of_class(window(evaluator, "/", "?month=2020-01"), "attention-list"))
    assert items.startswith("本月转红2：只看“本月转红”端州区")
    record(session, "441202", "2020-02", items_one_window=600)
    items = said(of_class(window(evaluator, "/", "?month=2020-02"), "attention-list"))
    assert "本月转红" not in items
    assert items.startswith("逾期2：只看“逾期”端州区")


def test_a_verdict_is_explained_with_its_numbers_and_its_clause(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    answer = evaluator.post(CALLBACKS, json=why_body("#why=441202/TG-05A", search="?month=2019-09"))
    response = answer.json()["response"]["why"]
    text = said(response["children"])
    assert "699 ÷ 1,000 × 100 = 69.90 %" in text
    assert "网上可办率 = 可网办事项数 ÷ 事项总数" in text
    assert "69.90" in text
    assert "滞后：未达到应达进度线，按目前进度也不能按期达标" in text
    assert "below_line" not in text
    assert "暂未审核" in text
    assert "审核人尚无人审核" in text
    quotes = {c.quote for t in view_at(submissions).plan.targets if t.code == "TG-05A" for c in t.citations}
    assert quotes <= set(texts(response["children"]))


@pytest.mark.parametrize("fragment", ["", "#", "#why=", "#why=441202", "#why=x/y", "#why=441202/TG-08A", "#other"])
def test_other_fragments_explain_nothing(evaluator: TestClient, submissions: WriteSession, fragment: str) -> None:
    explained = evaluator.post(CALLBACKS, json=why_body(fragment)).json()["response"]["why"]["children"]
    if fragment.startswith("#why="):
        assert said(explained) == "本月没有这一判定。"
    else:
        assert explained is None


def test_the_past_is_shown_as_it_was_known(evaluator: TestClient, session: WriteSession) -> None:
    early = record(session, "441202", "2019-09", items_online=699)
    record(session, "441203", "2019-09", items_online=850)
    then = cells(window(evaluator, "/", f"?as_of={early}"))
    now = cells(window(evaluator, "/"))
    assert (then["441203", "TG-05A"], now["441203", "TG-05A"]) == ("未报", "85.00 达标")


def test_links_keep_the_times_and_the_language(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, "/", "?month=2019-08&as_of=9999&lang=en".replace("9999", str(view_at(submissions).seq)))
    inner = [node["props"]["href"] for node in nodes(tree) if node["type"] == "Link"]
    pages = [href for href in inner if href.startswith(("/targets", "/units", "/tasks", "/leaderboard"))]
    assert len(pages) > 20
    assert [
        href for href in pages if "month=2019-08" not in href or "as_of=" not in href or "lang=en" not in href
    ] == []


def test_every_csv_link_answers(evaluator: TestClient, submissions: WriteSession) -> None:
    links = set()
    for path in ("/", "/targets", "/units", "/tasks", "/leaderboard", "/targets/TG-05A", "/units/441202"):
        tree = window(evaluator, path, "?month=2019-09&lang=en")
        links |= {n["props"]["href"] for n in nodes(tree) if str(n["props"].get("href", "")).startswith("/api/v1/")}
    csv = sorted(link for link in links if ".csv" in link)
    assert len(csv) >= 6
    for link in csv:
        answer = evaluator.get(link)
        assert answer.status_code == 200, (link, answer.text[:300])
        assert answer.content.startswith(b"\xef\xbb\xbf")


def test_the_unit_page_lists_every_measured_target(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, "/units/441202", "?month=2019-09")
    links = {n["props"]["href"].partition("?")[0] for n in nodes(of_class(tree, "progress")[0]) if n["type"] == "Link"}
    judged = progress_by_unit(
        submissions, view_at(submissions), month=JudgedMonth.of_day(date(2019, 9, 30)), units=["441202"]
    )
    assert links == {f"/targets/{p.target_code}" for p in judged.progress}
    assert "端州区：5项核心目标中" in said(tree)


def test_the_target_page_counts_and_ranks(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, "/targets/TG-05A", "?month=2019-09&lang=en")
    assert "1 of 11 units meet Online rate ≥ 70 %; 9 have not reported" in said(tree)
    names = [said(node) for node in of_class(tree, "ranking-name")]
    ranks = [said(node) for node in of_class(tree, "ranking-rank")]
    assert names[:2] == ["Dinghu District", "Duanzhou District"]
    assert ranks[:3] == ["1", "2", ""]


def test_a_target_without_a_number_says_how_it_is_tracked(evaluator: TestClient) -> None:
    text = said(window(evaluator, "/targets/TG-08A"))
    assert "不编造百分比" in text


@pytest.mark.parametrize(
    "path", ["/", "/targets/TG-05A", "/units/441202", "/leaderboard", "/targets", "/units", "/tasks"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_before_the_first_submission_every_page_says_what_would_fill_it(
    evaluator: TestClient, path: str, language: str
) -> None:
    tree = window(evaluator, path, f"?lang={language}")
    assert of_class(tree, "content")
    if path in ("/", "/targets/TG-05A", "/units/441202", "/leaderboard"):
        assert of_class(tree, "empty")


def test_things_that_do_not_exist_are_named(evaluator: TestClient) -> None:
    assert "没有目标 TG-99" in said(window(evaluator, "/targets/TG-99"))
    assert "没有填报单位 999999" in said(window(evaluator, "/units/999999"))
    assert "没有这个页面" in said(window(evaluator, "/nowhere"))


def test_demonstration_data_is_labelled_on_every_page(evaluator: TestClient, session: WriteSession) -> None:
    assert of_class(window(evaluator, "/"), "demonstration") == []
    session.execute(update(User).values(demonstration=True))
    for path in ("/", "/targets", "/targets/TG-05A", "/units", "/units/441202", "/tasks", "/leaderboard", "/nowhere"):
        assert "演示数据（合成）" in said(of_class(window(evaluator, path), "demonstration"))
    assert "演示数据（合成）" in evaluator.get("/sign-in").text


@pytest.mark.parametrize(
    ("path", "search", "onwards"),
    [
        ("/tasks", "?lang=en&month=2019-09&as_of=999999", "/tasks?month=2019-09&lang=en"),
        ("/targets/TG-05A", "?lang=en&release=99&unit=441202", "/targets/TG-05A?lang=en&unit=441202"),
    ],
)
def test_a_refusal_leads_back_to_the_same_page_in_the_same_language(
    evaluator: TestClient, submissions: WriteSession, path: str, search: str, onwards: str
) -> None:
    (failed,) = of_class(window(evaluator, path, search), "failed")
    assert [n["props"]["href"] for n in nodes(failed) if "href" in n["props"]] == [onwards]
