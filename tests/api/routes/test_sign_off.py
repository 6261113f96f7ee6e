"""`/submissions/{id}/sign-off` over HTTP: the leader's own account, a signature on paper, and nobody else's word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import Confirmation, LedgerEntry, SubmissionEvent, User
from metrics.principal import Role
from tests.builders import whole_submission
from tests.callers import Caller, Response, caller, refusal, stored
from tests.links import ADDRESS, LEADER, WEEK, appoint, link_in, links_by_mail, secret_of
from tests.mailboxes import Mailbox, mailbox

PAPER = {"on_paper": True, "leader": LEADER, "note": "原件存市局"}


@pytest.fixture
def leader(client: TestClient, session: WriteSession) -> Caller:
    """李明, who leads 441202, with her own account."""
    appoint(session)
    return account(client, session, "li", LEADER)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The service sends e-mail, to here."""
    with mailbox() as found, links_by_mail(monkeypatch, found):
        yield found


def account(client: TestClient, session: WriteSession, username: str, name: str, unit: str = "441202") -> Caller:
    found = caller(client, session, username, Role.LEADER, {unit})
    session.execute(update(User).where(User.username == username).values(display_name=name))
    session.commit()
    return found


def sign(who: Caller, number: int, body: dict[str, Any] | None = None, **headers: str) -> Response:
    return who.post(body or {}, to=f"/{number}/sign-off", **headers)


def ask(who: Caller, number: int, **headers: str) -> Response:
    return who.client.post(f"/api/v1/submissions/{number}/sign-off/request", headers=who.headers | headers)


def test_the_leader_signs_what_was_sent_and_neither_state_nor_figures_change(
    clerk: Caller, bureau: Caller, leader: Caller, session: WriteSession
) -> None:
    posted = clerk.post(whole_submission()).json()
    number = posted["id"]
    bureau.post({}, to=f"/{number}/verify")
    before = leader.get(f"/{number}")
    assert refusal(sign(leader, number, If_Match=f"W/{before.headers['etag']}"), 412)["code"] == "version_weak"
    signed = sign(leader, number, If_Match=before.headers["etag"])
    assert signed.status_code == 201, signed.text
    told = signed.json()
    assert (told["state"], told["revision"], told["leader"], told["title"]) == ("verified", 1, LEADER, "副区长")
    assert (told["how"], told["by"]) == ("account", "li")
    after = clerk.get(f"/{number}")
    assert after.headers["etag"] == signed.headers["etag"] != before.headers["etag"]
    assert after.json()["values"] == before.json()["values"]
    assert [event["action"] for event in after.json()["events"]] == ["submit", "verify", "sign_off"]
    again = sign(leader, number)
    assert (again.status_code, again.json()) == (200, told | {"recorded": False})
    assert again.headers["etag"] == signed.headers["etag"]
    leaf = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.seq == told["seq"])).one()
    assert f'"signs":"{posted["leaf_hash"]}"' in leaf
    assert '"how":"account"' in leaf
    as_of = f"/api/v1/periods/2019-09/status?as_of={told['seq']}"
    status = clerk.client.get(as_of, headers=clerk.headers)
    row = next(row for row in status.json()["units"] if row["unit"] == "441202")
    assert (row["signed_off"]["how"], row["signed_off"]["void"]) == ("account", False)


def test_a_later_revision_voids_the_sign_off_visibly(clerk: Caller, leader: Caller) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    signed = sign(leader, number)
    assert not clerk.get(f"/{number}/receipt").json()["signed_off"]["void"]
    revised = clerk.post({**whole_submission(items_instant=351), "reason": "更正"}, If_Match=signed.headers["etag"])
    assert revised.status_code == 201
    found = clerk.get(f"/{number}/receipt").json()["signed_off"]
    assert (found["revision"], found["void"]) == (1, True)
    refusal(sign(leader, number, If_Match=signed.headers["etag"]), 412)
    assert sign(leader, number).json()["revision"] == 2
    assert not clerk.get(f"/{number}/receipt").json()["signed_off"]["void"]


def test_a_leader_reads_and_signs_for_the_own_unit_and_posts_nothing(
    client: TestClient, session: WriteSession, clerk: Caller, neighbour: Caller, bureau: Caller, leader: Caller
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    other = neighbour.post(whole_submission("441203")).json()["id"]
    assert [row["id"] for row in leader.get().json()["items"]] == [number]
    assert refusal(leader.get(f"/{other}"), 404)["code"] == "submission_unknown"
    assert refusal(sign(leader, other), 404)["code"] == "submission_unknown"
    before = stored(session)[:2]
    for answer in (
        leader.post(whole_submission(period="2019-08")),
        leader.post({}, to=f"/{number}/verify"),
        ask(leader, number),
    ):
        assert refusal(answer, 403)["code"] == "role_forbidden"
    assert refusal(sign(leader, number, PAPER), 422)["code"] == "on_paper_not_yours"
    bureau.post({"reason": "核对"}, to=f"/{number}/return")
    assert refusal(sign(leader, number), 409)["code"] == "state_forbids"
    assert stored(session)[1] == before[1] + 1


def test_an_account_left_over_from_an_earlier_leader_signs_nothing(
    client: TestClient, session: WriteSession, clerk: Caller, leader: Caller
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    appoint(session, "王芳", since="2020-01-01")
    before = stored(session)[:2]
    assert refusal(sign(leader, number), 403)["code"] == "leader_not_in_force"
    assert stored(session)[:2] == before
    assert sign(account(client, session, "wangfang", "王 芳"), number).json()["leader"] == "王芳"


def test_without_a_leader_on_record_nobody_signs(client: TestClient, session: WriteSession, clerk: Caller) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    nobody = account(client, session, "li", LEADER)
    assert refusal(sign(nobody, number), 409)["code"] == "leader_missing"
    assert refusal(ask(clerk, number), 409)["code"] == "leader_missing"


@pytest.mark.usefixtures("leader")
def test_typing_a_known_name_is_no_sign_off(
    client: TestClient, session: WriteSession, clerk: Caller, bureau: Caller
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    before = stored(session)[:2]
    for body in ({"leader": LEADER}, PAPER, {}):
        told = refusal(sign(clerk, number, body), 403)
        assert told["code"] == "role_forbidden"
        assert "领导本人" in told["message"]["zh"]
    assert refusal(sign(bureau, number, {"leader": LEADER}), 422)["code"] == "on_paper_missing"
    assert refusal(sign(bureau, number, PAPER | {"leader": "王芳"}), 422)["code"] == "leader_not_in_force"
    assert refusal(sign(bureau, number, PAPER | {"leader": ""}), 422)["code"] == "leader_not_in_force"
    for odd in ({"leader": 5}, PAPER | {"on_paper": "yes, really"}, PAPER | {"colour": "red"}):
        refusal(sign(bureau, number, odd), 422)
    for role in (Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN):
        other = caller(client, session, f"a-{role.value}", role)
        assert refusal(sign(other, number, PAPER), 403)["code"] == "role_forbidden"
    assert stored(session)[:2] == before


@pytest.mark.usefixtures("leader")
def test_a_signature_on_paper_is_recorded_by_the_reviewer_as_such(
    clerk: Caller, bureau: Caller, session: WriteSession
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    signed = sign(bureau, number, PAPER)
    assert signed.status_code == 201, signed.text
    assert (signed.json()["how"], signed.json()["by"], signed.json()["leader"]) == ("paper", "bureau", LEADER)
    assert clerk.get(f"/{number}").json()["events"][-1]["note"] == "原件存市局"
    leaf = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.seq == signed.json()["seq"])).one()
    assert '"how":"paper"' in leaf
    assert '"note":"原件存市局"' in leaf


@pytest.mark.usefixtures("leader")
def test_what_was_recorded_by_a_typed_name_stays_readable_as_such(
    clerk: Caller, bureau: Caller, session: WriteSession
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    sign(bureau, number, PAPER)
    older = select(SubmissionEvent).where(SubmissionEvent.action == "sign_off")
    event = session.scalars(older).one()
    session.expunge(event)
    detail = {name: event.detail[name] for name in ("leader", "title", "person")}
    added = event.seq + 1000  # as an entry of an earlier program stands
    session.add(LedgerEntry(seq=added, kind="sign_off", recorded_at=event.recorded_at, leaf="{}", leaf_hash=b"\0" * 32))
    session.flush()
    session.add(
        SubmissionEvent(
            seq=added,
            submission_id=number,
            action="sign_off",
            revision=1,
            actor="chen",
            detail=detail,
            recorded_at=event.recorded_at,
        )
    )
    session.flush()
    status = clerk.client.get("/api/v1/periods/2019-09/status", headers=clerk.headers).json()["units"]
    row = next(row for row in status if row["unit"] == "441202")
    assert (row["signed_off"]["how"], row["signed_off"]["by"]) == ("recorded", "chen")


@pytest.mark.usefixtures("leader")
def test_the_clerk_has_the_leader_asked_and_never_sees_the_link(
    clerk: Caller, box: Mailbox, session: WriteSession, caplog: pytest.LogCaptureFixture
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    asked = ask(clerk, number)
    assert asked.status_code == 202, asked.text
    assert asked.json()["message"]["zh"] == "已发送至分管领导本人的邮箱。"
    (message,) = box.messages
    assert message["To"] == ADDRESS
    secret = secret_of(link_in(message))
    assert len(secret) >= 43  # 256 bits
    found = session.scalars(select(Confirmation)).one()
    assert found.expires_at - found.created_at == WEEK
    said = [
        asked.text,
        str(asked.headers),
        caplog.text,
        *(clerk.get(f"/{number}{part}").text for part in ("", "/receipt", "/history")),
    ]
    kept = [str(row) for row in session.execute(select(Confirmation.__table__))]
    assert not any(secret in text for text in said + kept)
    assert not any(ADDRESS in text for text in (asked.text, caplog.text))


@pytest.mark.usefixtures("leader")
def test_asking_again_at_once_waits_and_a_newer_link_ends_the_older_one(
    clerk: Caller, box: Mailbox, session: WriteSession
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    ask(clerk, number)
    again = ask(clerk, number)
    assert refusal(again, 429)["code"] == "asked_just_now"
    assert 0 < int(again.headers["retry-after"]) <= 60
    assert len(box.messages) == 1
    assert session.scalars(select(Confirmation.superseded_at)).all() == [None]


@pytest.mark.usefixtures("leader")
def test_what_could_not_be_sent_is_said_and_can_be_asked_for_again(clerk: Caller, box: Mailbox) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    box.refusing = True
    failed = ask(clerk, number)
    assert refusal(failed, 503)["code"] == "mail_not_sent"
    assert "retry-after" in failed.headers
    box.refusing, box.unknown = False, True
    assert refusal(ask(clerk, number), 409)["code"] == "address_refused"
    box.unknown = False
    assert ask(clerk, number).status_code == 202
    assert len(box.messages) == 1


def test_without_a_channel_or_an_address_it_is_said_what_else_can_be_done(
    clerk: Caller, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    appoint(session)
    told = refusal(ask(clerk, number), 409)
    assert (told["code"], "纸质签字" in told["message"]["zh"]) == ("no_mail_channel", True)
    with mailbox() as found:
        with links_by_mail(monkeypatch, found, public=""):  # where would the link lead?
            assert refusal(ask(clerk, number), 409)["code"] == "no_mail_channel"
        appoint(session, "王芳", email="", since="2020-01-01")
        with links_by_mail(monkeypatch, found):
            assert refusal(ask(clerk, number), 409)["code"] == "leader_without_address"
        assert found.messages == []
    assert session.scalars(select(Confirmation)).all() == []


@pytest.mark.usefixtures("leader", "box")
def test_nobody_asks_for_a_signature_on_what_is_not_theirs_or_not_to_be_signed(
    client: TestClient, session: WriteSession, clerk: Caller, neighbour: Caller, bureau: Caller
) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    assert refusal(ask(neighbour, number), 404)["code"] == "submission_unknown"
    assert refusal(ask(clerk, 2**31 - 1), 404)["code"] == "submission_unknown"
    assert refusal(ask(clerk, number, **{"If-Match": '"s1-r1-1"'}), 412)["code"] == "version_stale"
    for role in (Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN):
        other = caller(client, session, f"a-{role.value}", role)
        assert refusal(ask(other, number), 403)["code"] == "role_forbidden"
    sign(bureau, number, PAPER)
    assert refusal(ask(clerk, number), 409)["code"] == "signed_already"
    etag = clerk.get(f"/{number}").headers["etag"]
    clerk.post({**whole_submission(items_instant=351), "reason": "更正"}, If_Match=etag)
    bureau.post({"reason": "核对"}, to=f"/{number}/return")
    assert refusal(ask(clerk, number), 409)["code"] == "state_forbids"
    assert session.scalars(select(Confirmation)).all() == []
