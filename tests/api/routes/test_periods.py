"""`/periods` over HTTP: who has reported, locks that hold whoever posts, exceptions, and refusals in words."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.builders import whole_submission
from tests.callers import Caller, Response, caller, refusal, stored
from tests.people import bearer

PERIODS = "/api/v1/periods"


def ask(who: Caller, path: str = "") -> Response:
    return who.client.get(PERIODS + path, headers=who.headers)


def tell(who: Caller, path: str, body: dict[str, Any] | None = None) -> Response:
    return who.client.post(PERIODS + path, json=body, headers=who.headers)


def unit_in(answer: Response, code: str = "441202") -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(row for row in answer.json()["units"] if row["unit"] == code)
    return found


@pytest.fixture
def locked(bureau: Caller) -> dict[str, Any]:
    """2019-09 is locked."""
    answer = tell(bureau, "/2019-09/lock", {"reason": "数据已定稿"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_locked_period_takes_no_submission_from_anybody_and_says_since_when_and_by_whom(
    clerk: Caller, bureau: Caller, locked: dict[str, Any], session: WriteSession
) -> None:
    before = stored(session)
    for answer in (
        clerk.post(whole_submission()),
        clerk.post(whole_submission(), to="?dry_run=true"),
        clerk.post({"unit": "441202", "period": "2019-09", "values": {"items_total": "85%"}}),
        bureau.post(whole_submission()),
    ):
        body = refusal(answer, 409)
        assert body["code"] == "period_locked"
        since = locked["recorded_at"][:4]
        assert since in body["message"]["zh"]
        assert "由 陈 锁定" in body["message"]["zh"]
        assert "陈 locked the period 2019-09 at " in body["message"]["en"]
    assert stored(session) == before
    assert clerk.post(whole_submission(period="2019-08")).status_code == 201


def test_a_locked_period_takes_no_revision(clerk: Caller, bureau: Caller) -> None:
    first = clerk.post(whole_submission())
    tell(bureau, "/2019-09/lock")
    revision = {**whole_submission(items_instant=351), "reason": "更正"}
    assert refusal(clerk.post(revision, If_Match=first.headers["etag"]), 409)["code"] == "period_locked"


def test_what_was_acknowledged_before_the_lock_is_answered_again_after_it(clerk: Caller, bureau: Caller) -> None:
    first = clerk.post(whole_submission(), Idempotency_Key="once")
    tell(bureau, "/2019-09/lock")
    again = clerk.post(whole_submission(), Idempotency_Key="once")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.usefixtures("locked")
def test_an_exception_opens_a_locked_period_to_one_unit_and_leaves_it_late(
    clerk: Caller, neighbour: Caller, bureau: Caller
) -> None:
    granted = tell(bureau, "/2019-09/exceptions", {"unit": "441202", "until": "2999-12-31", "reason": "政务外网故障"})
    assert granted.status_code == 201
    assert granted.json()["until"] == "2999-12-31T16:00:00Z"
    posted = clerk.post(whole_submission())
    assert posted.status_code == 201, posted.text
    assert not posted.json()["on_time"]
    assert refusal(neighbour.post(whole_submission("441203")), 409)["code"] == "period_locked"
    row = unit_in(ask(clerk, "/2019-09/status"))
    assert [notice["code"] for notice in row["notices"]] == ["late", "excepted"]
    assert (row["locked"], row["on_time"], row["exception"]["reason"]) == (False, False, "政务外网故障")
    other = unit_in(ask(clerk, "/2019-09/status"), "441203")
    assert [notice["code"] for notice in other["notices"]] == ["late", "locked"]


@pytest.mark.usefixtures("locked")
def test_an_exception_that_is_ended_early_closes_the_period_again(clerk: Caller, bureau: Caller) -> None:
    tell(bureau, "/2019-09/exceptions", {"unit": "441202", "until": "2999-12-31", "reason": "故障"})
    ended = tell(bureau, "/2019-09/exceptions/441202/end", {"reason": "已恢复"})
    assert (ended.status_code, ended.json()["action"]) == (201, "end_exception")
    assert refusal(clerk.post(whole_submission()), 409)["code"] == "period_locked"
    again = tell(bureau, "/2019-09/exceptions/441202/end", {"reason": "已恢复"})
    assert refusal(again, 409)["code"] == "exception_not_in_force"


def test_locking_twice_changes_nothing_and_unlocking_opens(
    clerk: Caller, bureau: Caller, locked: dict[str, Any], session: WriteSession
) -> None:
    before = stored(session)
    again = tell(bureau, "/2019-09/lock", {"reason": "再次"})
    assert again.status_code == 200
    assert again.json() == locked | {"recorded": False}
    assert stored(session) == before
    assert refusal(tell(bureau, "/2019-09/unlock"), 422)["code"] == "reason_missing"
    assert refusal(tell(bureau, "/2019-09/unlock", {"reason": " "}), 422)["errors"][0]["pointer"] == "/reason"
    assert tell(bureau, "/2019-09/unlock", {"reason": "补报"}).status_code == 201
    assert clerk.post(whole_submission()).status_code == 201
    assert refusal(tell(bureau, "/2019-09/unlock", {"reason": "补报"}), 409)["code"] == "period_not_locked"


def test_the_same_exception_again_changes_nothing_and_another_takes_its_place(bureau: Caller) -> None:
    body = {"unit": "441202", "until": "2999-10-31T18:00:00+08:00", "reason": "故障"}
    first = tell(bureau, "/2019-09/exceptions", body)
    again = tell(bureau, "/2019-09/exceptions", body)
    assert (again.status_code, again.json()) == (200, first.json() | {"recorded": False})
    longer = tell(bureau, "/2019-09/exceptions", body | {"until": "2999-11-30"})
    assert longer.status_code == 201
    assert unit_in(ask(bureau, "/2019-09/status"))["exception"]["until"] == "2999-11-30T16:00:00Z"


def test_every_row_is_shown_to_all_and_an_exceptions_reason_to_no_other_units_clerk(
    client: TestClient, session: WriteSession, clerk: Caller, neighbour: Caller, bureau: Caller
) -> None:
    tell(bureau, "/2019-09/exceptions", {"unit": "441202", "until": "2999-12-31", "reason": "经办人住院"})
    assessor = caller(client, session, "audit", Role.ASSESSOR)
    evaluator = caller(client, session, "han", Role.EVALUATOR)
    for who in (clerk, bureau, evaluator, assessor):
        assert unit_in(ask(who, "/2019-09/status"))["exception"]["reason"] == "经办人住院"
        assert [event["action"] for event in ask(who, "/2019-09/history").json()["events"]] == ["except"]
    answer = ask(neighbour, "/2019-09/status")
    row = unit_in(answer)["exception"]
    assert (row["reason"], row["by"]) == (None, None)
    assert "经办人住院" not in answer.text
    assert ask(neighbour, "/2019-09/history").json()["events"] == []
    assert len(ask(neighbour, "/2019-09/status").json()["units"]) == 12


def test_a_status_counts_what_is_owed_and_what_came(clerk: Caller, bureau: Caller) -> None:
    clerk.post(whole_submission())
    optional = bureau.post(whole_submission("ZQ-YUEGUI"))
    assert optional.status_code == 201
    status = ask(clerk, "/2019-09/status").json()
    totals = status["totals"]
    assert (totals["expected"], totals["received"], totals["received_beyond"], totals["on_time"]) == (11, 1, 1, 0)
    assert totals["completeness"] == {"numerator": 1, "denominator": 11, "value": "9.09"}
    assert totals["block_completeness"] == {"numerator": 17, "denominator": 11 * 17, "value": "9.09"}
    assert (status["due_on"], status["late_from"]) == ("2019-10-05", "2019-10-05T16:00:00Z")
    third = unit_in(ask(clerk, "/2019-09/status"), "ZQ-YUEGUI")
    assert (third["expected"], third["received"], third["blocks_expected"]) == (False, True, [])


def test_a_status_as_of_an_earlier_entry_knows_nothing_later(clerk: Caller, bureau: Caller) -> None:
    posted = clerk.post(whole_submission()).json()
    locked_at = tell(bureau, "/2019-09/lock").json()["seq"]
    tell(bureau, "/2019-09/unlock", {"reason": "补报"})
    before = ask(clerk, f"/2019-09/status?as_of={posted['seq'] - 1}").json()
    assert before["totals"]["received"] == 0
    then = ask(clerk, f"/2019-09/status?as_of={locked_at}").json()
    assert (then["totals"]["received"], then["locked"]["seq"], then["as_of_seq"]) == (1, locked_at, locked_at)
    assert ask(clerk, "/2019-09/status").json()["locked"] is None


def test_the_periods_are_listed_with_due_day_and_lock(clerk: Caller, bureau: Caller) -> None:
    clerk.post(whole_submission(period="2019-08"))
    tell(bureau, "/2019-09/lock")
    items = ask(clerk).json()["items"]
    assert [item["period"] for item in items[:2]] == ["2019-08", "2019-09"]
    assert [(item["received"], item["expected"]) for item in items[:2]] == [(1, 11), (0, 11)]
    assert [item["locked"] is not None for item in items[:3]] == [False, True, False]
    assert [item["period"] for item in items if item["judged"]] == ["2019-08"]


def test_only_a_reviewer_locks_unlocks_and_excepts(client: TestClient, session: WriteSession) -> None:
    for role in (Role.CLERK, Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN):
        who = caller(client, session, f"a-{role.value}", role)
        before = stored(session)
        for path, body in (
            ("/2019-09/lock", None),
            ("/2019-09/unlock", {"reason": "x"}),
            ("/2019-09/exceptions", {"unit": "441202", "until": "2999-12-31", "reason": "x"}),
            ("/2019-09/exceptions/441202/end", {"reason": "x"}),
        ):
            assert refusal(tell(who, path, body), 403)["code"] == "role_forbidden"
        assert stored(session) == before


@pytest.mark.usefixtures("public_read")
def test_nobody_unknown_sees_or_changes_a_period(client: TestClient) -> None:
    for path in ("", "/2019-09/status", "/2019-09/history"):
        refusal(client.get(PERIODS + path), 401)
        refusal(client.get(PERIODS + path, headers=bearer("biaochi_wrong")), 401)
    for path in ("/2019-09/lock", "/2019-09/unlock", "/2019-09/exceptions", "/2019-09/exceptions/441202/end"):
        refusal(client.post(PERIODS + path, json={}), 401)


def test_what_is_no_period_is_refused_in_words(bureau: Caller) -> None:
    for written in ("2019-13", "2019-9", "２０１９-09", "1999-12", "2019-09-01", "x" * 5000, "%00", "-1"):
        for path in ("/status", "/history"):
            assert refusal(ask(bureau, f"/{written}{path}"), 400)["code"] == "period_unknown"
        for path in ("/lock", "/unlock", "/exceptions", "/exceptions/441202/end"):
            assert refusal(tell(bureau, f"/{written}{path}", {}), 400)["code"] == "period_unknown"


def test_a_period_that_has_not_ended_is_neither_locked_nor_excepted(bureau: Caller) -> None:
    assert refusal(tell(bureau, "/2999-01/lock"), 422)["code"] == "period_future"
    body = {"unit": "441202", "until": "2999-12-31", "reason": "x"}
    assert refusal(tell(bureau, "/2999-01/exceptions", body), 422)["code"] == "period_future"
    assert ask(bureau, "/2999-01/status").json()["totals"]["received"] == 0


ODD_EXCEPTIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"unit": "999999"}, "unit_unknown", "/unit"),
    ({"unit": "441200"}, "unit_rolled_up", "/unit"),
    ({"until": "2019-10-31"}, "until_past", "/until"),
    ({"until": "2999-10-31T"}, "until_odd", "/until"),
    ({"until": "tomorrow"}, "until_odd", "/until"),
    ({"until": "2999-02-30"}, "until_odd", "/until"),
    ({"until": "9999-12-31"}, "until_odd", "/until"),
    ({"until": "9999-12-31T23:59:59-14:00"}, "until_odd", "/until"),
    ({"until": ""}, "until_odd", "/until"),
    ({"reason": "  "}, "reason_missing", "/reason"),
]


def test_an_exception_that_cannot_be_meant_is_refused_at_its_place(bureau: Caller, session: WriteSession) -> None:
    before = stored(session)
    for body, code, pointer in ODD_EXCEPTIONS:
        whole = {"unit": "441202", "until": "2999-12-31", "reason": "故障"} | body
        found = refusal(tell(bureau, "/2019-09/exceptions", whole), 422)
        assert [(error["code"], error["pointer"]) for error in found["errors"]] == [(code, pointer)]
    for body in ({"unit": 1}, {"until": 5}, {"reason": None}, {"colour": "red"}, {"reason": "x" * 2001}):
        whole = {"unit": "441202", "until": "2999-12-31", "reason": "故障"} | body
        refusal(tell(bureau, "/2019-09/exceptions", whole), 422)
    assert stored(session) == before


def test_unknown_parameters_and_odd_moments_are_refused(bureau: Caller) -> None:
    for path in ("?colour=red", "/2019-09/status?period=2019-09", "/2019-09/history?limit=1"):
        assert refusal(ask(bureau, path), 400)["code"] == "parameter_unknown"
    for moment in ("yesterday", "2019-10", "9" * 19, "9007199254740992", "0001-01-01T00:00:00%2B14:00"):
        refusal(ask(bureau, f"/2019-09/status?as_of={moment}"), 400)
    refusal(bureau.client.post(f"{PERIODS}/2019-09/lock?force=true", headers=bureau.headers), 400)
    refusal(bureau.client.put(f"{PERIODS}/2019-09/lock", headers=bureau.headers), 405)
    refusal(ask(bureau, "/2019-09/lock"), 405)
