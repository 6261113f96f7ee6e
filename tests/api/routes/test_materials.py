"""`/materials` over HTTP: sent with the task reports that stand, revised openly, seen, signed, listed with lateness."""

from __future__ import annotations

import csv
import io
import itertools
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.checking.walk import check_ledger
from metrics.models import LedgerEntry
from metrics.principal import Role
from tests.attached import a_pdf
from tests.callers import Caller, Response, caller, refusal

V1 = "/api/v1"
GOOD: dict[str, Any] = {
    "unit": "441202",
    "period": "2019-09",
    "summary": "=窗口受理平稳",
    "problems": "无",
    "next_month": "第二批事项进驻",
}
_keys = itertools.count()


def send(
    who: Caller, path: str = "/materials", body: dict[str, Any] | None = None, etag: str | None = None
) -> Response:
    headers = who.headers | {"Idempotency-Key": f"material-{next(_keys)}"}
    headers |= {} if etag is None else {"If-Match": etag}
    return who.client.post(V1 + path, json=GOOD if body is None else body, headers=headers)


def get(who: Caller, path: str) -> Any:
    response = who.client.get(V1 + path, headers=who.headers)
    assert response.status_code == 200, response.text
    return response.json()


def in_force(bureau: Caller, name: str, since: str = "2019-01-01") -> None:
    said = {"duty": "leader", "name": name, "title": "副区长", "effective_from": since}
    assert send(bureau, "/units/441202/people", said).status_code == 201


@pytest.fixture
def leader(client: TestClient, session: WriteSession, bureau: Caller) -> Caller:
    """The leader in force of 441202, with an account of their own."""
    in_force(bureau, "陈")
    return caller(client, session, "li", Role.LEADER)


def test_it_carries_the_task_reports_that_stand_and_files_by_number(clerk: Caller, session: WriteSession) -> None:
    for number, text in ((11, "已接入 38 个部门"), (13, "完成")):
        report = {"unit": "441202", "period": "2019-09", "state": "done", "text": text}
        assert send(clerk, f"/tasks/{number}/reports", report).status_code == 201
    files = {"file": ("照片.pdf", a_pdf())}
    file = clerk.client.post(f"{V1}/attachments", files=files, data={"unit": "441202"}, headers=clerk.headers).json()
    made = send(clerk, body=GOOD | {"attachments": [file["seq"]]})
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["id"], body["revision"], body["reports"], body["attachments"]) == (body["seq"], 1, 2, 1)
    said = json.loads(session.get_one(LedgerEntry, body["seq"]).leaf)
    assert said["attachments"] == [
        {"file": file["seq"], "name": "照片.pdf", "size": file["size"], "sha256": file["sha256"]}
    ]
    whole = get(clerk, f"/materials/{body['id']}")
    assert [(one["task"], one["text"]) for one in whole["tasks"]] == [(11, "已接入 38 个部门"), (13, "完成")]
    assert [one["task"] for one in said["reports"]] == [11, 13]
    assert (whole["status"], whole["on_time"], whole["attachments"][0]["name"]) == ("sent", False, "照片.pdf")
    row = next(iter(csv.DictReader(io.StringIO(clerk.client.get(f"{V1}/materials.csv", headers=clerk.headers).text))))
    assert (row["summary"], row["task_reports"], row["attachments"], row["sent_by"]) == (
        "'=窗口受理平稳",
        "2",
        "照片.pdf",
        "chen",
    )
    assert list(check_ledger(session)) == []


def test_a_revision_needs_its_reason_and_version_and_voids_what_followed(clerk: Caller, leader: Caller) -> None:
    first = send(clerk)
    number, etag = first.json()["id"], first.headers["etag"]
    assert send(clerk).json()["recorded"] is False
    changed = GOOD | {"problems": "人手不足"}
    assert refusal(send(clerk, body=changed), 428)["code"] == "version_missing"
    assert refusal(send(clerk, body=changed, etag=etag), 422)["code"] == "reason_missing"
    seen = {"head": "王强", "title": "区长", "seen_on": "2019-10-04"}
    noted = send(clerk, f"/materials/{number}/seen", seen, etag)
    assert noted.status_code == 201, noted.text
    assert send(clerk, f"/materials/{number}/seen", seen).status_code == 200
    signed = send(leader, f"/materials/{number}/sign-off", {})
    assert signed.status_code == 201, signed.text
    assert send(leader, f"/materials/{number}/sign-off", {}).status_code == 200
    whole = get(clerk, f"/materials/{number}")
    assert (whole["status"], whole["seen"]["head"], whole["signed"]["how"]) == ("signed", "王强", "account")
    because = changed | {"reason": "补充"}
    assert refusal(send(clerk, body=because, etag=etag), 412)["code"] == "version_stale"
    assert send(clerk, body=because, etag=signed.headers["etag"]).json()["revision"] == 2
    whole = get(clerk, f"/materials/{number}")
    assert (whole["status"], whole["seen"], whole["signed"], whole["reason"]) == ("sent", None, None, "补充")
    assert refusal(send(leader, f"/materials/{number}/sign-off", {}, signed.headers["etag"]), 412)


def test_a_name_is_one_line_that_is_seen(clerk: Caller) -> None:
    first = send(clerk)
    good = {"head": "王强", "title": "区长", "seen_on": "2019-10-04"}
    for name in ("head", "title"):
        for wrong in ("王\n强", "\u202e强王", "王\u200b强"):
            refused = send(clerk, f"/materials/{first.json()['id']}/seen", good | {name: wrong}, first.headers["etag"])
            assert refusal(refused, 422)["errors"][0]["pointer"] == f"/{name}"


def test_nobody_signs_for_a_leader_and_paper_is_the_bureaus_to_record(
    clerk: Caller, leader: Caller, bureau: Caller
) -> None:
    number = send(clerk).json()["id"]
    path = f"/materials/{number}/sign-off"
    assert refusal(send(clerk, path, {}), 403)["code"] == "role_forbidden"
    in_force(bureau, "赵", since="2019-06-01")
    assert refusal(send(leader, path, {}), 403)["code"] == "leader_not_in_force"
    assert refusal(send(bureau, path, {}), 422)["code"] == "on_paper_missing"
    paper = {"on_paper": True, "leader": "赵", "note": "原件存市局"}
    assert send(bureau, path, paper).status_code == 201
    assert get(bureau, f"/materials/{number}")["signed"]["how"] == "paper"
    in_force(bureau, "陈", since="2019-07-01")
    assert send(leader, path, {}).status_code == 201  # another leader's signature is another one


def test_what_is_wrong_is_named_place_by_place(clerk: Caller) -> None:
    bad = GOOD | {"period": "2999-12", "problems": " ", "next_month": "\u3000"}
    places = refusal(send(clerk, body=bad), 422)
    assert [one["pointer"] for one in places["errors"]] == ["/period", "/problems", "/next_month"]
    assert refusal(send(clerk, body=GOOD | {"summary": ""}), 422)["code"] == "progress_missing"
    assert refusal(send(clerk, body=GOOD | {"attachments": [4711]}), 422)["code"] == "attachment_unknown"
    assert refusal(send(clerk, body=GOOD | {"unit": "441203"}), 403)["code"] == "unit_forbidden"
    number = send(clerk).json()["id"]
    late = {"head": "王强", "seen_on": "2999-01-01"}
    assert refusal(send(clerk, f"/materials/{number}/seen", late), 422)["code"] == "day_impossible"
    assert refusal(send(clerk, f"/materials/{number}/seen", late | {"seen_on": "4日"}), 422)["code"] == "day_malformed"
    assert refusal(send(clerk, "/materials/1/seen", late), 404)["code"] == "material_unknown"


def test_the_month_says_who_owes_it_and_how_late(clerk: Caller, bureau: Caller) -> None:
    send(clerk)
    listed = get(bureau, "/materials?period=2019-09")
    rows = {row["unit"]: row for row in listed["items"]}
    assert listed["due_on"] == "2019-10-05"
    assert (rows["441202"]["status"], rows["441203"]["status"]) == ("sent", "missing")
    assert rows["441203"]["days_late"] > 0
    assert (rows["GSDB"]["department"], rows["GSDB"]["unit_name"]["zh"]) == (True, "市政务服务数据管理局")
    assert [row["unit"] for row in get(clerk, "/materials?period=2019-09")["items"]] == ["441202"]
    assert get(bureau, "/materials?period=2001-01")["items"] == []


def test_the_template_is_for_who_writes_the_material(clerk: Caller, client: TestClient, session: WriteSession) -> None:
    path = f"{V1}/materials/template.docx"
    answer = client.get(path, params={"unit": "441202", "period": "2019-09"}, headers=clerk.headers)
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert "441202-%E7%AB%AF%E5%B7%9E%E5%8C%BA-2019-09.docx" in answer.headers["Content-Disposition"]
    for parameters, status in (
        ({"unit": "441203", "period": "2019-09"}, 403),
        ({"unit": "441202", "period": "2019-13"}, 400),
        ({"unit": "441202"}, 400),
        ({"unit": "441202", "period": "2019-09", "lang": "de"}, 400),
    ):
        assert refusal(client.get(path, params=parameters, headers=clerk.headers), status)
    evaluator = caller(client, session, "yang", Role.EVALUATOR)
    assert refusal(client.get(path, params={"unit": "441202", "period": "2019-09"}, headers=evaluator.headers), 403)
