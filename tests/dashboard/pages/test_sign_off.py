"""Signing off on the pages: the clerk has the leader asked, the leader signs, the reviewer records paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import Confirmation, User
from metrics.principal import Role
from tests.dashboard.drawn import asked_window, nodes, of_class, said, signed_in, use_secret, window
from tests.dashboard.forms import act, entries
from tests.links import ADDRESS, LEADER, appoint, link_in, links_by_mail, secret_of
from tests.mailboxes import Mailbox, mailbox
from tests.people import person
from tests.posting import REVIEWER, post

ASK, SIGN, PAPER = "submission.ask_sign_off", "submission.sign_off", "submission.sign_on_paper"


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The service sends e-mail, to here."""
    with mailbox() as found, links_by_mail(monkeypatch, found):
        yield found


@pytest.fixture
def leader(client: TestClient, session: WriteSession) -> TestClient:
    """A browser in which 李明, who leads 441202, is signed in."""
    appoint(session)
    person(session, "li", role=Role.LEADER)
    session.execute(update(User).where(User.username == "li").values(display_name=LEADER))
    use_secret(client, signed_in(session, "li"))
    return client


@pytest.fixture
def reviewer(client: TestClient, session: WriteSession) -> TestClient:
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    return client


def forms(tree: Any, do: str) -> list[dict[str, Any]]:
    return [node["props"] for node in nodes(tree) if node["props"].get("data-asks") == do]


def press(client: TestClient, address: str, do: str, **filled: str) -> Any:
    """Press the one button of its kind on the page; the page as it is then."""
    path, _, search = address.partition("?")
    (form,) = forms(window(client, path, search and f"?{search}"), do)
    fields = json.loads(form["data-fields"]) | filled
    return asked_window(client, json.dumps({"do": do, "fields": fields}), path, search and f"?{search}")


def test_the_clerk_asks_from_the_receipt_and_is_told_where_it_went(
    clerk: TestClient, session: WriteSession, box: Mailbox
) -> None:
    appoint(session)
    receipt = act(clerk, "sent", entries())[0]["receipt"]
    assert "尚未签发" in said(of_class(window(clerk, receipt), "receipt"))
    tree = press(clerk, receipt, ASK)
    assert "端州区：已发送至分管领导本人的邮箱" in said(tree)
    (message,) = box.messages
    assert message["To"] == ADDRESS
    secret = secret_of(link_in(message))
    assert secret not in json.dumps(tree)
    assert ADDRESS not in said(of_class(tree, "receipt"))
    assert "重新发送" in said(of_class(tree, "receipt"))
    assert "尚未签发" in said(of_class(tree, "receipt"))


def test_a_form_made_up_by_hand_signs_nothing_for_a_clerk(clerk: TestClient, session: WriteSession) -> None:
    appoint(session)
    receipt = act(clerk, "sent", entries())[0]["receipt"]
    etag = json.dumps({"seen": f"s{receipt.rpartition('/')[2]}-r1-1"})
    for do in (SIGN, PAPER, "submission.sign_off"):
        fields = json.loads(etag) | {"leader": LEADER}
        tree = asked_window(clerk, json.dumps({"do": do, "fields": fields}), receipt)
        assert "未完成" in said(tree)
        assert "尚未签发" in said(of_class(tree, "receipt"))


def test_without_a_channel_an_address_or_a_leader_the_receipt_says_what_else_can_be_done(
    clerk: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = act(clerk, "sent", entries())[0]["receipt"]
    assert "没有登记在任的分管领导" in said(window(clerk, receipt))
    appoint(session, email="")
    assert "未配置发送邮件" in said(window(clerk, receipt))
    with mailbox() as found, links_by_mail(monkeypatch, found):
        assert "未登记分管领导的电子邮箱" in said(window(clerk, receipt))
    assert forms(window(clerk, receipt), ASK) == []


def test_what_could_not_be_sent_is_said_on_the_receipt(clerk: TestClient, session: WriteSession, box: Mailbox) -> None:
    appoint(session)
    receipt = act(clerk, "sent", entries())[0]["receipt"]
    box.refusing = True
    assert "邮件未能发出" in said(press(clerk, receipt, ASK))
    assert session.scalars(select(Confirmation.sent_at)).all() == [None]
    box.refusing = False
    assert "已发送至分管领导本人的邮箱" in said(press(clerk, receipt, ASK))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("1份月报待您签发", "待您签发", "已由李明签发", "本人签发（账号 li）", "没有待签发的月报")),
        (
            "en",
            (
                "1 submission awaits your signature",
                "awaits your signature",
                "signed off by 李明",
                "signed with the leader's own account li",
                "Nothing awaits your signature",
            ),
        ),
    ],
)
def test_the_leader_finds_what_awaits_signature_sees_every_figure_and_signs(
    leader: TestClient, session: WriteSession, language: str, words: tuple[str, ...]
) -> None:
    august = post(session, period="2019-08", changes={"items_instant": 340}).id
    number = post(session, note="请签发").id
    search = f"?lang={language}"
    listed = window(leader, "/sign-off", search)
    assert [link.partition("?")[0] for link in hrefs(of_class(listed, "figures"))] == [
        f"/sign-off/{number}",
        f"/sign-off/{august}",
    ]
    tree = window(leader, f"/sign-off/{number}", search)
    assert words[1] in said(of_class(tree, "page-head"))
    assert "请签发" in said(of_class(tree, "review-side"))
    figures = said(of_class(tree, "differences"))
    for value in ("350", "340", "+10", "38.5"):
        assert value in figures
    after = press(leader, f"/sign-off/{number}{search}", SIGN)
    assert words[2] in said(after)
    assert words[3] in said(of_class(after, "decide"))
    assert forms(after, SIGN) == []
    assert words[0] in said(of_class(window(leader, "/sign-off", search), "page-head"))
    press(leader, f"/sign-off/{august}{search}", SIGN)
    assert words[4] in said(of_class(window(leader, "/sign-off", search), "page-head"))


def hrefs(tree: Any) -> list[str]:
    return [node["props"]["href"] for node in nodes(tree) if node["props"].get("href")]


def test_a_leader_s_rail_leads_to_the_list_and_nobody_else_signs_there(
    leader: TestClient, session: WriteSession
) -> None:
    assert "/sign-off" in hrefs(of_class(window(leader, "/"), "rail"))
    posted = post(session, principal=REVIEWER, unit="441203", changes={}).id
    assert "没有编号为" in said(window(leader, f"/sign-off/{posted}"))
    person(session, "chen")
    use_secret(leader, signed_in(session, "chen"))
    for address in ("/sign-off", f"/sign-off/{posted}"):
        assert "本页供单位分管领导签发" in said(window(leader, address))
    assert "/sign-off" not in hrefs(of_class(window(leader, "/"), "rail"))


def test_a_reviewer_records_paper_on_the_review_and_it_is_shown_as_such(
    reviewer: TestClient, session: WriteSession
) -> None:
    appoint(session)
    address = f"/review/{post(session).id}"
    assert "在任分管领导是李明" in said(press(reviewer, address, PAPER, leader="王芳", note=""))
    tree = press(reviewer, address, PAPER, leader=LEADER, note="原件存市局")
    assert "已由李明签发" in said(tree)
    assert "纸质签字（审核员 陈 登记）" in said(of_class(tree, "review-side"))
    assert "原件存市局" in said(of_class(tree, "review-side"))
    assert forms(tree, PAPER) == []
