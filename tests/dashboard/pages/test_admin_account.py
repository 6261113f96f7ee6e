"""`/admin/accounts/{name}`, sessions and tokens: what an administrator does there, and that it is said and audited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard import rights
from metrics.commands.tokens import issue_token
from metrics.database import WriteSession
from metrics.models import AuditEntry, SecondFactor, Session, Token, User
from metrics.principal import Role, Scope
from tests.dashboard.drawn import asked_window, forms, nodes, of_class, said, use_secret, window
from tests.people import NOW, browser_session, person, second_factor, signed_in

CHEN = "/admin/accounts/chen"


@pytest.fixture
def admin(client: TestClient, session: WriteSession) -> TestClient:
    use_secret(client, browser_session(session, "root-li", role=Role.ADMIN, display_name="李"))
    return client


@pytest.fixture
def chen(session: WriteSession) -> User:
    person(session, "chen")
    return session.scalars(select(User).where(User.username == "chen")).one()


def act(client: TestClient, do: str, *, at: str = CHEN, language: str = "zh", **fields: str) -> Any:
    asked = {"do": do, "fields": {"username": "chen"} | fields, "nth": 1}
    return asked_window(client, asked, at, f"?lang={language}" if language == "en" else "")


def is_active(session: WriteSession) -> bool:
    return session.scalars(select(User.active).where(User.username == "chen")).one()


def audited(session: WriteSession) -> list[tuple[str, str, str, str]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.actor, row.action, row.subject, row.outcome) for row in rows]


def test_an_account_is_disabled_and_enabled_and_what_ended_is_said(
    admin: TestClient, session: WriteSession, chen: User
) -> None:
    signed_in(session)
    issue_token(session, "chen", name="每月上传", now=NOW, expires_at=NOW + timedelta(days=90))
    offered = said(window(admin, CHEN))
    assert "chen（陈）不能再登录：全部登录结束（现有1个），令牌全部撤销、不可恢复（现有效1个）" in offered
    after = act(admin, "user.disable")
    assert "chen 已停用。 已结束1个登录。 已撤销1个令牌。" in said(after)
    assert not is_active(session)
    assert {"user.disable", "password.reset"} & forms(after).keys() == set()
    assert "may sign in again" in said(act(admin, "user.enable", language="en"))
    assert is_active(session)
    assert audited(session) == [
        ("root-li", "user.disable", "chen", "done"),
        ("root-li", "user.enable", "chen", "done"),
    ]


def test_role_and_units_are_given_by_name_or_code(admin: TestClient, session: WriteSession, chen: User) -> None:
    issue_token(session, "chen", name="每月上传", now=NOW, expires_at=NOW + timedelta(days=90))
    offered = said(window(admin, CHEN))
    assert offered.count("令牌全部撤销、不可恢复（现有效1个）") == 3  # role, units, disabling
    after = said(act(admin, "user.units", units="端州区，441203"))
    assert "现属单位" in after
    assert "已撤销1个令牌。" in after
    session.refresh(chen)
    assert chen.units == ["441202", "441203"]
    after = said(act(admin, "user.role", role="reviewer", units="", language="en"))
    assert "Reviewer" in after
    assert "0 tokens were revoked." in after
    session.refresh(chen)
    assert (chen.role, chen.units) == ("reviewer", [])
    assert "user.units" not in forms(window(admin, CHEN))


@pytest.mark.parametrize(
    ("do", "fields", "zh", "en"),
    [
        ("user.units", {"units": "乌有县"}, "方案中没有填报单位“乌有县”", "no reporting unit '乌有县'"),
        ("user.role", {"role": "leader", "units": ""}, "至少须有一个填报单位", "has at least one reporting unit"),
        ("user.email", {"email": "chen@"}, "电子邮箱格式不正确", "no e-mail address"),
    ],
)
def test_what_is_wrong_stands_at_its_field_in_the_open_form_with_what_was_typed(
    admin: TestClient, session: WriteSession, chen: User, do: str, fields: dict[str, str], zh: str, en: str
) -> None:
    for language, words in (("zh", zh), ("en", en)):
        tree = act(admin, do, language=language, **fields)
        (opened,) = [node for node in of_class(tree, "act") if node["props"].get("open")]
        (form,) = [node for node in nodes(opened) if "data-asks" in node["props"]]
        assert form["props"]["data-asks"] == do
        (field,) = of_class(form, "field")
        assert words in said(field)
        typed = {node["props"]["name"]: node["props"].get("value") for node in nodes(field) if "name" in node["props"]}
        assert typed == {name: text for name, text in fields.items() if name != "role"}
    before = (chen.role, chen.units, chen.email)
    session.refresh(chen)
    assert (chen.role, chen.units, chen.email) == before


def test_the_second_factor_is_removed_and_sessions_are_ended_one_or_all(
    admin: TestClient, session: WriteSession, chen: User
) -> None:
    second_factor(session)
    for _each in range(3):
        signed_in(session)
    own = select(Session.id).where(Session.user_id == chen.id).order_by(Session.id)
    numbers = list(session.scalars(own))
    listed = window(admin, "/admin", "?show=sessions")
    assert str(numbers[0]) in str([form for form in nodes(listed) if form["props"].get("data-asks") == "session.end"])
    assert "该次登录已结束" in said(act(admin, "session.end", session=str(numbers[0]), at="/admin"))
    assert list(session.scalars(own)) == numbers[1:]
    assert "2 sessions ended." in said(act(admin, "session.end", language="en"))
    assert "重新设置第二因素" in said(act(admin, "second_factor.change"))
    assert session.get(SecondFactor, chen.id) is None
    subjects = [(action, subject) for _actor, action, subject, _outcome in audited(session)]
    assert subjects == [
        ("session.end", f"chen {numbers[0]}"),
        ("session.end", "chen"),
        ("second_factor.change", "chen"),
    ]


def test_a_session_is_only_ended_as_the_account_s_own(admin: TestClient, session: WriteSession, chen: User) -> None:
    own = session.scalars(select(Session.id).where(Session.user_id != chen.id)).one()
    assert "没有编号为" in said(act(admin, "session.end", session=str(own)))
    assert "未写明是哪一项" in said(act(admin, "session.end", session="1 or 1"))
    assert session.scalars(select(Session.id).where(Session.id == own)).all() == [own]


def test_a_token_is_revoked_from_the_list(admin: TestClient, session: WriteSession, chen: User) -> None:
    issued = issue_token(session, "chen", name="每月上传", now=NOW, expires_at=NOW + timedelta(days=90))
    listed = window(admin, "/admin", "?show=tokens&lang=en")
    assert "Revoke the token 每月上传 of chen" in said(listed)
    assert forms(listed)["token.revoke"]["fields"] == {"token": str(issued.id)}
    after = act(admin, "token.revoke", token=str(issued.id), at="/admin")
    assert "已撤销" in said(after)
    session.expire_all()
    assert session.get_one(Token, issued.id).revoked_at is not None


def test_the_last_administrator_stays(admin: TestClient, session: WriteSession) -> None:
    asked = {"do": "user.disable", "fields": {"username": "root-li"}, "nth": 1}
    assert "没有其他管理员有长期有效的密码" in said(asked_window(admin, asked, "/admin/accounts/root-li"))
    own = said(window(admin, "/admin/accounts/root-li", "?lang=en"))
    assert "This is your own account" in own


def test_a_link_needs_e_mail_and_says_so(admin: TestClient, session: WriteSession, chen: User) -> None:
    assert "password.reset" not in forms(window(admin, CHEN))
    act(admin, "user.email", email="chen@example.org")
    assert "chen@example.org" in said(window(admin, CHEN))
    assert "password.reset" in forms(window(admin, CHEN))
    assert "No e-mail is set up here" in said(act(admin, "password.reset", language="en"))


def test_an_account_that_is_none_is_not_found(admin: TestClient) -> None:
    assert "没有用户“nobody”" in said(window(admin, "/admin/accounts/nobody"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_finds_the_page_or_does_an_act(
    client: TestClient, session: WriteSession, chen: User, role: Role
) -> None:
    second_factor(session)
    number = signed_in(session)
    use_secret(client, browser_session(session, "wang", role=role))
    shown = said(window(client, CHEN))
    assert "系统管理只供系统管理员使用" in shown
    assert "最近活动" not in shown
    before = (chen.role, list(chen.units), chen.email, chen.active)
    acts = [do for do, access in rights.ACTS.items() if access.who is Scope.ADMINISTER]
    assert len(acts) == 9
    for do in acts:
        tree = act(client, do, role="admin", units="441203", email="x@example.org", at="/")
        assert of_class(tree, "outcome-done") == [], do
        assert of_class(tree, "outcome-refused") != [], do
    session.expire_all()
    assert (chen.role, list(chen.units), chen.email, chen.active) == before
    assert session.get(SecondFactor, chen.id) is not None
    assert number.secret
    assert len(list(session.scalars(select(Session).where(Session.user_id == chen.id)))) == 1
