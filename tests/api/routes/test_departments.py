"""Somebody of a city department: sends its own material, plan and files, and no figures; every page knows them."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from starlette.testclient import TestClient

from dashboard.routes import ROUTES
from metrics.database import WriteSession
from metrics.periods import JudgedMonth
from metrics.principal import Role
from metrics.queries.task_reports import TaskOfUnit, task_standings
from metrics.queries.view import view_at
from tests.attached import a_pdf
from tests.builders import whole_submission
from tests.callers import Caller, Response, caller, refusal
from tests.dashboard.drawn import said, signed_in, use_secret, window
from tests.people import person

V1 = "/api/v1"
DEPARTMENT = "GSDB"
MATERIAL = {"unit": DEPARTMENT, "period": "2019-09", "summary": "平台上线", "problems": "无", "next_month": "培训"}
_keys = itertools.count()


def send(who: Caller, path: str, body: dict[str, Any]) -> Response:
    headers = who.headers | {"Idempotency-Key": f"department-{next(_keys)}"}
    return who.client.post(V1 + path, json=body, headers=headers)


def test_a_department_answers_for_itself_and_reports_no_figures(
    client: TestClient, session: WriteSession, bureau: Caller
) -> None:
    clerk = caller(client, session, "wu", Role.CLERK, {DEPARTMENT})
    files = {"file": ("a.pdf", a_pdf())}
    file = client.post(f"{V1}/attachments", files=files, data={"unit": DEPARTMENT}, headers=clerk.headers)
    assert file.status_code == 201, file.text
    made = send(clerk, "/materials", MATERIAL | {"attachments": [file.json()["seq"]]})
    assert made.status_code == 201, made.text
    measures = [{"task": 31, "text": "整合", "due_on": "2020-06-30"}]
    assert send(clerk, "/work-plans", {"unit": DEPARTMENT, "year": 2020, "measures": measures}).status_code == 201
    for name, count in (("materials", 1), ("work_plans", 1), ("observations", 0), ("submissions", 0), ("slips", 0)):
        pulled = client.get(f"{V1}/{name}.json", headers=clerk.headers)
        assert (pulled.status_code, len(pulled.json())) == (200, count), name
    assert refusal(send(clerk, "/submissions", whole_submission(DEPARTMENT)), 422)
    assert client.get(f"{V1}/templates/2019-09.xlsx", headers=clerk.headers).status_code == 422
    held = {"duty": "leader", "name": "何", "title": "副局长", "effective_from": "2019-01-01"}
    assert send(bureau, f"/units/{DEPARTMENT}/people", held).status_code == 201
    assert client.get(f"{V1}/units/{DEPARTMENT}/people", headers=clerk.headers).json()["leader"]["name"] == "何"
    assert refusal(send(bureau, "/units/SOME_DEPTS/people", held), 404)
    paper = {"on_paper": True, "leader": "何"}
    assert send(bureau, f"/materials/{made.json()['id']}/sign-off", paper).status_code == 201


def test_every_page_is_drawn_for_a_department(client: TestClient, session: WriteSession) -> None:
    person(session, "wu", units={DEPARTMENT})
    use_secret(client, signed_in(session, "wu"))
    for route in ROUTES:
        path, _, search = route.example[1].partition("?")
        tree = window(client, path, f"?{search}" if search else "")
        assert said(tree), route.path
    assert "本部门不填报数据" in said(window(client, "/my"))
    assert "市政务服务数据管理局" in said(window(client, f"/materials/{DEPARTMENT}/2019-09"))
    scores = said(window(client, "/scores", "?month=2019-09"))
    assert "本部门不填报数据" in scores
    assert "尚无得分" not in scores  # others may have one


def report(who: Caller, number: int, unit: str = DEPARTMENT, **changes: str) -> Response:
    said = {"unit": unit, "period": "2019-09", "state": "done", "text": f"{unit}已完成"} | changes
    return send(who, f"/tasks/{number}/reports", said)


def standing(session: WriteSession, number: int) -> TaskOfUnit:
    """How the city departments as one unit stand with the task at the end of September."""
    view = view_at(session)
    task = next(task for task in view.plan.tasks if task.number == number)
    month = JudgedMonth.of(date(2019, 9, 1))
    (found,) = task_standings(session, view, tasks=[task], month=month, units=["441200-SELF"])
    return found.units[0]


def test_a_department_reports_on_tasks_that_name_it_and_counts_among_the_city_departments(
    client: TestClient, session: WriteSession, bureau: Caller
) -> None:
    clerk = caller(client, session, "wu", Role.CLERK, {DEPARTMENT})
    transport = caller(client, session, "lu", Role.CLERK, {"TRA"})
    assert standing(session, 14).newest is None
    made = report(clerk, 14)
    assert made.status_code == 201, made.text
    assert standing(session, 14).newest is not None
    assert refusal(report(transport, 14, "TRA"), 422)["code"] == "task_not_owed"
    assert refusal(report(transport, 14), 403)  # another department's
    assert report(bureau, 14, "441200-SELF", period="2019-08", state="blocked").status_code == 201
    assert standing(session, 14).judged.status == "done"  # the newer month's
    assert report(bureau, 14, "441200-SELF", state="in_progress").status_code == 201
    found = standing(session, 14)
    assert (found.judged.status, found.newest and found.newest.unit) == ("in_progress", "441200-SELF")
    rows = client.get(f"{V1}/task_reports.json?unit={DEPARTMENT}", headers=clerk.headers).json()
    assert [(row["unit_name"], row["reported_by"]) for row in rows] == [("市政务服务数据管理局", "wu")]
    carried = send(clerk, "/materials", MATERIAL | {"summary": ""})  # its own reports are its progress
    assert carried.status_code == 201, carried.text


def test_a_locked_month_is_opened_to_departments_with_the_city_departments(
    client: TestClient, session: WriteSession, bureau: Caller
) -> None:
    clerk = caller(client, session, "wu", Role.CLERK, {DEPARTMENT})
    assert send(bureau, "/periods/2019-09/lock", {"reason": "核定"}).status_code == 201
    assert refusal(report(clerk, 14), 409)["code"] == "period_locked"
    opened = {"until": "2099-12-31", "reason": "补报"}
    assert send(bureau, "/periods/2019-09/exceptions", opened | {"unit": "441202"}).status_code == 201
    assert refusal(report(clerk, 14), 409)["code"] == "period_locked"  # a county's is not theirs
    assert send(bureau, "/periods/2019-09/exceptions", opened | {"unit": "441200-SELF"}).status_code == 201
    assert report(clerk, 14).status_code == 201


def test_who_leads_a_task_is_confirmed_by_the_bureau_and_others_by_the_city_departments_first(
    client: TestClient, session: WriteSession, bureau: Caller
) -> None:
    clerk = caller(client, session, "wu", Role.CLERK, {DEPARTMENT, "SCI"})
    city = caller(client, session, "shi", Role.CLERK, {"441200-SELF"})
    for unit, waits_for_city in ((DEPARTMENT, False), ("SCI", True)):  # one leads task 14, the other is responsible
        made = report(clerk, 14, unit)
        path = f"{V1}/tasks/14/reports/{unit}/2019-09/confirm"
        etag = {"If-Match": made.headers["ETag"]}
        first = client.post(path, json={}, headers=city.headers | etag)
        assert first.status_code == (201 if waits_for_city else 403), first.text
        done = client.post(path, json={}, headers=bureau.headers | etag)
        assert (done.status_code, done.json()["state"]) == (201, "confirmed")


def test_the_pages_of_a_department_have_its_tasks_and_the_form(client: TestClient, session: WriteSession) -> None:
    clerk = caller(client, session, "wu", Role.CLERK, {DEPARTMENT})
    report(clerk, 14)
    use_secret(client, signed_in(session, "wu"))
    assert "尚未报告" in said(window(client, "/my"))
    page = said(window(client, "/tasks/14", f"?unit={DEPARTMENT}&month=2019-09"))
    assert "修订市政务服务数据管理局" in page.replace(" ", "")
    assert "GSDB已完成" in page
    newest = said(window(client, "/tasks/14", "?unit=441200-SELF&month=2019-09"))
    assert "市政务服务数据管理局报告" in newest
