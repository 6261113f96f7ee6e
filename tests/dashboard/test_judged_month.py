"""The month judged by default on pages: what is newer stands beside it, and a month without data is never all well."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from tests.beginnings import beginning
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision

JUDGING = ["/", "/targets", "/targets/TG-05A", "/units", "/units/441203", "/leaderboard"]
EARLY = "441202"


@beginning
def early(session: WriteSession) -> WriteSession:
    """Every unit's submission for August 2019, all well on online rate, and one unit's for September."""
    for unit in plan_at(session).reporting_units:
        record(session, unit.code, "2019-08", items_online=990, items_full_online=300)
    record(session, EARLY, "2019-09", items_online=990)
    return session


def heading(tree: Any) -> str:
    return said(next(node for node in nodes(tree) if node["type"] == "H1"))


def newer(tree: Any) -> list[dict[str, Any]]:
    return of_class(tree, "newer-month")


@pytest.mark.parametrize("path", JUDGING)
def test_a_newer_month_is_announced_and_one_click_away(evaluator: TestClient, early: WriteSession, path: str) -> None:
    tree = window(evaluator, path)
    (announced,) = newer(tree)
    assert said(announced) == "2019年9月：已收1/11，逾期10"
    assert announced["props"]["children"]["props"]["href"] == f"{path}?month=2019-09"
    assert "2019年8月31日" in said(of_class(tree, "page-date"))
    (told,) = newer(window(evaluator, path, "?lang=en"))
    assert said(told) == "Sep 2019: 1 of 11 received, 10 late"


def test_what_the_page_keeps_is_kept(evaluator: TestClient, early: WriteSession) -> None:
    (announced,) = newer(window(evaluator, "/", "?targets=all"))
    assert announced["props"]["children"]["props"]["href"] == "/?month=2019-09&targets=all"


def test_while_it_is_collected_the_due_day_stands_in_place_of_what_is_late(
    evaluator: TestClient, early: WriteSession
) -> None:
    """As known before the due day, which no entry of a ledger that begins today can be: so of a month to come."""
    record(early, EARLY, "2999-11")
    tree = window(evaluator, "/")
    assert said(newer(tree)[-1]) == "2999年11月：已收1/11，报送中，2999年12月5日截止"
    # However far ahead one unit reports, the page begins where it begins: months in between are counted.
    assert len(newer(tree)) == 3
    assert "此前另有11,760个月尚未评估" in said(of_class(tree, "page-date"))
    assert len(newer(window(evaluator, "/", "?month=2019-09"))) == 4  # the month that was chosen is among them


def test_the_month_that_was_chosen_says_it_of_itself_without_a_link(evaluator: TestClient, early: WriteSession) -> None:
    (announced,) = newer(window(evaluator, "/", "?month=2019-09"))
    assert announced["props"]["children"] == "2019年9月：已收1/11，逾期10"


def test_nothing_is_announced_beside_an_earlier_month(evaluator: TestClient, early: WriteSession) -> None:
    record(early, EARLY, "2019-07")
    assert newer(window(evaluator, "/", "?month=2019-07")) == []


def test_one_early_submission_turns_nothing_grey(evaluator: TestClient, early: WriteSession) -> None:
    before = window(evaluator, "/", "?month=2019-08")
    now = window(evaluator, "/")
    for part in ("cell", "card"):
        assert [said(one) for one in of_class(now, part)] == [said(one) for one in of_class(before, part)]
    assert "未报" not in {said(one) for one in of_class(now, "cell")}


def test_a_target_that_fell_due_in_the_newer_month_is_listed(evaluator: TestClient, early: WriteSession) -> None:
    tree = window(evaluator, "/")
    (panel,) = of_class(tree, "attention")
    assert "到期未判" in said(panel)
    assert "#why=441200/TG-05A" in str(panel)  # at least 70 % online by 30 September
    rows = evaluator.get("/api/v1/attention.json").json()
    found = [row for row in rows if row["reason"] == "due_unjudged"]
    assert "TG-05A" in {row["target_code"] for row in found}
    assert {(row["unit_code"], row["since"], row["period"], row["reason_text"]) for row in found} == {
        ("441200", "2019-09", "2019-08", "到期未判")
    }
    due = {target.code: target.due_on for target in plan_at(early).targets_in_force(date(2019, 8, 31))}
    assert {due[row["target_code"]] for row in found} == {date(2019, 9, 30)}
    chosen = evaluator.get("/api/v1/attention.json?period=2019-09").json()
    assert "due_unjudged" not in {row["reason"] for row in chosen}


def test_a_target_of_a_unit_s_own_that_fell_due_in_the_newer_month_is_listed(
    evaluator: TestClient, early: WriteSession
) -> None:
    """By its own date: what is for all is due at another time, and others have no such date."""
    own = {"for_units": ["441203"], "citations": [CITATION], "effective_from": "2019-08-01"}
    for code, due_on in (("TG-05A", "2019-12-31"), ("TG-05B", "2019-09-20")):
        revise_target(early, code, principal=EVALUATOR, body=revision(**own, due_on=due_on))
    early.flush()
    rows = evaluator.get("/api/v1/attention.json").json()
    found = {(row["unit_code"], row["target_code"]) for row in rows if row["reason"] == "due_unjudged"}
    assert {target for unit, target in found if unit == "441203"} == {"TG-05B"}
    assert ("441200", "TG-05A") in found
    assert {unit for unit, _ in found} == {"441200", "441203"}
    assert "#why=441203/TG-05B" in str(of_class(window(evaluator, "/"), "attention"))


@pytest.mark.parametrize("month", ["2019-05", "2019-12"])
def test_a_month_without_data_is_never_all_well(evaluator: TestClient, early: WriteSession, month: str) -> None:
    """Before everything and after it; all that is known is well."""
    words = f"2019年{int(month[-2:])}月没有任何月报"
    tree = window(evaluator, "/", f"?month={month}")
    assert heading(tree).startswith(words)
    (panel,) = of_class(tree, "attention")
    assert "没有需要关注的事项" not in said(panel)
    assert "本月未报" in said(panel) or "连续多月未报" in said(panel)
    for path in JUDGING[1:]:
        tree = window(evaluator, path, f"?month={month}")
        assert words in said(of_class(tree, "page-head")) or heading(tree).endswith(f"{words[:-6]}未报"), path
    rows = evaluator.get(f"/api/v1/attention.json?period={month}").json()
    owing = {unit.code for unit in plan_at(early).reporting_units if unit.figures_required}
    assert {row["unit_code"] for row in rows if row["reason"] in ("not_reported", "stale")} == owing


def test_on_a_basis_on_which_nothing_counts_it_is_said(evaluator: TestClient, early: WriteSession) -> None:
    rows = evaluator.get("/api/v1/progress.json?basis=verified").json()
    assert {(row["evaluated_on"], row["status"]) for row in rows} == {("2019-08-31", "no_data")}


def test_the_list_of_months_knows_the_one_judged_by_default(evaluator: TestClient, early: WriteSession) -> None:
    (chosen,) = [node for node in nodes(window(evaluator, "/")) if node["props"].get("id") == "month"]
    assert chosen["props"]["value"] == "2019-08"
    assert [(one["value"], one.get("judged")) for one in chosen["props"]["data"]] == [
        ("2019-09", None),
        ("2019-08", True),
    ]
