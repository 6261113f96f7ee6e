"""Removing the demonstration: a clean ledger with the plan, the real accounts kept, real submissions protected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from metrics.commands.post_submission import post_submission
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.database import Sessions, make_engine
from metrics.errors import Conflict
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
from metrics.queries.principals import principal_by_token
from metrics.submissions import SubmissionRequest
from metrics.task_reports import TaskState
from seed.demonstration.remove import EMPTIED, KEPT_BY_ACCOUNT, remove_demonstration
from tests.builders import whole_values
from tests.databases import Database
from tests.people import person, token
from tests.seed.demonstration.conftest import Demonstration


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
    emptied = (Submission, SubmissionEvent, TaskReport, Observation, Figure, IdempotencyKey, Session, User, Token)
    assert count(rehearsal.database, *emptied) == [0] * len(emptied)
    with Sessions(rehearsal.database.engine).read() as session:
        assert session.execute(select(LedgerEntry.seq, LedgerEntry.kind)).all() == [(1, "plan")]
        found = {(kind, code): content for kind, code, content in parts_of(plan_at(session))}
        assert found == {(kind, code): content for kind, code, content in parts_of(plan)}
        assert not is_demonstration_loaded(session)
    assert list(rehearsal.home.iterdir()) == []


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
    assert refused.value.code == "real_submissions"
    assert "1 submissions" in refused.value.message.en
    assert "1 份" in refused.value.message.zh
    assert count(rehearsal.database, LedgerEntry, Submission, User) == before
    assert (rehearsal.home / "demo-accounts.json").exists()


def test_real_task_reports_are_protected_too(rehearsal: Demonstration, owner: Engine, plan: Plan) -> None:
    report_on_a_task(rehearsal.database, real_clerk(rehearsal.database))
    with pytest.raises(Conflict) as refused:
        remove_demonstration(owner, plan=plan, home=rehearsal.home)
    assert "0 submissions and 1 task reports" in refused.value.message.en


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
    kept = {"users", "sign_in_failures", "audit", *KEPT_BY_ACCOUNT}
    assert set(Base.metadata.tables) == kept | set(EMPTIED)
