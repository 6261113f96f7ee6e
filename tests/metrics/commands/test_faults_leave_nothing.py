"""Faults at every point of every act: all of it or nothing.

Real commits, a database of its own for each test. A fault comes before one statement and after the next; MATRIX=whole
has both at each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest
from sqlalchemy import select, text

from metrics.commands.idempotency_keys import once
from metrics.commands.lock_period import lock_period
from metrics.commands.post_file import post_file_once
from metrics.commands.posted_file import FileRequest
from metrics.commands.record_person import PersonGiven, record_person
from metrics.commands.revise_target import create_target
from metrics.commands.sign_off_submission import OnPaper, sign_off_submission
from metrics.commands.verify_submission import verify_submission
from metrics.database import Sessions, WriteSession
from metrics.intake.file_reading import FileReading
from metrics.intake.reading import read_file
from metrics.models import Submission
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.value_types import as_json_object
from tests.builders import PERIOD, UNIT
from tests.faults import AFTER, BEFORE, COMMIT, FaultError, contents, fault
from tests.matrices import WHOLE
from tests.metrics.commands.test_revise_target import new_target
from tests.metrics.commands.test_submissions_together import BUREAU, post, sessions
from tests.people import person
from tests.posting import confirming
from tests.workbooks import city_plan, csv_bytes, wide_rows

__all__ = ["sessions"]  # the fixture


def first_submission(session: WriteSession) -> object:
    return post(session, period="2019-10")


def revised_submission(session: WriteSession) -> object:
    row = session.execute(select(Submission.id, Submission.revision, Submission.seq)).first()
    assert row is not None
    return post(session, if_match=f'"s{row.id}-r{row.revision}-{row.seq}"', items_instant=351)


def submission_with_a_key(session: WriteSession) -> object:
    user = session.execute(text("select id from users")).scalar_one()
    somebody = Principal(user, "chen", "陈", Role.REVIEWER)
    return once(
        session, principal=somebody, key="k", asked={}, do=lambda: as_json_object(post(session, period="2019-10"))
    )


@cache
def file_of_two() -> FileReading:
    """A revision of what is there, and a first submission."""
    rows = wide_rows([UNIT, "441203"], items_instant=351)
    return read_file("九月.csv", csv_bytes(rows), city_plan())


def posted_file(session: WriteSession) -> object:
    user = session.execute(text("select id from users")).scalar_one()
    row = session.execute(select(Submission.id, Submission.revision, Submission.seq)).first()
    assert row is not None
    plan = plan_at(session)
    request = FileRequest("更正", versions={f"{UNIT}/{PERIOD}": f'"s{row.id}-r{row.revision}-{row.seq}"'})
    return post_file_once(
        session,
        plan=plan,
        principal=Principal(user, "chen", "陈", Role.REVIEWER),
        reading=file_of_two(),
        request=confirming(file_of_two(), plan, request),
        key="k",
    )


def verification(session: WriteSession) -> object:
    submission = session.scalar(select(Submission.id))
    assert submission is not None
    return verify_submission(session, principal=BUREAU, submission_id=submission)


def created_target(session: WriteSession) -> object:
    return create_target(session, principal=Principal(3, "han", "评估", Role.EVALUATOR), body=new_target())


def locked_period(session: WriteSession) -> object:
    return lock_period(session, date(2019, 9, 1), plan=plan_at(session), principal=BUREAU)


def recorded_person(session: WriteSession) -> object:
    person = PersonGiven("liaison", "王芳", "科长", "2019-03-01", phone="0758-2220000")
    return record_person(session, UNIT, plan=plan_at(session), principal=BUREAU, given=person)


def signed_submission(session: WriteSession) -> object:
    submission = session.scalar(select(Submission.id))
    assert submission is not None
    return sign_off_submission(session, submission, plan=plan_at(session), principal=BUREAU, on_paper=OnPaper("李明"))


ACTS = (
    first_submission,
    revised_submission,
    submission_with_a_key,
    posted_file,
    verification,
    created_target,
    locked_period,
    recorded_person,
    signed_submission,
)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("moment", ["statement", *((BEFORE, AFTER) if WHOLE else ()), COMMIT])
def test_a_fault_at_any_statement_leaves_nothing(
    sessions: Sessions, act: Callable[[WriteSession], object], moment: str
) -> None:
    with sessions.write() as session:
        person(session, role=Role.REVIEWER)
        post(session)
        leader = PersonGiven("leader", "李明", "副区长", "2019-03-01")
        record_person(session, UNIT, plan=plan_at(session), principal=BUREAU, given=leader)
    before = contents(sessions)
    place = 0
    while True:
        place += 1
        around = (BEFORE, AFTER)[place % 2] if moment == "statement" else moment
        try:
            with fault(sessions.engine, around, place), sessions.write() as session:
                act(session)
        except FaultError:
            assert contents(sessions) == before, f"{around} {place}"
            continue
        break
    assert place > (1 if moment == COMMIT else 4)
    assert contents(sessions) != before
