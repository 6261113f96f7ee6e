"""Submissions that are recorded together with COMMIT: all of one or nothing, and nothing that was over by then."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError

from metrics.audit_acts import AuditAction, AuditChannel
from metrics.authority import SYSTEM
from metrics.commands import post_once as command
from metrics.commands.lock_period import lock_period
from metrics.commands.post_once import PostedOnce, post_once
from metrics.commands.record_audit import record_change
from metrics.commands.revise_target import create_target
from metrics.database import Sessions, WriteSession, beside_every_change, make_engine, use_sessions
from metrics.errors import Conflict, Invalid, Unavailable
from metrics.ledger.entry import canonical
from metrics.ledger.memory import memory_file
from metrics.periods import parse_period
from metrics.plan.store import plan_at
from metrics.present_act import Acting, Actor, under_way
from metrics.principal import Principal, Role
from metrics.settings import settings
from metrics.submissions import SubmissionRequest
from tests.builders import UNIT, whole_values
from tests.clock import Clock, turned
from tests.databases import Database
from tests.faults import AFTER, BEFORE, COMMIT, FaultError, contents, fault
from tests.metrics.commands.test_lock_period_together import until_somebody_waits
from tests.metrics.commands.test_revise_target import new_target
from tests.people import person
from tests.serving import PATIENCE

BUREAU = Principal(2, "bureau", "局", Role.REVIEWER)
EVALUATOR = Principal(3, "han", "评估", Role.EVALUATOR)


@pytest.fixture
def sessions(clean_database: Database) -> Iterator[Sessions]:
    engine = make_engine(clean_database.url, pool_size=4)
    with use_sessions(Sessions(engine)) as _, beside_every_change(record_change):
        yield Sessions(engine)
    engine.dispose()


@pytest.fixture
def chen(sessions: Sessions) -> Principal:
    with sessions.write() as session:
        return person(session, role=Role.REVIEWER)


def send(chen: Principal, period: str = "2019-09", **changes: Any) -> PostedOnce:
    """As the route does, with a key of the period's."""
    request = SubmissionRequest(UNIT, period, whole_values(**changes), reason="更正")
    acting = Acting(AuditChannel.API, "10.0.0.1", actor=Actor("chen"), action=AuditAction.POST_SUBMISSION)
    with under_way(acting):
        return post_once(SYSTEM, principal=chen, key=period, asked={}, request=request, if_match=None)


def newest(sessions: Sessions, columns: str, table: str, order: str = "seq") -> Any:
    with sessions.read() as session:
        return session.execute(text(f"select {columns} from {table} order by {order} desc limit 1")).one()


@pytest.mark.parametrize("moment", [BEFORE, AFTER, COMMIT])
def test_a_fault_at_any_statement_leaves_nothing(sessions: Sessions, chen: Principal, moment: str) -> None:
    before, place = contents(sessions), 0
    while True:
        place += 1
        with fault(sessions.engine, moment, place) as strike, suppress(FaultError):
            send(chen)
        if strike.count < place:
            break
        assert contents(sessions) == before, f"{moment} {place}"
    assert place > (1 if moment == COMMIT else 12)
    assert contents(sessions) != before
    assert send(chen).replayed


def test_what_the_database_refuses_at_the_end_leaves_nothing(sessions: Sessions, chen: Principal) -> None:
    """Each statement that is asked ahead, or sent together with COMMIT, is refused by the database in its turn."""
    before, place = contents(sessions), 0
    while True:
        place += 1
        count = 0

        def wrong(_c: Any, _r: Any, statement: str, values: Any, context: Any, _m: bool) -> tuple[str, Any]:
            nonlocal count
            count += context is None  # of what SQLAlchemy does not send itself
            return ("select 1 / 0", None) if context is None and count == place else (statement, values)  # noqa: B023

        event.listen(sessions.engine, "before_cursor_execute", wrong, retval=True)
        with suppress(DBAPIError):
            send(chen)
        event.remove(sessions.engine, "before_cursor_execute", wrong)
        if count < place:
            break
        assert contents(sessions) == before, place
    ahead = 9  # who acts, the key's lock and answer, the plan, the month, the submission twice, figures, the ledger
    assert place == ahead + 4 + 1  # the ledger's lock, the event, the key's answer, the audit
    assert send(chen).replayed


@pytest.mark.parametrize("microsecond", [0, 120_000])
def test_the_database_writes_the_leaf_as_the_service_does(
    sessions: Sessions, chen: Principal, microsecond: int
) -> None:
    moment = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=microsecond)
    with turned(Clock(moment), sessions.engine):
        posted = send(chen).posted
        noted = newest(sessions, "subject", "audit", "id")
        again = send(chen)
    entry = newest(sessions, "seq, kind, recorded_at, leaf, leaf_hash", "ledger_entries")
    said = json.loads(entry.leaf)
    assert entry.leaf == canonical(said).decode()
    assert (said["seq"], said["kind"], said["recorded_at"]) == (entry.seq, "submission", moment.isoformat())
    assert entry.recorded_at == moment == posted.recorded_at
    assert entry.leaf_hash == hashlib.sha256(b"\x00" + entry.leaf.encode()).digest()
    assert (posted.seq, posted.leaf_hash) == (entry.seq, entry.leaf_hash.hex())
    assert (again.posted, again.replayed) == (posted, True)
    assert noted.subject == f"seq={entry.seq}"


def lock_the_month(session: WriteSession) -> None:
    period = parse_period("2019-09")
    assert period is not None
    lock_period(session, period, plan=plan_at(session), principal=BUREAU)


def change_the_plan(session: WriteSession) -> None:
    create_target(session, principal=EVALUATOR, body=new_target())


@pytest.mark.parametrize("change", [lock_the_month, change_the_plan])
def test_what_was_over_when_the_ledger_was_held_is_worked_out_anew(
    sessions: Sessions, chen: Principal, change: Callable[[WriteSession], None]
) -> None:
    """The change is committed after the submission was checked, and before it takes its place in the ledger."""
    answered: list[PostedOnce | Conflict] = []

    def late() -> None:
        with use_sessions(sessions):
            try:
                answered.append(send(chen))
            except Conflict as refused:
                answered.append(refused)

    with sessions.write() as session:
        change(session)  # holds the ledger
        posting = threading.Thread(target=late)
        posting.start()
        until_somebody_waits(sessions)
    posting.join(PATIENCE)
    (found,) = answered
    if change is lock_the_month:
        assert isinstance(found, Conflict)
        assert found.code == "period_locked"
    else:
        assert isinstance(found, PostedOnce)
        plan, rated = newest(sessions, "seq", "plan_records"), newest(sessions, "formulas", "unit_rates")
        assert found.posted.seq == plan.seq + 1
        assert rated.formulas == newest(sessions, "number", "stored_formulas").number
    with sessions.read() as reading:
        assert reading.scalar(text("select count(*) from submission_events")) == (change is change_the_plan)


def test_a_day_that_ended_meanwhile_is_not_answered_for(
    sessions: Sessions, chen: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, tried = datetime.now(UTC) - timedelta(seconds=1), []

    def ended(*_: object, **__: object) -> datetime:
        tried.append(over)
        return over

    monkeypatch.setattr(command, "day_end", ended)
    posted = send(chen).posted
    assert tried == [over]
    assert newest(sessions, "seq", "ledger_entries").seq == posted.seq
    assert send(chen).posted == posted


def test_what_every_post_asks_is_planned_once_and_finds_its_rows_by_indexes(clean_database: Database) -> None:
    """Also on a connection that was there before the first row was, whose plans nothing has made the database renew."""
    service = make_url(clean_database.url)  # past any pooler, behind which nothing is prepared
    past = make_url(clean_database.owner_url).set(username=service.username, password=service.password)
    engine = make_engine(past.render_as_string(hide_password=False), pool_size=1)
    with use_sessions(Sessions(engine)) as _, beside_every_change(record_change):
        with Sessions(engine).write() as session:
            chen = person(session, role=Role.REVIEWER)
        for month in range(1, 9):  # the driver prepares what it was given five times
            send(chen, f"2020-{month:02}")
        with Sessions(engine).write(SYSTEM, said=command._PLANNED_ONCE) as session:
            known = session.execute(text("select name, statement, custom_plans from pg_prepared_statements")).all()
            of_figures = [one for one in known if "from figures" in one.statement]
            recorded = [one for one in known if "insert into ledger_entries" in one.statement]
            assert (len(of_figures), len(recorded)) == (1, 1)
            assert [one.custom_plans for one in (of_figures[0], recorded[0])] == [0, 0]
            plan = session.execute(text(f"explain execute {of_figures[0].name} ({', '.join(['null'] * 7)})"))
            assert "Seq Scan" not in "\n".join(plan.scalars())
    engine.dispose()


def test_what_a_post_asks_was_asked_as_it_began(sessions: Sessions, chen: Principal) -> None:
    """First submissions and one that corrects: nothing is asked on the way but what goes along with COMMIT."""
    send(chen, "2019-08")  # this process is told of the plan by the first
    asked: list[str] = []

    def note(_c: Any, _r: Any, statement: str, _v: Any, context: Any, _m: bool) -> None:
        if context is not None:  # sent by SQLAlchemy, and waited for
            asked.append(statement)

    event.listen(sessions.engine, "before_cursor_execute", note)
    posted = [send(chen, period).posted for period in ("2019-09", "2019-10")]
    request = SubmissionRequest(UNIT, "2019-10", whole_values(items_online=851), reason="更正")
    again = post_once(SYSTEM, principal=chen, key="again", asked={}, request=request, if_match=posted[-1].etag)
    assert [one.revision for one in (*posted, again.posted)] == [1, 1, 2]
    assert asked == []


@pytest.mark.parametrize("other", ["another plan", "none"])
def test_a_post_that_expected_another_plan_is_recorded_by_the_present_one(
    sessions: Sessions, chen: Principal, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    send(chen, "2019-08")
    with sessions.read() as session:
        present = plan_at(session)
    changed = present.model_copy(update={"elements": present.elements[:-1], "checks": (), "blocks": ()})
    monkeypatch.setattr(command, "probable_plan", lambda _: changed if other == "another plan" else None)
    posted = send(chen).posted
    assert (posted.revision, posted.changed) == (1, len(whole_values()))
    assert json.loads(newest(sessions, "leaf", "ledger_entries").leaf)["values"].keys() == whole_values().keys()


@pytest.mark.parametrize("broken", [b"{", b""])
def test_what_the_signer_remembers_is_asked_of_nobody_who_was_answered_or_is_refused_anyway(
    chen: Principal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes
) -> None:
    """While it cannot be read nothing new is taken; who asks again whether theirs was, is told."""
    posted = send(chen, "2019-08").posted
    monkeypatch.setenv("BIAOCHI_LEDGER_MEMORY", str(tmp_path / "memory"))
    settings.cache_clear()
    memory_file().write_bytes(broken)
    assert send(chen, "2019-08") == PostedOnce(posted, replayed=True)
    with pytest.raises(Invalid):
        send(chen, items_online=100_000)
    with pytest.raises(Unavailable, match="ledger_memory_unreadable"):
        send(chen)


def test_what_is_refused_leaves_nothing_of_what_was_made_ahead(sessions: Sessions, chen: Principal) -> None:
    """The submission is made before it is looked at, where it was expected to be sound."""
    send(chen, "2019-08")
    before = contents(sessions)
    with pytest.raises(Invalid):
        send(chen, items_online=100_000)  # more than there are
    assert contents(sessions) == before
    assert send(chen).posted.revision == 1
