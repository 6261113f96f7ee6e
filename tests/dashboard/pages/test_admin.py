"""`/admin`: what an administrator finds in each part, in both languages, and that nobody else finds anything."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from dashboard.pages.admin import PARTS
from metrics.commands.change_account import disable_user
from metrics.commands.tokens import issue_token
from metrics.database import WriteSession
from metrics.models import Reminder
from metrics.principal import Role
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, said, use_secret, window
from tests.people import NOW, browser_session, person, second_factor


@pytest.fixture
def admin(client: TestClient, session: WriteSession) -> TestClient:
    use_secret(client, browser_session(session, "root-li", role=Role.ADMIN, display_name="李"))
    return client


def shown(client: TestClient, part: str = "", *, language: str = "") -> str:
    asked = "&".join(([f"show={part}"] if part else []) + ([f"lang={language}"] if language else []))
    return json.dumps(window(client, "/admin", f"?{asked}" if asked else ""), ensure_ascii=False)


def test_health_says_what_the_doctor_says_the_worst_first(admin: TestClient) -> None:
    said = shown(admin)
    assert "项不妥" in said
    assert "数据库有应答" in said
    assert "没有演示账号" in said
    assert "The database answers" in shown(admin, language="en")


def test_each_part_shows_what_there_is_in_both_languages(admin: TestClient, session: WriteSession) -> None:
    person(session, "chen")
    second_factor(session)
    issued = issue_token(session, "chen", name="每月上传", now=NOW, expires_at=NOW + timedelta(days=90))
    person(session, "zhao", role=Role.REVIEWER, display_name="赵")
    disable_user(session, "zhao", now=NOW)
    record(session, "441202", "2019-09")
    session.add(
        Reminder(
            unit_code="441202",
            period=date(2019, 9, 1),
            kind="overdue",
            channel="smtp",
            state="failed",
            attempts=5,
            claimed_at=NOW,
            retry_at=NOW,
            failure="no answer",
        )
    )
    session.flush()
    found = {part: (shown(admin, part), shown(admin, part, language="en")) for part in PARTS}
    for words in (("chen", "zhao", "已停用", "已设置", "未设置"), ("chen", "zhao", "disabled", "set up", "not set up")):
        assert all(word in found["accounts"]["已停用" not in words] for word in words)
    assert all("每月上传" in said for said in found["tokens"])
    assert issued.secret not in str(found)
    assert "没有账号" in found["units"][0]
    assert "no account" in found["units"][1]
    assert all("BIAOCHI_SESSION_HOURS" in said for said in found["settings"])
    assert "方案文件夹" in found["plan"][0]
    assert "plan folder" in found["plan"][1]
    assert all("no answer" in said and "overdue" in said for said in found["reminders"])


def test_accounts_are_found_by_name_role_and_unit_and_the_search_is_the_address(
    admin: TestClient, session: WriteSession
) -> None:
    person(session, "chen", units={"441202", "441203"}, display_name="陈%")
    person(session, "zhao.wei", role=Role.REVIEWER, display_name="赵伟")
    person(session, "li", units={"441203"}, display_name="Li Wei")
    for search, wanted in {
        "user=wei": {"li", "zhao.wei"},  # by name or login, whatever the case
        "user=赵": {"zhao.wei"},
        "user=%25": {"chen"},
        "role=reviewer": {"zhao.wei"},
        "unit=441203": {"chen", "li"},
        "unit=鼎湖区&user=wei": {"li"},
        "unit=441203&role=reviewer": set(),
    }.items():
        window_shown = window(admin, "/admin", f"?show=accounts&{search}")
        links = {node["props"].get("href", "") for node in nodes(window_shown)}
        found = {name for name in ("chen", "zhao.wei", "li", "root-li") if f"/admin/accounts/{name}" in links}
        assert found == wanted, search
        assert ("没有符合条件的账号" in said(window_shown)) == (not wanted)
    assert "未能识别" not in said(window_shown)


def test_accounts_come_a_page_at_a_time(admin: TestClient, session: WriteSession) -> None:
    columns = (
        "username, display_name, role, units, password_hash, password_set_at, active, demonstration, email, created_at"
    )
    session.execute(
        text(
            f"insert into users ({columns}) select 'clerk-' || to_char(n, 'FM000'), 'x', 'reviewer', '{{}}', '', now(),"
            " true, false, '', now() from generate_series(1, 101) n"
        )
    )
    pages = {number: said(window(admin, "/admin", f"?show=accounts&page={number}")) for number in (1, 2, 3, 9)}
    for number, names in {
        1: ("clerk-001", "clerk-050"),
        2: ("clerk-051", "clerk-100"),
        3: ("clerk-101", "root-li"),
    }.items():
        assert all(name in pages[number] for name in names)
        assert sum(name in pages[number] for name in ("clerk-050", "clerk-051", "clerk-101")) == 1
    assert "第101–102个账号，共102个" in pages[3]
    assert pages[9] == pages[3]
    kept = json.dumps(window(admin, "/admin", "?show=accounts&user=clerk&page=2"))
    assert "/admin?show=accounts&page=3&user=clerk" in kept
    assert '"/admin?show=tokens"' in kept  # another part searches for nothing


def test_parts_without_anything_say_so(admin: TestClient) -> None:
    assert "尚未签发令牌" in shown(admin, "tokens")
    assert "尚未发送过" in shown(admin, "reminders")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_finds_anything(client: TestClient, session: WriteSession, role: Role) -> None:
    use_secret(client, browser_session(session, "wang", role=role))
    for part in ("", *PARTS):
        said = shown(client, part)
        assert "BIAOCHI_" not in said
        assert "数据库有应答" not in said
        assert "系统管理只供系统管理员使用" in said
    assert '"/admin"' not in json.dumps(window(client, "/", ""))
