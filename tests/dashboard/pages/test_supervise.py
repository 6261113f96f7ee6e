"""`/supervise`: a section for every noun that is followed up, with the way to it."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.testclient import TestClient

from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.commands.raise_finding import raise_finding
from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, said, window
from tests.metrics.commands.test_rectify_finding import GIVEN
from tests.posting import REVIEWER


def links(tree: object) -> set[str]:
    return {node["props"]["href"] for node in nodes(tree) if "href" in node["props"]}


def test_what_is_late_and_silent_is_counted_and_led_to(evaluator: TestClient, submissions: WriteSession) -> None:
    shown = window(evaluator, "/supervise", "?month=2019-09&lang=en")
    text = said(shown)
    assert "Sep 2019: 9 submissions have not been received" in text
    assert "tasks without an update for two months" in text
    ways = {"/periods?month=2019-09&lang=en", "/tasks?month=2019-09&lang=en&state=silent"}
    assert ways <= links(shown)
    beside = [node["props"] for node in nodes(shown) if node["props"].get("href") in ways]
    assert all("within-text" in props.get("className", "") for props in beside), "colour alone would tell it a link"


def test_in_chinese_the_page_is_called_as_offices_call_it(evaluator: TestClient, submissions: WriteSession) -> None:
    assert "督办" in said(window(evaluator, "/supervise"))


def test_findings_and_slips_are_counted_each_with_the_way_to_those_alone(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    assert "No finding is open" in said(window(evaluator, "/supervise", "?lang=en"))
    for _number in range(2):
        raise_finding(submissions, "PH2", principal=REVIEWER, given=GIVEN)
    long_ago = datetime(2019, 10, 8, 2, tzinfo=UTC)
    asked = SlipGiven("441202", "可办率未达标", "请整改", "2019-10-31")
    issue_slip(submissions, principal=REVIEWER, given=asked, simulated_at=long_ago)
    tree = window(evaluator, "/supervise", "?lang=en")
    for text, href in (
        (": 2 open findings", "/phases/PH2?lang=en&state=open"),
        ("1 slip overdue", "/supervise/slips?lang=en&state=late"),
    ):
        (link,) = [node for node in nodes(tree) if node["props"].get("href") == href]
        assert text in said(link)
        shown = said(window(evaluator, *href.replace("?", " ?").split(" ")))
        assert ("窗口只受理部分事项" in shown, "可办率未达标" in shown) == ("PH2" in href, "slips" in href)
    assert "No finding matches this choice" in said(window(evaluator, "/phases/PH2", "?lang=en&state=closed"))
