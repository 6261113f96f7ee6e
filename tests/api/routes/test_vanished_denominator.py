"""A denominator of stocks that vanishes: refused for everybody, and let through by a reviewer's reason alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.queries.checks_of_submissions import checks_of_submissions
from metrics.queries.submissions import events_of_submissions
from tests.builders import UNIT, whole_submission
from tests.callers import Caller, refusal, stored
from tests.sent_files import send
from tests.workbooks import csv_bytes, tidy_rows

CODE = "denominator_vanished"
REASON = {CODE: "自建系统全部并入省平台"}
NO_SYSTEMS: dict[str, Any] = {"systems_due": 0, "systems_connected": 0}


@pytest.fixture(autouse=True)
def august(clerk: Caller) -> None:
    """Twelve own systems in August, and a few other figures."""
    assert clerk.post(whole_submission(period="2019-08", items_new=9)).status_code == 201


def gone(**more: Any) -> dict[str, Any]:
    return whole_submission(**NO_SYSTEMS) | more


@pytest.mark.parametrize("path", ["", "?dry_run=true"])
def test_it_is_refused_with_the_elements_and_both_numbers(clerk: Caller, session: WriteSession, path: str) -> None:
    before = stored(session)
    for body in (gone(), gone(acknowledged=REASON)):
        problem = refusal(clerk.post(body, to=path), 422)
        assert problem["code"] == CODE
        (error,) = problem["errors"]
        assert (error["pointer"], error["given"]) == ("/values/systems_due", "12 → 0")
        assert "上次填报:自建系统应接数 12;本次:自建系统应接数 0。" in error["message"]["zh"]
        assert "审核员" in error["message"]["zh"]
        assert "a reviewer" in error["message"]["en"]
    assert stored(session) == before


def test_a_reviewer_excepts_it_with_a_reason_which_is_kept(
    clerk: Caller, bureau: Caller, session: WriteSession
) -> None:
    refused = refusal(bureau.post(gone()), 422)
    assert refused["code"] == CODE
    posted = bureau.post(gone(acknowledged=REASON))
    assert posted.status_code == 201, posted.text
    kept = next(warning for warning in posted.json()["warnings"] if warning["code"] == CODE)
    assert (kept["element"], kept["acknowledged"]) == ("systems_due", REASON[CODE])
    number = posted.json()["id"]
    (event,) = bureau.get(f"/{number}/history").json()["events"]
    assert CODE in {warning["code"] for warning in event["detail"]["warnings"]}
    # the reviewer's page says that it is excepted, and nothing fails
    happened = {UNIT: events_of_submissions(session, [number])[number]}
    checks = checks_of_submissions(session, plan_at(session), period=date(2019, 9, 1), events=happened)[UNIT]
    assert checks.failed == ()
    assert [(w.by, w.warning.acknowledged) for w in checks.warnings if w.warning.code == CODE] == [
        ("bureau", REASON[CODE])
    ]
    # from then on nothing falls any more: the clerk corrects other figures, and sends the next month
    etag = posted.headers["ETag"]
    revised = clerk.post(gone(reason="漏报") | {"values": {"items_instant": 351}}, If_Match=etag)
    assert revised.status_code == 201, revised.text
    whole = whole_submission(**NO_SYSTEMS, items_instant=352) | {"reason": "漏报"}
    again = clerk.post(whole, If_Match=revised.headers["ETag"])
    assert again.status_code == 201, again.text
    assert clerk.post(whole_submission(period="2019-10", **NO_SYSTEMS)).status_code == 201


def test_a_month_that_was_left_out_in_between_hides_nothing(clerk: Caller) -> None:
    problem = refusal(clerk.post(whole_submission(period="2019-12", **NO_SYSTEMS)), 422)
    assert problem["code"] == CODE
    assert problem["errors"][0]["given"] == "12 → 0"


def test_a_correction_to_nothing_within_the_first_month_is_held_too(clerk: Caller) -> None:
    first = clerk.post(whole_submission(period="2019-07"))
    body = whole_submission(period="2019-07", **NO_SYSTEMS) | {"reason": "误填"}
    assert refusal(clerk.post(body, If_Match=first.headers["ETag"]), 422)["code"] == CODE


def test_a_file_is_held_to_the_same(clerk: Caller, bureau: Caller) -> None:
    content = csv_bytes(tidy_rows(UNIT, **NO_SYSTEMS))
    body = refusal(send(clerk, content, name="a.csv", acknowledged=REASON), 422)
    assert [error["code"] for error in body["errors"]] == [CODE]
    assert body["errors"][0]["row"] is not None
    posted = send(bureau, content, name="a.csv", acknowledged=REASON)
    assert posted.status_code == 201, posted.text
    warnings = posted.json()["returns"][0]["warnings"]
    assert [warning["acknowledged"] for warning in warnings if warning["code"] == CODE] == [REASON[CODE]]
