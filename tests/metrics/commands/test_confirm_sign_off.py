"""Signing by a link, beneath HTTP: two at once, what the ledger's check says of links, and how often one may ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from metrics.commands.confirm_sign_off import confirm_sign_off
from metrics.commands.record_person import PersonGiven, record_person
from metrics.commands.request_confirmation import MOST_A_DAY, PAUSE, mark_link_unsent, request_sign_off
from metrics.database import Sessions, WriteSession
from metrics.errors import Conflict, TooMany
from metrics.ledger.checking.walk import check_ledger
from metrics.models import SubmissionEvent
from metrics.plan.store import plan_at
from metrics.queries.confirmations import LinkState
from tests.databases import Database
from tests.links import ADDRESS, WEEK, appoint, link_in_state
from tests.posting import CLERK, REVIEWER, post
from tests.serving import PATIENCE

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_of_two_that_use_one_link_at_once_one_signs(clean_database: Database) -> None:
    sessions, together = Sessions(clean_database.engine), Barrier(2)
    with sessions.write() as session:
        link = link_in_state(session, LinkState.OPEN)

    def use(_: int) -> str:
        together.wait(PATIENCE)
        try:
            with sessions.write() as session:
                confirm_sign_off(session, link.secret, plan=plan_at(session), now=datetime.now(UTC))
        except Conflict as refused:
            return refused.code
        return "signed"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(use, range(2))) == ["confirmation_used", "signed"]
    with sessions.read() as reading:
        signed = select(func.count()).select_from(SubmissionEvent).where(SubmissionEvent.action == "sign_off")
        assert reading.scalar(signed) == 1
        assert list(check_ledger(reading)) == []


TAMPERED = {
    "update confirmations set used_at = used_at + interval '1 second'": "used_at",
    "update confirmations set revision = 7": "revision",
    "update confirmations set leaf_hash = '\\x00'": "leaf_hash",
    "delete from confirmations": "not there",
    "insert into confirmations select 999, '\\x00', purpose, subject, revision, leaf_hash, person, address, asked_by,"
    " created_at, expires_at, sent_at, failure, used_at, superseded_at from confirmations": "No entry",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_link_that_was_tampered_with_is_named(clean_database: Database, statement: str) -> None:
    with Sessions(clean_database.engine).write() as session:
        link_in_state(session, LinkState.USED)
    with clean_database.as_owner() as owner:
        owner.exec_driver_sql("set session_replication_role = replica")
        owner.exec_driver_sql(statement)
    with Sessions(clean_database.engine).read() as session:
        (finding,) = (found for found in check_ledger(session) if found.table == "confirmations")
    assert TAMPERED[statement] in finding.message.en


def test_one_may_ask_once_a_minute_and_no_leader_is_asked_without_end(session: WriteSession) -> None:
    appoint(session)
    plan, number = plan_at(session), post(session).id
    assert number is not None

    def ask(moment: datetime) -> None:
        request_sign_off(session, number, plan=plan, principal=CLERK, lasts=WEEK, now=moment)

    ask(NOW)
    with pytest.raises(TooMany, match="asked_just_now") as early:
        ask(NOW + PAUSE - timedelta(seconds=20))
    assert early.value.retry_after == 20
    for turn in range(1, MOST_A_DAY):
        ask(NOW + turn * PAUSE)
    with pytest.raises(TooMany, match="asked_too_often") as often:
        ask(NOW + MOST_A_DAY * PAUSE)
    assert often.value.retry_after == timedelta(days=1).total_seconds() - MOST_A_DAY * PAUSE.total_seconds()
    ask(NOW + timedelta(days=1, seconds=1))


def test_what_was_not_sent_does_not_keep_one_waiting(session: WriteSession) -> None:
    appoint(session)
    plan, number = plan_at(session), post(session).id
    assert number is not None
    link = request_sign_off(session, number, plan=plan, principal=CLERK, lasts=WEEK, now=NOW)
    mark_link_unsent(session, link, reason="SMTPServerDisconnected")
    again = request_sign_off(session, number, plan=plan, principal=CLERK, lasts=WEEK, now=NOW)
    assert again.secret != link.secret
    stored = session.execute(text("select failure from confirmations order by id")).scalars().all()
    assert stored == ["SMTPServerDisconnected", ""]
    assert link.secret not in repr(link)
    assert "li@" not in repr(link)
    for _ in range(MOST_A_DAY):
        mark_link_unsent(session, again, reason="SMTPServerDisconnected")
        again = request_sign_off(session, number, plan=plan, principal=CLERK, lasts=WEEK, now=NOW)


@pytest.mark.parametrize("shared", ["liaison", "reminders"])
def test_a_mailbox_that_others_of_the_unit_read_is_not_the_leader_s_own(session: WriteSession, shared: str) -> None:
    appoint(session)
    plan, number, addresses = plan_at(session), post(session).id, list[str]()
    assert number is not None
    if shared == "liaison":
        given = PersonGiven("liaison", "陈", "科员", "2019-03-01", email=ADDRESS.upper(), reason="任命")
        record_person(session, "441202", plan=plan, principal=REVIEWER, given=given)
    else:
        addresses.append(ADDRESS)
    with pytest.raises(Conflict, match="leader_address_shared"):
        request_sign_off(
            session, number, plan=plan, principal=CLERK, lasts=WEEK, now=datetime.now(UTC), unit_addresses=addresses
        )
