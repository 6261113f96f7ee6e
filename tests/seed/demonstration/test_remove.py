"""Removing the demonstration: a clean ledger with the plan, the real accounts kept, real submissions protected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.keep_draft import keep_draft
from metrics.commands.post_submission import post_submission
from metrics.commands.raise_finding import FindingGiven, raise_finding
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.database import Sessions, WriteSession, make_engine
from metrics.drafts import Typed
from metrics.errors import Conflict
from metrics.ledger.entry import append, next_place
from metrics.models import (
    Base,
    Figure,
    IdempotencyKey,
    LedgerEntry,
    Observation,
    Session,
    Submission,
    SubmissionEvent,
    TaskReport,
    Token,
    User,
)
from metrics.models.base import APPEND_ONLY
from metrics.plan.model import Plan
from metrics.plan.store import parts_of, plan_at
from metrics.principal import Principal
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.ledger import known_keys
from metrics.queries.principals import principal_by_token
from metrics.submissions import SubmissionRequest
from metrics.supervision.rectification import FindingSeverity
from metrics.task_reports import TaskState
from seed.demonstration.real_records import NOBODY_S, RECORD_WORDS, real_records
from seed.demonstration.remove import EMPTIED, KEPT_BY_ACCOUNT, remove_demonstration
from tests.builders import whole_values
from tests.databases import Database
from tests.metrics.queries.test_views import BUREAU, post
from tests.people import NOW, person, token
from tests.seed.demonstration.conftest import Demonstration
from tests.trust.full_ledger import one_of_everything

FINDING = FindingGiven("441202", FindingSeverity.MAJOR, "窗口只受理部分事项", "2999-12-31", target="TG-19B")
# Tables without an entry of their own, and why nobody loses anything with them.
FOLLOWING = {
    "sessions": "everybody signs in again",
    "sign_in_steps": "minutes old",
    "idempotency_keys": "answers to requests that are in the ledger",
    "refused_files": "refused, and kept for a week",
    "reminders": "of submissions that go",
    "submissions": "the standing of what is in the ledger",
    "figures": "of submissions",
    "observations": "of submissions",
    "unit_rates": "of submissions",
    "stored_formulas": "of the plan",
    "rolled_up_rates": "of submissions",
    "open_refreshes": "of everything",
    "unit_turns": "of submissions",
    "far_past": "of submissions",
    "follows": "of accounts and of what is judged; pressed again",
    "followed_turns": "of submissions",
    "ledger_cosignatures": "of the ledger",
    "witness_troubles": "of the ledger; found again",
    "ledger_keys": "of the ledger",
    "ledger_checkpoints": "of the ledger",
    "ledger_tiles": "of the ledger",
}


@pytest.fixture
def owner(rehearsal: Demonstration) -> Iterator[Engine]:
    engine = make_engine(rehearsal.database.owner_url, pool_size=1)
    yield engine
    engine.dispose()


def post_real_submission(database: Database, principal: Principal) -> None:
    with Sessions(database.engine).write() as session:
        post_submission(
            session,
            plan=plan_at(session),
            principal=principal,
            request=SubmissionRequest(unit="441202", period="2021-01", values=whole_values()),
            now=datetime(2021, 2, 2, tzinfo=UTC),
        )


def report_on_a_task(database: Database, principal: Principal) -> None:
    given = TaskReportGiven("441202", "2021-01", TaskState.IN_PROGRESS, "已开展")
    with Sessions(database.engine).write() as session:
        report_task(session, 1, principal=principal, given=given)


def real_clerk(database: Database) -> Principal:
    with Sessions(database.engine).write() as session:
        return person(session, "chen")


def count(database: Database, *tables: type[Base]) -> list[int]:
    with Sessions(database.engine).read() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_clean_ledger_with_the_plan_is_left(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    removed = remove_demonstration(owner, plan=plan, home=rehearsal.home)
    assert (removed.submissions, removed.real_submissions, removed.accounts) == (281, 0, 17)
    assert removed.real_records == 0
    emptied = (Submission, SubmissionEvent, TaskReport, Observation, Figure, IdempotencyKey, Session, User, Token)
    assert count(rehearsal.database, *emptied) == [0] * len(emptied)
    with Sessions(rehearsal.database.engine).read() as session:
        assert session.execute(select(LedgerEntry.seq, LedgerEntry.kind)).all() == [(1, "plan")]
        found = {(kind, code): content for kind, code, content in parts_of(plan_at(session))}
        assert found == {(kind, code): content for kind, code, content in parts_of(plan)}
        assert not is_demonstration_loaded(session)
    assert list(rehearsal.home.iterdir()) == []


def test_a_removal_that_dies_leaves_a_ledger_that_can_be_signed(
    rehearsal: Demonstration, owner: Engine, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it dies before the database is emptied for good or after: by a key that is not the rehearsal's."""
    sessions = Sessions(rehearsal.database.engine)
    with sessions.write() as session:
        issue_checkpoint(session)
        (before,) = known_keys(session)
    for step in ("key_file", "delete_accounts"):
        with monkeypatch.context() as patch:
            patch.setattr(f"seed.demonstration.remove.{step}", _dies)
            with pytest.raises(KeyboardInterrupt):
                remove_demonstration(owner, plan=plan, home=rehearsal.home)
        with sessions.read() as session:
            assert is_demonstration_loaded(session) is (step == "key_file")
    with sessions.write() as session:
        issue_checkpoint(session)
        (after,) = known_keys(session)
    assert after.key_id != before.key_id


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_ledger_refuses_changes_again(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    remove_demonstration(owner, plan=plan, home=rehearsal.home)
    with owner.connect() as connection:
        disabled = connection.scalars(
            text("select tgname from pg_trigger where tgname like '%\\_no\\_truncate' and tgenabled <> 'O'")
        ).all()
        guarded = connection.scalars(text("select tgname from pg_trigger where tgname like '%\\_no\\_truncate'")).all()
    assert disabled == []
    assert {f"{table}_no_truncate" for table in APPEND_ONLY} <= set(guarded)


def test_real_work_starts_at_once(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    clerk = real_clerk(rehearsal.database)
    remove_demonstration(owner, plan=plan, home=rehearsal.home)
    post_real_submission(rehearsal.database, clerk)
    with Sessions(rehearsal.database.engine).read() as session:
        assert session.execute(select(Submission.id, Submission.seq)).all() == [(1, 2)]


def test_real_accounts_and_their_tokens_stay(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    with Sessions(rehearsal.database.engine).write() as session:
        person(session, "chen")
        issued = token(session, "chen")
    remove_demonstration(owner, plan=plan, home=rehearsal.home)
    with Sessions(rehearsal.database.engine).read() as session:
        assert session.scalars(select(User.username)).all() == ["chen"]
        assert principal_by_token(session, issued.secret).username == "chen"


def test_real_submissions_are_protected(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    post_real_submission(rehearsal.database, real_clerk(rehearsal.database))
    before = count(rehearsal.database, LedgerEntry, Submission, User)
    with pytest.raises(Conflict) as refused:
        remove_demonstration(owner, plan=plan, home=rehearsal.home)
    assert refused.value.code == "real_records"
    assert "not synthetic: submissions: 1." in refused.value.message.en
    assert "非演示的记录:月报 1 条。" in refused.value.message.zh
    assert count(rehearsal.database, LedgerEntry, Submission, User) == before
    assert (rehearsal.home / "demo-accounts.json").exists()


def test_whatever_people_record_counts_and_has_words(session: WriteSession) -> None:
    """One of everything that can be recorded; and an entry of a kind that nobody knows yet."""
    assert real_records(session) == {}
    for unit in ("441202", "441203"):
        post(session, unit)
    one_of_everything(session)
    kinds = set(session.scalars(select(LedgerEntry.kind).distinct())) - set(NOBODY_S)
    found = real_records(session)
    assert set(found) == kinds
    assert kinds <= RECORD_WORDS.keys()
    assert {"self_assessment", "inspection_finding", "rectification", "bulletin", "material", "slip"} <= kinds
    append(session, kind="later", place=next_place(session), content={})
    append(session, kind="later", place=next_place(session), content={"synthetic": True})
    assert real_records(session) == found | {"later": 1}


def test_what_is_no_submission_is_protected_too(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    report_on_a_task(rehearsal.database, real_clerk(rehearsal.database))
    with Sessions(rehearsal.database.engine).write() as session:
        raise_finding(session, "PH2", principal=BUREAU, given=FINDING)
    with pytest.raises(Conflict) as refused:
        remove_demonstration(owner, plan=plan, home=rehearsal.home)
    assert "not synthetic: task reports: 1, findings: 1." in refused.value.message.en
    removed = remove_demonstration(owner, plan=plan, home=rehearsal.home, with_real_submissions=True)
    assert (removed.real_submissions, removed.real_records) == (0, 2)


def test_drafts_and_layouts_of_people_count(session: WriteSession) -> None:
    for name, demonstration in (("demo-clerk", True), ("chen", False)):
        clerk = person(session, name, demonstration=demonstration)
        month, typed = date(2021, 1, 1), Typed({})
        keep_draft(session, principal=clerk, unit="441202", period=month, typed=typed, editor=name, seen=0, now=NOW)
        assert real_records(session) == ({} if demonstration else {"drafts": 1})
        session.execute(text("delete from drafts"))


def test_real_submissions_go_when_that_is_asked_for(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    post_real_submission(rehearsal.database, real_clerk(rehearsal.database))
    removed = remove_demonstration(owner, plan=plan, home=rehearsal.home, with_real_submissions=True)
    assert (removed.submissions, removed.real_submissions) == (282, 1)
    assert count(rehearsal.database, LedgerEntry, Submission, User) == [1, 0, 1]


def test_a_database_without_the_demonstration_is_never_emptied(
    clean_database: Database, tmp_path: Path, plan: Plan
) -> None:
    post_real_submission(clean_database, real_clerk(clean_database))
    left = tmp_path / "demo-accounts.json"
    left.write_text("[]")  # of a removal that was killed before its last act
    engine = make_engine(clean_database.owner_url, pool_size=1)
    with pytest.raises(Conflict) as refused:
        remove_demonstration(engine, plan=plan, home=tmp_path, with_real_submissions=True)
    engine.dispose()
    assert refused.value.code == "demonstration_missing"
    assert count(clean_database, Submission) == [1]
    assert not left.exists()


def test_a_busy_database_is_not_waited_for_without_end(
    rehearsal: Demonstration, owner: Engine, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seed.demonstration.remove.LOCK_TIMEOUT", "50ms")
    with Sessions(rehearsal.database.engine).read() as session:
        session.scalar(select(func.count()).select_from(Submission))
        with pytest.raises(Conflict) as refused:
            remove_demonstration(owner, plan=plan, home=rehearsal.home)
    assert refused.value.code == "database_busy"
    assert count(rehearsal.database, Submission) == [281]


def test_every_table_is_known_to_the_removal() -> None:
    """A new table has to be thought about: emptied with the demonstration, or kept."""
    kept = {"users", "sign_in_failures", "audit", "locks", *KEPT_BY_ACCOUNT}
    assert set(Base.metadata.tables) == kept | set(EMPTIED)


def test_what_is_emptied_is_protected_by_the_ledger_or_nobody_s_work() -> None:
    """A new table has an entry of the ledger for each row, or follows from such rows, or it is counted by itself."""
    protected = {"ledger_entries"}
    while True:
        more = {
            name
            for name in EMPTIED
            if {key.column.table.name for key in Base.metadata.tables[name].foreign_keys} & protected
        }
        if more <= protected:
            break
        protected |= more
    counted = {"drafts", "confirmed_layouts"}
    assert counted <= RECORD_WORDS.keys()
    assert set(EMPTIED) == protected | counted | FOLLOWING.keys()
