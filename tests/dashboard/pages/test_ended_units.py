"""A unit in months in which it is not there: every page answers, and says until when it was or from when it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.metrics.queries.test_views import post
from tests.people import person

ENDED, INTO, LATER = "441203", "441202", "441204"


@pytest.fixture
def merged(submissions: WriteSession) -> WriteSession:
    """One unit became part of another at the end of September 2019, and a third is there from December on."""
    changes: dict[str, dict[str, Any]] = {
        ENDED: {"valid_to": date(2019, 9, 30), "merged_into": INTO},
        LATER: {"valid_from": date(2019, 12, 1)},
    }
    plan = plan_at(submissions)
    units = tuple(unit.model_copy(update=changes.get(unit.code, {})) for unit in plan.units)
    load_plan(submissions, plan.model_copy(update={"units": units}), actor="tests")
    post(submissions, INTO, "2019-10", items_online=710)
    return submissions


@pytest.mark.parametrize(
    ("month", "unit", "english", "chinese"),
    [
        ("2019-09", ENDED, "Dinghu District: 2 of 5 core targets met", "鼎湖区：5项核心目标中2项达标"),
        (
            "2019-10",
            ENDED,
            "Dinghu District: there until 30 Sep 2019, then part of Duanzhou District",
            "鼎湖区：2019年9月30日撤销，并入端州区",
        ),
        ("2019-10", LATER, "Gaoyao District: there from 1 Dec 2019 on", "高要区：自2019年12月1日起设立"),
    ],
)
def test_the_page_of_a_unit_says_when_it_is_not_there_and_judges_nothing_then(
    evaluator: TestClient, merged: WriteSession, month: str, unit: str, english: str, chinese: str
) -> None:
    for spoken, expected in (("en", english), ("zh", chinese)):
        tree = window(evaluator, f"/units/{unit}", f"?lang={spoken}&month={month}")
        assert [said(node) for node in nodes(tree) if node["type"] == "H1"] == [expected]
        hrefs = [str(n["props"].get("href")) for n in nodes(tree) if str(n["props"].get("href")).startswith("/slides/")]
        there = month == "2019-09"
        assert bool(of_class(tree, "progress")) is bool(hrefs) is there
        assert (evaluator.get(f"/slides/pptx/units/{unit}?month={month}").status_code == 200) is there


def test_the_list_of_units_counts_those_that_are_there(evaluator: TestClient, merged: WriteSession) -> None:
    for month, count in (("2019-09", 11), ("2019-10", 10)):
        tree = window(evaluator, "/units", f"?lang=en&month={month}")
        assert [said(node) for node in nodes(tree) if node["type"] == "H1"] == [f"{count} units report"]
        assert ("there until 30 Sep 2019, then part of Duanzhou District" in said(tree)) is (month == "2019-10")
        assert "there from 1 Dec 2019 on" in said(tree)


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/?targets=all",
        "/flat",
        "/leaderboard",
        "/changes",
        "/periods",
        f"/units/{INTO}",
        f"/units/{ENDED}/counts/items_total",
        f"/compare?unit={ENDED}&unit={INTO}",
        f"/compare?unit={ENDED}&unit={LATER}",
        f"/targets/TG-05A?unit={ENDED}",
        "/targets/TG-05A/moved",
        f"/tasks?unit={ENDED}",
        f"/scores/{ENDED}",
        "/review",
        "/assess",
        "/supervise",
    ],
)
@pytest.mark.parametrize("month", ["2019-10", "2019-11"])
def test_every_page_answers(evaluator: TestClient, merged: WriteSession, page: str, month: str) -> None:
    path, _, search = page.partition("?")
    tree = window(evaluator, path, f"?lang=en&month={month}" + (f"&{search}" if search else ""))
    assert next(said(node) for node in nodes(tree) if node["type"] == "H1")
    for way in {str(n["props"].get("href")) for n in nodes(tree)}:
        if way.startswith("/slides/pptx"):
            assert evaluator.get(way).status_code == 200


@pytest.mark.parametrize(
    ("unit", "month", "said_there"),
    [
        (ENDED, "2019-09", "Dinghu District, Sep 2019: sent, not yet verified"),
        (ENDED, "2019-10", "Dinghu District: there until 30 Sep 2019, then part of Duanzhou District"),
        (LATER, "2019-11", "Gaoyao District: there from 1 Dec 2019 on"),
    ],
)
def test_a_clerk_is_given_no_form_for_a_month_in_which_the_unit_is_not_there(
    client: TestClient, merged: WriteSession, unit: str, month: str, said_there: str
) -> None:
    person(merged, "li", units=[unit])
    use_secret(client, signed_in(merged, "li"))
    tree = window(client, "/collect", f"?lang=en&period={month}")
    assert [said(node) for node in nodes(tree) if node["type"] == "H1"] == [said_there]
    assert bool(of_class(tree, "collect-bar")) is (month == "2019-09")
    if month == "2019-10":
        (way, *_others) = (n["props"]["href"] for n in nodes(of_class(tree, "collect")) if n["props"].get("href"))
        assert said(window(client, *way.replace("?", " ?").split())).count("Sep 2019: sent, not yet verified")


def test_what_is_to_be_filled_in_next_is_a_month_in_which_the_unit_is_there(
    client: TestClient, merged: WriteSession
) -> None:
    for unit, expected in ((ENDED, "Dinghu District, Sep 2019"), (LATER, "Gaoyao District")):
        person(merged, f"of{unit}", units=[unit])
        use_secret(client, signed_in(merged, f"of{unit}"))
        tree = window(client, "/collect", "?lang=en")
        assert next(said(node) for node in nodes(tree) if node["type"] == "H1").startswith(expected)
        assert "2019-10" not in str(of_class(tree, "collect-choices"))
