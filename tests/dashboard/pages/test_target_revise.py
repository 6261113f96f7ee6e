"""The page that revises a target: tried first, then recorded as tried; what a revision changed is said afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.plan.store import plan_at
from metrics.principal import Role
from tests.dashboard.drawn import (
    ask_body,
    asked_window,
    draw_body,
    forms,
    nodes,
    of_class,
    said,
    signed_in,
    use_secret,
    window,
)
from tests.people import person

CODE, DUANZHOU, DINGHU = "TG-05A", "441202", "441203"
PAGE = f"/targets/{CODE}/revise"
FORM = {
    "target": CODE,
    "seen": "1",
    "comparator": ">=",
    "threshold": "70",
    "due_on": "2019-09-30",
    "effective_from": "2019-09-15",
    "reason": "系统上线较晚",
    "trajectory": "",
    "where": "肇府办〔2020〕12号",
    "quote": "同意延期",
    "step": "try",
}


def asks(**changes: str) -> dict[str, Any]:
    return {"do": "target.revise", "fields": FORM | changes, "chosen": [f"unit:{DUANZHOU}"], "nth": 1}


def offered(tree: Any) -> dict[str, str]:
    """The fields of the form that records what was tried."""
    found = [node["props"]["data-fields"] for node in nodes(of_class(tree, "outcome")) if node["type"] == "Form"]
    fields: dict[str, str] = json.loads(found[0])
    return fields


@pytest.fixture
def desk(client: TestClient, submissions: WriteSession) -> TestClient:
    """A browser in which an evaluator is signed in, with the figures of two units."""
    person(submissions, "han", role=Role.EVALUATOR)
    use_secret(client, signed_in(submissions, "han"))
    return client


def test_what_is_tried_is_shown_and_then_recorded_as_it_was_shown(desk: TestClient, submissions: WriteSession) -> None:
    place = newest_seq(submissions)
    tree = asked_window(desk, asks(due_on="2020-03-31"), PAGE, "?lang=en")
    shown = said(of_class(tree, "outcome-tried"))
    assert "Nothing is recorded yet. This is what would change" in shown
    assert "Duanzhou" in shown
    assert "Dinghu" not in shown
    submissions.expire_all()
    assert newest_seq(submissions) == place
    fields = offered(tree)
    done = asked_window(desk, {"do": "target.revise", "fields": fields, "nth": 2}, PAGE, "?lang=en")
    assert f"Revision 2 is recorded (no. {place + 1})" in said(of_class(done, "outcome-done"))
    submissions.expire_all()
    newest = plan_at(submissions).target_revisions[CODE][-1]
    assert (newest.for_units, newest.reason) == ((DUANZHOU,), "系统上线较晚")
    again = asked_window(desk, {"do": "target.revise", "fields": fields, "nth": 3}, PAGE, "?lang=en")
    assert "Nothing would change" in said(of_class(again, "outcome-refused"))
    history = said(of_class(window(desk, f"/targets/{CODE}", "?lang=en"), "revisions"))
    assert "Changed against revision 1:" in history
    assert "Due date: 30 Sep 2019 → 31 Mar 2020" in history
    assert "own target of Duanzhou District" in history
    assert "Targets of its own" in said(window(desk, f"/units/{DUANZHOU}", "?lang=en"))
    assert "Targets of its own" not in said(window(desk, f"/units/{DINGHU}", "?lang=en"))


def test_a_clause_of_a_task_is_cited_where_the_task_stands(desk: TestClient, submissions: WriteSession) -> None:
    task = next(one for one in plan_at(submissions).tasks if one.deadline_raw and one.deadline_line)
    cites = {"due_on": "2020-03-31", "where": "", "task": str(task.number)}
    for quote, line in ((task.text_zh[:12], task.line), (task.deadline_raw, task.deadline_line)):
        tree = asked_window(desk, asks(**cites, quote=quote), PAGE)
        (citation,) = json.loads(offered(tree)["body"])["citations"]
        assert (citation["task"], citation["line"], citation["quote"]) == (task.number, line, quote)
        assert citation["where"].endswith(f"/{task.number}")
    tree = asked_window(desk, asks(**cites, quote="同意延期"), PAGE)
    assert f"第{task.number}项任务的原文和完成时限中都没有这段话" in said(of_class(tree, "outcome-refused"))


EXCLUSION = {
    "exclusion_code": "EX-NEW",
    "exclusion_element": "exempt_law",
    "exclusion_name_zh": "经批准的事项",
    "exclusion_name_en": "Items approved",
    "exclusion_effect_zh": "从分母中剔除",
    "exclusion_effect_en": "Left out of the denominator",
    "exclusion_evidence_zh": "批准文件",
    "exclusion_evidence_en": "Approval document",
}


def test_an_exclusion_is_added_in_both_languages(desk: TestClient) -> None:
    body = json.loads(offered(asked_window(desk, asks(**EXCLUSION), PAGE))["body"])
    assert [(one["code"], one["name"]["en"]) for one in body["exclusions"]][-1] == ("EX-NEW", "Items approved")
    refused = said(of_class(asked_window(desk, asks(**EXCLUSION | {"exclusion_name_en": ""}), PAGE), "outcome-refused"))
    assert "须用中英文写明名称、剔除内容和凭据" in refused
    assert of_class(asked_window(desk, asks(**EXCLUSION | {"exclusion_code": ""}), PAGE), "outcome-refused")


def test_what_no_longer_holds_is_shown_anew(desk: TestClient, submissions: WriteSession) -> None:
    fields = offered(asked_window(desk, asks(due_on="2020-03-31"), PAGE))
    stale = fields | {"tried": "0" * 64}
    place = newest_seq(submissions)
    tree = asked_window(desk, {"do": "target.revise", "fields": stale, "nth": 2}, PAGE, "?lang=en")
    assert "This is what would change now" in said(of_class(tree, "outcome-refused"))
    assert offered(tree) == fields
    body = json.dumps(json.loads(fields["body"]) | {"threshold": 70.5})
    numbers = asked_window(desk, {"do": "target.revise", "fields": stale | {"body": body}, "nth": 3}, PAGE, "?lang=en")
    assert offered(numbers)["body"] == body
    submissions.expire_all()
    assert newest_seq(submissions) == place


def test_a_form_drawn_before_another_revision_takes_nothing_of_it_back(
    desk: TestClient, submissions: WriteSession
) -> None:
    """Two have the page open; the second's form would send the first one's fields as they were."""
    fields = offered(asked_window(desk, asks(due_on="2020-03-31"), PAGE))
    asked_window(desk, {"do": "target.revise", "fields": fields, "nth": 2}, PAGE)
    for stale in (dict[str, str](), {"ends_own": "true", "effective_from": "2019-12-01"}, {"withdraws": DUANZHOU}):
        tree = asked_window(desk, asks(**{"effective_from": "2019-10-15", "threshold": "75"} | stale), PAGE, "?lang=en")
        assert "Since this page was opened, revision 2" in said(of_class(tree, "outcome-refused"))
    page = [node["props"] for node in nodes(window(desk, PAGE))]
    drawn = [json.loads(form["data-fields"]) for form in page if form.get("data-asks") == "target.revise"]
    assert [one["seen"] for one in drawn] == ["2", "2"]
    tree = asked_window(desk, asks(seen="2", effective_from="2019-10-15", due_on="2020-03-31", threshold="75"), PAGE)
    assert of_class(tree, "outcome-tried")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": "2020-03-31", "effective_from": ""}, "须写明生效日期"),
        ({"due_on": "2020-03-31", "effective_from": "2020-04-01"}, "早于生效日期 2020-04-01"),
        ({"due_on": "2020-03-31", "where": "", "quote": ""}, "须注明依据"),
        ({"due_on": "2020-03-31", "quote": ""}, "条款原文"),
        ({"trajectory": "2019-08-31=60 2019-08-01=65"}, "路径点须按日期先后排列"),
        ({"trajectory": "2019-09-30=60"}, "须早于期限"),
        ({"trajectory": "2019-08-31=71"}, "已超过目标值"),
        ({"trajectory": "2019-07-31=60 2019-08-31=59"}, "路径可以持平"),
        ({"threshold": "101"}, "须在 0 至 100 之间"),
        ({"where": "", "quote": ""}, "没有任何改动"),
        ({"step": "set", "body": "[]"}, "无法理解该请求"),
        ({"step": "set", "body": "[" * 19_000}, "无法理解该请求"),
        ({"step": "set", "body": '{"reason": "\\u0000"}'}, "无法理解该请求"),
        ({"step": "set", "body": '{"reason": "\\ud800"}'}, "无法理解该请求"),
        ({"step": "set", "body": f'{{"threshold": 1{"0" * 5000}}}'}, "须写明生效日期"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(desk: TestClient, changes: dict[str, str], words: str) -> None:
    tree = asked_window(desk, asks(**changes), PAGE)
    assert words in said(of_class(tree, "outcome-refused"))


def test_a_refusal_names_the_field_that_it_is_about(desk: TestClient) -> None:
    """A form of twenty fields: without its name nobody finds the one that is meant."""
    number = "A number is written in digits, such as 95 or 95.5."
    day = "A date is written YYYY-MM-DD."
    for changes, words in (
        ({"threshold": "60％"}, [f"Threshold: {number}"]),
        ({"threshold": "1_0"}, [f"Threshold: {number}"]),
        ({"trajectory": "2019-09-20=x"}, [f"Agreed trajectory: {number}"]),
        ({"window_start": "2019-10-01"}, [f"Verification window to: {day}"]),
        ({"threshold": "x", "due_on": "1"}, [f"Threshold: {number}", f"Due date: {day}"]),
        (EXCLUSION | {"exclusion_code": "a b"}, ["One more exclusion: its code: A code holds letters, digits,"]),
    ):
        shown = said(of_class(asked_window(desk, asks(**changes), PAGE, "?lang=en"), "outcome-refused"))
        assert [word for word in words if word not in shown] == [], shown
    assert "目标值：应为数字" in said(of_class(asked_window(desk, asks(threshold="60％"), PAGE), "outcome-refused"))


def ticked(tree: Any) -> list[str]:
    return [node["props"]["value"] for node in nodes(tree) if node["props"].get("checked")]


def test_who_shares_a_target_with_the_unit_is_not_revised_with_it_unasked(
    desk: TestClient, submissions: WriteSession
) -> None:
    both = {"chosen": [f"unit:{DUANZHOU}", f"unit:{DINGHU}"]}
    fields = offered(asked_window(desk, asks(threshold="60", due_on="2020-03-31") | both, PAGE))
    asked_window(desk, {"do": "target.revise", "fields": fields, "nth": 2}, PAGE)
    for unit in (DUANZHOU, DINGHU):
        tree = window(desk, PAGE, f"?unit={unit}&lang=en")
        assert ticked(tree) == [f"unit:{unit}"]
        assert "own target of Duanzhou District, Dinghu District" in said(tree)


def test_the_form_begins_with_what_stands_for_the_unit(desk: TestClient, submissions: WriteSession) -> None:
    tree = window(desk, PAGE, f"?unit={DUANZHOU}")
    assert ticked(tree) == [f"unit:{DUANZHOU}"]
    assert "恢复总目标" not in said(tree)
    fields = offered(asked_window(desk, asks(threshold="60", due_on="2020-03-31"), PAGE))
    asked_window(desk, {"do": "target.revise", "fields": fields, "nth": 2}, PAGE)
    tree = window(desk, PAGE, f"?unit={DUANZHOU}")
    values = {node["props"].get("name"): node["props"].get("value") for node in nodes(tree) if "name" in node["props"]}
    assert (values["threshold"], values["due_on"]) == ("60", "2020-03-31")
    assert "恢复总目标" in said(tree)
    ends = {
        "target": CODE,
        "seen": "2",
        "ends_own": "true",
        "effective_from": "2019-10-01",
        "reason": "已上线",
        "step": "try",
    }
    ask = {"do": "target.revise", "fields": ends, "chosen": [f"unit:{DUANZHOU}"], "nth": 3}
    assert "尚未记录" in said(of_class(asked_window(desk, ask, PAGE), "outcome-tried"))


def test_the_history_says_which_revision_judges_whom(desk: TestClient, submissions: WriteSession) -> None:
    fields = offered(asked_window(desk, asks(due_on="2020-03-31"), PAGE))
    asked_window(desk, {"do": "target.revise", "fields": fields, "nth": 2}, PAGE)
    for address in (PAGE, f"{PAGE}?unit={DUANZHOU}", f"/targets/{CODE}", f"/targets/{CODE}?unit={DUANZHOU}"):
        path, _mark, search = address.partition("?")
        shown = window(desk, path, f"?lang=en&{search}")
        second, first = (said(item) for item in of_class(shown, "revisions")[0]["props"]["children"])
        assert "judges Duanzhou District" in second, address
        assert "the one judged by, but for Duanzhou District" in first, address


def test_others_find_neither_the_page_nor_the_act(client: TestClient, submissions: WriteSession) -> None:
    person(submissions, "zhou", role=Role.REVIEWER)
    use_secret(client, signed_in(submissions, "zhou"))
    assert "target.revise" not in forms(window(client, PAGE))
    assert not [node for node in nodes(window(client, f"/targets/{CODE}")) if PAGE in str(node["props"].get("href"))]
    tree = asked_window(client, asks(due_on="2020-03-31"), PAGE)
    assert not of_class(tree, "outcome-tried")


@pytest.mark.parametrize(
    ("text", "said_so"),
    [("\u200b\u3164", "only characters here that nobody sees"), ("x" * 200_000, "at most 20,000 characters")],
)
def test_a_text_that_says_nothing_or_too_much_is_refused_and_the_form_keeps_what_was_filled_in(
    desk: TestClient, submissions: WriteSession, text: str, said_so: str
) -> None:
    place = newest_seq(submissions)
    before = drawn_first(desk)
    asked = ask_body(desk, asks(reason=text), PAGE, "?lang=en", before=before)
    answer = desk.post(CALLBACKS, json=asked).json()
    assert "frame" not in answer["response"]
    (outcome,) = answer["sideUpdate"].values()  # the form is left as it stands, with what is typed in it
    assert said_so in said(of_class(outcome["children"], "outcome-refused"))
    assert newest_seq(submissions) == place


def drawn_first(desk: TestClient) -> str:
    """The digests of the page of the revision."""
    found: str = desk.post(CALLBACKS, json=draw_body(PAGE, "?lang=en")).json()["response"]["drawn"]["data"]
    return found
