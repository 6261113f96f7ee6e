"""Findings on the round's page and on their own: who may raise, answer and review them, and what becomes of it."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from metrics.commands.raise_finding import raise_finding
from metrics.commands.rectify_finding import AnswerGiven, ReviewGiven, answer_finding, review_finding
from metrics.database import WriteSession
from metrics.principal import Role
from metrics.queries.findings import findings
from metrics.queries.view import view_at
from metrics.supervision.rectification import FindingState, RectificationAction
from tests.dashboard.drawn import asked_window, forms, said, signed_in, use_secret, window
from tests.metrics.commands.test_rectify_finding import GIVEN, LATER
from tests.people import person
from tests.posting import CLERK, REVIEWER

PAGE = "/phases/PH2/findings/1"


def reviewer(client: TestClient, session: WriteSession) -> TestClient:
    person(session, "zhou", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "zhou"))
    return client


def ask(form: dict[str, Any], **fields: str) -> dict[str, Any]:
    return {"do": form["do"], "fields": form["fields"] | fields, "nth": 1}


def test_a_reviewer_raises_a_finding_on_the_page_of_the_round(client: TestClient, submissions: WriteSession) -> None:
    browser = reviewer(client, submissions)
    form = forms(window(browser, "/phases/PH2", ""))["finding.raise"]
    given = {"unit": "441202", "about": "target TG-19B", "severity": "grave", "due_on": LATER, "key": "k1"}
    asked = ask(form, text="窗口只受理部分事项", **given)
    tree = asked_window(browser, asked, "/phases/PH2")
    assert "窗口只受理部分事项" in said(tree)
    assert "待整改 1" in said(tree)
    asked_window(browser, asked | {"nth": 2}, "/phases/PH2")  # pressed again
    (found,) = findings(submissions, view_at(submissions))
    assert (found.unit, found.target, found.severity.value) == ("441202", "TG-19B", "grave")
    assert "finding.raise" not in forms(window(browser, "/phases/PH1", ""))  # no round


def test_a_clerk_answers_and_a_reviewer_closes_what_was_seen(client: TestClient, submissions: WriteSession) -> None:
    raise_finding(submissions, "PH2", principal=REVIEWER, given=GIVEN)
    person(submissions, "chen")
    use_secret(client, signed_in(submissions))
    assert set(forms(window(client, PAGE, ""))) == {"finding.answer"}
    form = forms(window(client, PAGE, ""))["finding.answer"]
    tree = asked_window(client, ask(form, text="已扩至全部事项", evidence="", attachments="", key="k2"), PAGE)
    assert "已答复" in said(tree)
    browser = reviewer(client, submissions)
    shown = forms(window(browser, PAGE, ""))
    assert set(shown) == {"finding.close", "finding.return", "finding.withdraw"}
    seen = findings(submissions, view_at(submissions))[0].etag
    back = ReviewGiven(RectificationAction.SEND_BACK, "佐证不足")
    review_finding(submissions, "PH2", 1, principal=REVIEWER, given=back, if_match=seen)
    answer_finding(submissions, "PH2", 1, principal=CLERK, given=AnswerGiven("补充说明"))
    assert "已有新的进展" in said(asked_window(browser, ask(shown["finding.close"]), PAGE))
    asked_window(browser, ask(forms(window(browser, PAGE, ""))["finding.close"]), PAGE)
    (found,) = findings(submissions, view_at(submissions))
    assert found.standing.state is FindingState.CLOSED


def test_another_unit_s_finding_is_not_there(client: TestClient, submissions: WriteSession) -> None:
    raise_finding(submissions, "PH2", principal=REVIEWER, given=GIVEN)
    person(submissions, "zhao", units={"441203"})
    use_secret(client, signed_in(submissions, "zhao"))
    assert "本阶段没有第1号问题" in said(window(client, PAGE, ""))
    assert GIVEN.text not in said(window(client, "/phases/PH2", ""))
