"""`/admin`: what an administrator finds in each part, in both languages, and that nobody else finds anything."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from dashboard.pages.admin import PARTS
from metrics.commands.change_account import disable_user
from metrics.commands.tokens import issue_token
from metrics.database import WriteSession
from metrics.models import Reminder
from metrics.principal import Role
from tests.dashboard.conftest import record
from tests.dashboard.drawn import use_secret, window
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
