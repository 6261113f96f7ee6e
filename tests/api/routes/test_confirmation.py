"""`/confirmation` over HTTP: every state a link can be in, looked at and used; and what nobody can do with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from metrics.commands.verify_submission import verify_submission
from metrics.credentials import new_confirmation_secret
from metrics.database import WriteSession
from metrics.models import Confirmation, LedgerEntry, SubmissionEvent
from metrics.queries.confirmations import LinkState
from metrics.submission_states import Action
from tests.builders import whole_values
from tests.callers import Caller, Response, refusal, stored
from tests.links import CODES, LEADER, a_link, appoint, forget_address, link_in_state, revise
from tests.posting import REVIEWER, post

PATH = "/api/v1/confirmation"


def look(client: TestClient, secret: str) -> Response:
    return client.get(PATH, headers={b"Confirmation-Token": secret.encode("latin-1")})


def confirm(client: TestClient, secret: str) -> Response:
    return client.post(PATH, headers={b"Confirmation-Token": secret.encode("latin-1")})


@pytest.mark.parametrize("state", LinkState)
def test_a_link_in_each_state_is_answered_as_what_it_is(
    client: TestClient, session: WriteSession, state: LinkState
) -> None:
    secret, code = link_in_state(session, state).secret, CODES[state]
    before = stored(session)
    looked = look(client, secret)
    assert stored(session) == before
    if code is None:
        assert looked.status_code == 200
    else:
        assert refusal(looked, 409)["code"] == code
        assert "figures" not in looked.json()
    done = confirm(client, secret)
    if code is None:
        assert done.status_code == 201, done.text
        assert refusal(confirm(client, secret), 409)["code"] == "confirmation_used"
        assert refusal(look(client, secret), 409)["code"] == "confirmation_used"
    else:
        assert refusal(done, 409)["code"] == code
        assert stored(session) == before


@pytest.mark.parametrize("secret", ["", "x", "你好".encode().decode("latin-1"), "A" * 43, "A" * 9000])
def test_what_is_no_link_is_answered_alike(client: TestClient, session: WriteSession, secret: str) -> None:
    link_in_state(session, LinkState.OPEN)
    before = stored(session)
    for answer in (look(client, secret), confirm(client, secret)):
        told = refusal(answer, 404)
        assert told["code"] == "confirmation_unknown"
        assert not secret or len(secret) < 20 or secret not in answer.text
    assert refusal(client.get(PATH), 404)["code"] == "confirmation_unknown"
    assert refusal(confirm(client, new_confirmation_secret()), 404)["code"] == "confirmation_unknown"
    assert stored(session) == before


def test_looking_shows_every_figure_with_last_month_s_and_signs_nothing(
    client: TestClient, session: WriteSession
) -> None:
    appoint(session)
    post(session, period="2019-08", changes={"items_instant": 340})
    number = post(session, note="九月", changes={"materials_current": 5100}).id
    assert number is not None
    secret = a_link(session, number).secret
    for _ in range(3):  # a mail scanner's, too
        told = look(client, secret)
    body = told.json()
    assert (body["unit"], body["period"], body["revision"], body["leader"]) == ("441202", "2019-09", 1, LEADER)
    assert body["note"] == "九月"
    assert {row["element"] for row in body["figures"]} == set(whole_values())
    instant = next(row for row in body["figures"] if row["element"] == "items_instant")
    assert (instant["value"], instant["last_month"], instant["change"]) == ("350", "340", "10")
    assert {warning["element"] for warning in body["warnings"]} >= {"materials_current"}
    assert session.scalars(select(Confirmation.used_at)).all() == [None]
    assert told.headers["cache-control"] == "no-store"
    assert told.headers["referrer-policy"] == "no-referrer"


def test_signing_says_how_and_by_whom_in_the_ledger(client: TestClient, session: WriteSession, clerk: Caller) -> None:
    link = link_in_state(session, LinkState.OPEN)
    done = confirm(client, link.secret).json()
    assert (done["how"], done["by"], done["leader"], done["revision"]) == ("link", LEADER, LEADER, 1)
    leaf = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.seq == done["seq"])).one()
    submitted = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "submission")).one()
    assert f'"signs":"{submitted.leaf_hash.hex()}"' in leaf
    assert f'"confirmation":{link.id}' in leaf
    used = session.scalars(select(Confirmation.used_at)).one()
    assert used is not None
    assert used.isoformat() in leaf
    everything = "".join(
        str(row)
        for table in (Confirmation, SubmissionEvent, LedgerEntry)
        for row in session.execute(select(table.__table__))
    )
    assert link.secret not in everything
    assert clerk.get(f"/{done['id']}/receipt").json()["signed_off"]["how"] == "link"


def test_what_the_leader_changed_or_forgot_meanwhile_ends_the_link(client: TestClient, session: WriteSession) -> None:
    person = appoint(session)
    number = post(session).id
    assert number is not None
    secret = a_link(session, number).secret
    assert look(client, secret).status_code == 200
    forget_address(session, person)
    assert session.scalars(select(Confirmation.address)).all() == [""]
    assert refusal(confirm(client, secret), 409)["code"] == "confirmation_withdrawn"


def test_what_the_bureau_does_meanwhile_leaves_the_link_bound_to_the_revision(
    client: TestClient, session: WriteSession
) -> None:
    link = link_in_state(session, LinkState.OPEN)
    for step in (Action.VERIFY, Action.SEND_BACK, Action.REOPEN, Action.VERIFY):
        verify_submission(session, principal=REVIEWER, submission_id=link.subject, action=step, reason="核对")
        assert look(client, link.secret).status_code == (409 if step is Action.SEND_BACK else 200)
    assert confirm(client, link.secret).json()["state"] == "verified"


def test_a_used_link_says_when_a_new_signature_is_needed(client: TestClient, session: WriteSession) -> None:
    link = link_in_state(session, LinkState.USED)
    assert "无需再办" in refusal(look(client, link.secret), 409)["message"]["zh"]
    revise(session, link.subject)
    told = refusal(look(client, link.secret), 409)
    assert (told["code"], "须重新签发" in told["message"]["zh"]) == ("confirmation_used", True)


def test_of_several_reasons_against_a_link_the_most_useful_is_said(client: TestClient, session: WriteSession) -> None:
    link = link_in_state(session, LinkState.EXPIRED)
    revise(session, link.subject)
    assert refusal(look(client, link.secret), 409)["code"] == "confirmation_outdated"
    a_link(session, link.subject)
    assert refusal(look(client, link.secret), 409)["code"] == "confirmation_superseded"


@pytest.mark.parametrize(
    "change",
    [
        "token_hash = '\\x00'",
        "revision = 2",
        "person = person + 1",
        "expires_at = expires_at + interval '1 day'",
        "used_at = null",
        "address = 'somebody@else.example'",
    ],
)
def test_not_even_in_the_database_is_a_link_bound_anew_or_used_again(
    client: TestClient, session: WriteSession, change: str
) -> None:
    link = link_in_state(session, LinkState.OPEN)
    confirm(client, link.secret)
    with pytest.raises(DBAPIError, match="what a confirmation is bound to stays: UPDATE refused"):
        session.execute(text(f"update confirmations set {change}"))


def test_a_link_is_never_deleted(session: WriteSession) -> None:
    link_in_state(session, LinkState.OPEN)
    with pytest.raises(DBAPIError, match="permission denied for table confirmations"):
        session.execute(text("delete from confirmations"))
