"""`/tasks/{no}/sanctions`: the mark of a clause that the plan prints, set and lifted by a reviewer alone."""

from __future__ import annotations

from typing import Any

from metrics.database import WriteSession
from metrics.plan.store import plan_at
from tests.api.routes.test_task_checks import rows
from tests.callers import Caller, Response, refusal

V1 = "/api/v1"
MARK = {"unit": "441202", "subject": "某业务系统", "reason": "逾期未接入共享平台"}


def post(who: Caller, path: str, **body: Any) -> Response:
    return who.client.post(f"{V1}/tasks/{path}", json=body, headers=who.headers)


def test_a_mark_stands_until_it_is_lifted_and_both_are_kept(bureau: Caller, session: WriteSession) -> None:
    made = post(bureau, "31/sanctions", **MARK)
    assert made.status_code == 201, made.text
    mark = made.json()["mark"]
    assert refusal(post(bureau, "31/sanctions", **MARK), 409)["code"] == "sanction_stands"
    (row,) = rows(bureau, "task_sanctions")
    assert (row["stands"], row["subject"], row["reason"], row["lifted_at"]) == (
        "true",
        "某业务系统",
        MARK["reason"],
        "",
    )
    clause = next(task.sanction for task in plan_at(session).tasks if task.number == 31)
    assert row["clause"] == clause
    assert clause.endswith("市财政不予保障经费。")
    assert refusal(post(bureau, f"31/sanctions/{mark}/lift", reason=" "), 422)["code"] == "reason_missing"
    assert post(bureau, f"31/sanctions/{mark}/lift", reason="已接入").status_code == 201
    assert refusal(post(bureau, f"31/sanctions/{mark}/lift", reason="又"), 409)["code"] == "sanction_lifted"
    (row,) = rows(bureau, "task_sanctions")
    assert (row["stands"], row["lifted_reason"]) == ("false", "已接入")
    (row,) = rows(bureau, "task_sanctions", as_of=str(mark))
    assert (row["stands"], row["lifted_reason"]) == ("true", "")
    assert post(bureau, "31/sanctions", **MARK).json()["mark"] > mark


def test_only_what_the_plan_prints_is_marked_and_only_by_a_reviewer(clerk: Caller, bureau: Caller) -> None:
    assert refusal(post(clerk, "31/sanctions", **MARK), 403)["code"] == "role_forbidden"
    assert refusal(post(bureau, "30/sanctions", **MARK), 404)["code"] == "sanction_unknown"
    assert refusal(post(bureau, "31/sanctions/1/lift", reason="无"), 404)["code"] == "mark_unknown"
    assert refusal(post(bureau, "31/sanctions", **MARK | {"unit": "441200"}), 422)["code"] == "task_not_owed"
    assert refusal(post(bureau, "31/sanctions", **MARK | {"reason": ""}), 422)["code"] == "reason_missing"
