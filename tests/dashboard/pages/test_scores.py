"""The pages of the performance assessment: what API and CSV say, why it is so, and a reviewer's acts on it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.principal import Role
from metrics.supervision.scores import ScorePart
from tests.dashboard.drawn import asked_window, forms, nodes, of_class, said, signed_in, texts, use_secret, window
from tests.people import person

MONTH = "?month=2019-09"
EVEN = {f"weight-{part.value}": "1" for part in ScorePart} | {f"steps-{part.value}": "" for part in ScorePart}
ASKED = {"valid_from": "2019-09", "citation": "", "reason": "已明确", "step": "try"}
SCORE = {"unit": "441202", "round": "2019", "form": "interview", "score": "84.5", "full_marks": "100"}
SCORE |= {"measured_on": "2019-08-20", "evidence": "https://example.org/1", "attachments": "", "note": "附注甲"}


@pytest.fixture
def reviewer(client: TestClient, submissions: WriteSession) -> TestClient:
    """A browser in which a reviewer is signed in, with the figures of two units."""
    person(submissions, "zhou", role=Role.REVIEWER)
    use_secret(client, signed_in(submissions, "zhou"))
    return client


def table_of(tree: Any, caption: str) -> list[list[str]]:
    """The cells of the body of the table with that caption."""
    for table in (node for node in nodes(tree) if node["type"] == "Table"):
        if said([node for node in nodes(table) if node["type"] == "Caption"]) == caption:
            rows = [node for node in nodes(table) if node["type"] == "Tr"]
            return [[said(cell) for cell in nodes(row) if cell["type"] in ("Td", "Th")] for row in rows][1:]
    raise AssertionError(caption)


def test_the_page_says_what_api_and_csv_say(reviewer: TestClient) -> None:
    shown = table_of(window(reviewer, "/scores", f"{MONTH}&lang=en"), "Scores")
    sheets = reviewer.get("/api/v1/scores/2019-09").json()["sheets"]
    text = reviewer.get("/api/v1/scores.csv?period=2019-09&lang=en").text
    pulled = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(shown) == len(sheets) == len(pulled) == 12
    for cells, sheet, row in zip(shown, sheets, pulled, strict=True):
        parts = [part["points"] or {"nothing": "Nothing to judge", "not_reported": "Not reported"}[part["left_out"]]
                 for part in sheet["parts"]]  # fmt: skip
        rank = "unranked" if sheet["rank"] is None else str(sheet["rank"])
        assert cells == [row["unit_name"], rank, sheet["score"] or "—", *parts]
        assert (row["rank"] or "unranked", row["score"] or "—") == (cells[1], cells[2])
    assert {cells[0] for cells in shown if cells[2] != "—"} == {"Duanzhou District", "Dinghu District"}  # who reported


def test_shipped_weights_are_said_to_be_nobodys(reviewer: TestClient) -> None:
    assert "方案没有规定权重和分档" in said(window(reviewer, "/scores", MONTH))
    english = said(window(reviewer, "/scores", f"{MONTH}&lang=en"))
    assert "the plan names no weights and no steps" in english


def test_a_rule_is_tried_set_and_kept(reviewer: TestClient, submissions: WriteSession) -> None:
    before = newest_seq(submissions)
    fields = EVEN | ASKED | forms(window(reviewer, "/scores", MONTH))["score.weigh"]["fields"]
    fields |= {"weight-timeliness": "0", "steps-attainment": "90=50 100%=100"}
    tree = asked_window(reviewer, {"do": "score.weigh", "fields": fields, "nth": 1}, "/scores", MONTH)
    (tried,) = of_class(tree, "outcome-tried")
    assert "试算" in said(tried)
    then = {cells[0]: cells[2] for cells in table_of(tried, "变化的单位")}
    assert newest_seq(submissions) == before
    ask = {"do": "score.weigh", "fields": fields | {"step": "set"}, "nth": 2}
    tree = asked_window(reviewer, ask, "/scores", MONTH)
    assert of_class(tree, "outcome-done")
    scores = {cells[0]: cells[2] for cells in table_of(tree, "绩效考核")}
    assert then
    assert then.items() <= scores.items()
    assert "达到90 %得50分" in said(tree)
    assert "自2019年9月起执行" in said(tree)
    wrong = fields | {"steps-slips": "90=50 95=40", "reason": ""}
    tree = asked_window(reviewer, {"do": "score.weigh", "fields": wrong, "nth": 3}, "/scores", MONTH)
    assert "各档须随比例提高而不减分" in said(of_class(tree, "outcome-refused"))
    for nth, odd in enumerate(("1e9999999=50", "九十=50", "95"), start=4):
        ask = {"do": "score.weigh", "fields": fields | {"steps-slips": odd}, "nth": nth}
        assert "有误" in said(of_class(asked_window(reviewer, ask, "/scores", MONTH), "outcome-refused")), odd


def test_a_sheet_says_why(reviewer: TestClient) -> None:
    form = forms(window(reviewer, "/scores", MONTH))["score.inquiry"]
    ask = form | {"fields": form["fields"] | SCORE, "nth": 1}
    assert "得分已登记" in said(asked_window(reviewer, ask, "/scores", MONTH))
    tree = window(reviewer, "/scores/441202", MONTH)
    text = said(tree)
    sheet = next(s for s in reviewer.get("/api/v1/scores/2019-09").json()["sheets"] if s["unit"] == "441202")
    counted = [(part["points"], part["weight"]) for part in sheet["parts"] if part["points"] is not None]
    formula = " + ".join(f"{points} × {weight}" for points, weight in counted)
    assert f"({formula}) ÷ {len(counted)} = {sheet['score']}" in text
    assert "(84.5 ÷ 100) ÷ 1 = 84.50 %" in text
    assert "没有可考核的内容，连同权重不计入：督办办理" in text
    assert "附注甲" in text
    links = {str(node["props"].get("href", "")) for node in nodes(tree)}
    assert {f"#why=441202/{one['target']}" for one in sheet["figures"]["targets"]} <= links
    for part in ScorePart:
        assert f"#part-{part.value}" in links
    correction = forms(tree)["score.inquiry"]
    changed = SCORE | {"score": "80", "reason": "计分有误"}
    fields = {name: value for name, value in changed.items() if name not in ("unit", "round", "form")}
    ask = correction | {"fields": correction["fields"] | fields, "nth": 2}
    assert "得分已更正" in said(asked_window(reviewer, ask, "/scores/441202", MONTH))


def test_a_score_that_is_there_already_is_led_to(reviewer: TestClient) -> None:
    form = forms(window(reviewer, "/scores", MONTH))["score.inquiry"]
    for nth in (1, 2):
        ask = form | {"fields": form["fields"] | SCORE, "nth": nth}
        tree = asked_window(reviewer, ask, "/scores", MONTH)
    (refused,) = of_class(tree, "outcome-refused")
    assert "得分已经登记" in said(refused)
    assert "If-Match" not in said(refused)
    (link,) = {str(node["props"]["href"]) for node in nodes(refused) if node["props"].get("href")}
    path, _question, query = link.partition("?")
    assert "score.inquiry" in forms(window(reviewer, path, f"?{query}"))


def test_a_unit_sees_its_own_sheet_alone_and_no_form(clerk: TestClient, submissions: WriteSession) -> None:
    tree = window(clerk, "/scores", MONTH)
    assert [cells[0] for cells in table_of(tree, "绩效考核")] == ["端州区"]
    assert forms(tree) == {}
    assert "名次" not in texts(tree)
    assert "得分怎样算出" in said(window(clerk, "/scores/441202", MONTH))
    assert "没有 441203 2019年9月的考核得分" in said(window(clerk, "/scores/441203", MONTH))
    for unit, shown in (("441202", True), ("441203", False)):
        links = [str(node["props"].get("href", "")) for node in nodes(window(clerk, f"/units/{unit}", MONTH))]
        assert any(link.startswith(f"/scores/{unit}") for link in links) == shown


def test_an_evaluator_looks_and_changes_nothing(evaluator: TestClient, submissions: WriteSession) -> None:
    assert forms(window(evaluator, "/scores", MONTH)) == {}
    ask = {"do": "score.weigh", "fields": EVEN | ASKED | {"period": "2019-09", "step": "set"}, "nth": 1}
    before = newest_seq(submissions)
    assert of_class(asked_window(evaluator, ask, "/scores", MONTH), "outcome-refused")
    assert newest_seq(submissions) == before
