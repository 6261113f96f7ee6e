"""`/admin/audit`: what an administrator finds in the audit, page by page, and that nobody else finds anything."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.database import Sessions, WriteSession, use_engine
from metrics.models import AuditEntry
from metrics.principal import Role
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, use_secret, window
from tests.databases import Database
from tests.people import NOW, browser_session


@pytest.fixture
def admin(client: TestClient, session: WriteSession) -> TestClient:
    use_secret(client, browser_session(session, "root-li", role=Role.ADMIN, display_name="李"))
    return client


def put(session: WriteSession, **given: Any) -> None:
    """A row of the audit, of now unless the owner, who alone can write of the past, says otherwise."""
    row = {
        "at": NOW,
        "count": 1,
        "channel": "api",
        "user_id": 7,
        "actor": "chen",
        "role": "clerk",
        "token": "",
        "address": "10.1.2.3",
        "action": "submission.post",
        "subject": "",
        "outcome": "done",
        "code": "",
        "request_id": "",
    } | given
    session.add(AuditEntry(**{"until": row["at"]} | row))
    session.flush()


def found(client: TestClient, search: str = "") -> str:
    (rows,) = of_class(window(client, "/admin/audit", search), "audit")
    return said(rows)


def test_a_row_says_who_did_what_from_where_and_what_became_of_it(admin: TestClient, session: WriteSession) -> None:
    put(
        session, subject="441202 2019-09", outcome="refused", code="unit_forbidden", token="每月上传", request_id="5c1f"
    )
    put(session, actor="", role="", action="session.sign_in", outcome="refused", count=41, channel="page")
    for search, words in (
        ("?outcome=refused", ("报送月报", "拒绝", "填报员", "令牌“每月上传”", "41次", "未登录", "网页")),
        ("?outcome=refused&lang=en", ("Send a submission", "Refused", "Clerk", "token 每月上传", "41 times")),
    ):
        rows = found(admin, search)
        assert [
            word for word in (*words, "441202 2019-09", "unit_forbidden", "10.1.2.3", "5c1f") if word not in rows
        ] == []


def test_rows_are_found_by_their_days(clean_database: Database, application: FastAPI) -> None:
    with clean_database.as_owner() as owner, WriteSession(owner) as session, session.begin():
        put(session, request_id="of-late")
        put(session, at=NOW - timedelta(days=400), request_id="long-ago")
        secret = browser_session(session, "root-li", role=Role.ADMIN)
    day = f"{NOW - timedelta(days=300):%Y-%m-%d}"
    with use_engine(clean_database.engine), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        use_secret(client, secret)
        for search, wanted in ((f"until={day}", {"long-ago"}), (f"since={day}", {"of-late"})):
            rows = found(client, f"?{search}&user=chen")
            assert {name for name in ("of-late", "long-ago") if name in rows} == wanted


def test_every_condition_finds_its_row_alone(admin: TestClient, session: WriteSession) -> None:
    seq = record(session, "441203", "2019-09")
    put(session, subject=f"seq={seq}", request_id="of-the-submission")
    put(session, subject="441203 2019-09", action="period.except", request_id="of-the-exception")
    put(session, subject="4412031", request_id="of-another-unit")
    put(session, subject="seq=99999999999999999999999", request_id="of-nothing")
    for subject in (f"seq={seq}", "seq=1…999999999999999"):  # typed into an address, and refused
        put(session, subject=subject, outcome="refused", action="look", request_id="of-a-stranger")
    put(session, subject=f"seq={seq} not-the-last-word", action="look", request_id="of-a-stranger")
    put(session, actor="zhao", address="10.9.9.9", outcome="failed", request_id="of-zhao")
    day = f"{NOW - timedelta(days=300):%Y-%m-%d}"
    for search, wanted in {
        "unit=441203": {"of-the-submission", "of-the-exception"},
        "unit=鼎湖区": {"of-the-submission", "of-the-exception"},
        "user=zhao": {"of-zhao"},
        "address=10.9.9.9": {"of-zhao"},
        "outcome=failed": {"of-zhao"},
        "action=period.except": {"of-the-exception"},
        "request_id=of-nothing": {"of-nothing"},
        f"since={day}&user=chen&action=submission.post": {"of-the-submission", "of-another-unit", "of-nothing"},
    }.items():
        rows = found(admin, f"?{search}")
        named = set(session.scalars(select(AuditEntry.request_id).where(AuditEntry.user_id == 7)))
        assert {name for name in named if name in rows} == wanted, search


def test_pages_go_on_below_the_last_row_and_the_file_is_of_the_same_search(
    admin: TestClient, session: WriteSession
) -> None:
    for number in range(120):
        put(session, subject=f"row-{number:03}")
    pages, search = [], "?user=chen"
    while search:
        tree = window(admin, "/admin/audit", search)
        pages.append([number for number in range(120) if f"row-{number:03}" in said(tree)])
        hrefs = {said(node): str(node["props"]["href"]) for node in nodes(tree) if "href" in node["props"]}
        assert "user=chen" in hrefs["下载 CSV"]
        assert ("最新记录" in hrefs) == (len(pages) > 1)
        search = hrefs["更早的记录"].partition("?")[2] if "更早的记录" in hrefs else ""
        search = f"?{search}" if search else ""
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(number for page in pages for number in page) == list(range(120))
    file = admin.get(hrefs["下载 CSV"])
    assert file.status_code == 200
    assert file.text.count("row-") == 120


def test_what_cannot_be_searched_for_is_said_at_its_field(admin: TestClient) -> None:
    for language, words in (("zh", "请写一个日期"), ("en", "Write a day")):
        tree = window(admin, "/admin/audit", f"?since=nix&lang={language}")
        wrong = [node["props"]["name"] for node in nodes(tree) if words in str(node["props"].get("error"))]
        assert wrong == ["since"]
    assert "before=no" in said(window(admin, "/admin/audit", "?before=no"))


def test_nothing_found_says_so_and_what_an_administrator_reads_is_in_the_audit(
    clean_database: Database, application: FastAPI
) -> None:
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        secret = browser_session(session, "root-li", role=Role.ADMIN)
    with use_engine(clean_database.engine), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        use_secret(client, secret)
        assert "没有符合条件的记录" in found(client, "?user=nobody-here")
        for part in ("tokens", "settings"):
            window(client, "/admin", f"?show={part}")
        window(client, "/admin/accounts/root-li")
    with sessions.read() as reading:
        read = reading.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {(row.actor, row.channel, row.outcome) for row in read} == {("root-li", "page", "done")}
    assert [(row.action, row.subject) for row in read] == [
        ("audit.read", "user=nobody-here"),
        ("account.list", "tokens"),
        ("settings.read", "settings"),
        ("account.list", "root-li"),
    ]


def test_on_the_rail_the_audit_is_where_one_is_and_not_the_page_above_it(admin: TestClient) -> None:
    assert [said(link) for link in of_class(window(admin, "/admin/audit"), "here")] == ["审计"]
    assert [said(link) for link in of_class(window(admin, "/units/441202"), "here")] == ["单位"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_finds_anything(client: TestClient, session: WriteSession, role: Role) -> None:
    put(session, subject="a secret place")
    use_secret(client, browser_session(session, "wang", role=role))
    told = json.dumps(window(client, "/admin/audit"), ensure_ascii=False)
    assert "a secret place" not in told
    assert "系统管理只供系统管理员使用" in told
    assert "/admin/audit" not in json.dumps(window(client, "/", ""))
