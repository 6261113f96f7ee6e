"""Somebody of a city department: sends its own material, plan and files, and no figures; every page knows them."""

from __future__ import annotations

import itertools
from typing import Any

from starlette.testclient import TestClient

from dashboard.routes import ROUTES
from metrics.database import WriteSession
from metrics.principal import Role
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
