"""`/work-plans` and `/funding` over HTTP: filed for own units, revised openly, refused place by place."""

from __future__ import annotations

import itertools
from typing import Any

from metrics.database import WriteSession
from metrics.ledger.checking.walk import check_ledger
from tests.callers import Caller, Response, refusal

V1 = "/api/v1"
PLAN: dict[str, Any] = {
    "unit": "441202",
    "year": 2020,
    "measures": [
        {"task": 11, "text": "接入 38 个部门", "due_on": "2020-06-30", "who": "张三"},
        {"text": "培训", "due_on": "2020-03-31"},
    ],
}
MONEY: dict[str, Any] = {"unit": "441202", "year": 2020, "source": "own_budget", "arranged": "120.50", "paid": "45"}
_keys = itertools.count()


def send(who: Caller, path: str, body: dict[str, Any], etag: str | None = None) -> Response:
    headers = who.headers | {"Idempotency-Key": f"plan-{next(_keys)}"} | ({} if etag is None else {"If-Match": etag})
    return who.client.post(V1 + path, json=body, headers=headers)


def pulled(who: Caller, name: str, **more: str) -> list[dict[str, Any]]:
    response = who.client.get(f"{V1}/{name}.json", params=more, headers=who.headers)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


def test_a_plan_is_filed_and_revised_with_its_reason(clerk: Caller, neighbour: Caller, session: WriteSession) -> None:
    made = send(clerk, "/work-plans", PLAN)
    assert made.status_code == 201, made.text
    assert made.headers["etag"] == '"work-plan-441202-2020-1"'
    assert send(clerk, "/work-plans", PLAN).json()["recorded"] is False
    changed = PLAN | {"measures": PLAN["measures"][:1]}
    assert refusal(send(clerk, "/work-plans", changed), 428)["code"] == "version_missing"
    assert refusal(send(clerk, "/work-plans", changed, made.headers["etag"]), 422)["code"] == "reason_missing"
    because = changed | {"reason": "培训并入日常"}
    assert send(clerk, "/work-plans", because, made.headers["etag"]).json()["revision"] == 2
    assert refusal(send(clerk, "/work-plans", because | {"summary": "x"}, made.headers["etag"]), 412)
    assert [(row["task_number"], row["measure"], row["reason"]) for row in pulled(clerk, "work_plans")] == [
        (11, "接入 38 个部门", "培训并入日常")
    ]
    assert len(pulled(clerk, "work_plans", history="true")) == 3
    assert pulled(neighbour, "work_plans") == []
    assert refusal(send(neighbour, "/work-plans", PLAN), 403)["code"] == "unit_forbidden"
    assert list(check_ledger(session)) == []


def test_what_is_wrong_with_a_plan_is_named(clerk: Caller) -> None:
    bad = PLAN | {"measures": [{"task": 9999, "text": " ", "due_on": "2020-06-31"}]}
    places = refusal(send(clerk, "/work-plans", bad), 422)["errors"]
    assert [place["pointer"] for place in places] == ["/measures/0/task", "/measures/0/text", "/measures/0/due_on"]
    assert refusal(send(clerk, "/work-plans", PLAN | {"measures": []}), 422)["code"] == "measures_missing"


def test_money_is_told_by_source_and_scored_nowhere(clerk: Caller, session: WriteSession) -> None:
    made = send(clerk, "/funding", MONEY)
    assert made.status_code == 201, made.text
    assert send(clerk, "/funding", MONEY | {"source": "city"}).status_code == 201
    paid = MONEY | {"paid": "60.25", "reason": "十月支付"}
    assert send(clerk, "/funding", paid, made.headers["etag"]).json()["revision"] == 2
    rows = pulled(clerk, "fundings")
    assert [(row["source"], row["arranged"], row["paid"]) for row in rows] == [
        ("city", "120.5", "45"),
        ("own_budget", "120.5", "60.25"),
    ]
    places = refusal(send(clerk, "/funding", MONEY | {"arranged": "1,000", "paid": "-1"}), 422)["errors"]
    assert [place["pointer"] for place in places] == ["/arranged", "/paid"]
    assert list(check_ledger(session)) == []
