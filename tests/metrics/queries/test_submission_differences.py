"""Differences between revisions, held against an oracle that replays the events one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import NotFound
from metrics.plan.store import plan_at
from metrics.queries.submission_differences import (
    Against,
    SubmissionDifferences,
    last_verification,
    submission_differences,
)
from metrics.queries.submissions import submission_history
from metrics.submission_states import Action
from tests.builders import whole_values
from tests.posting import CLERK, REVIEWER, post


def differences(session: WriteSession, submission_id: int, against: Against | int) -> SubmissionDifferences:
    return submission_differences(session, submission_id, plan=plan_at(session), principal=REVIEWER, against=against)


def revise(session: WriteSession, submission_id: int | None = None, **changes: int) -> int:
    """Post a submission or a revision of it; answers its id."""
    if submission_id is None:
        first = post(session, changes=changes)
        assert first.id is not None
        return first.id
    again = post(session, changes=changes, reason="更正", if_match=_etag(session, submission_id))
    assert again.id == submission_id
    return submission_id


def _etag(session: WriteSession, submission_id: int) -> str:
    from metrics.queries.submissions import submission

    return submission(session, submission_id, plan=plan_at(session), principal=REVIEWER).summary.etag


def step(session: WriteSession, submission_id: int, action: str) -> None:
    verify_submission(session, principal=REVIEWER, submission_id=submission_id, action=Action(action), reason="核对")


def replayed(session: WriteSession, submission_id: int, *, revision: int) -> dict[str, Decimal]:
    """The whole of one revision, by replaying every change up to it."""
    values: dict[str, Decimal] = {}
    for event in submission_history(session, submission_id, plan=plan_at(session), principal=REVIEWER):
        if event.action == "submit" and event.revision <= revision:
            values |= {change["element"]: Decimal(change["after"]) for change in event.detail["changed"]}
    return values


@given(courses=st.lists(st.tuples(st.integers(800, 804), st.integers(700, 702)), min_size=1, max_size=5))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
def test_every_revision_is_held_together_as_the_events_replay_it(
    session: WriteSession, courses: list[tuple[int, int]]
) -> None:
    savepoint = session.begin_nested()
    found, revision, before = 0, 0, None
    for online, window in courses:
        if (online, window) != before:
            found = revise(session, found or None, items_online=online, items_one_window=window)
            revision, before = revision + 1, (online, window)
    now = replayed(session, found, revision=revision)
    for earlier in range(1, revision):
        then = replayed(session, found, revision=earlier)
        held = differences(session, found, earlier)
        assert held.base is not None
        assert held.base.revision == earlier
        assert {f.element: (f.now, f.before) for f in held.figures} == {code: (now[code], then[code]) for code in now}
        assert {f.element for f in held.differing} == {code for code in now if now[code] != then[code]}
    previous = differences(session, found, Against.PREVIOUS)
    assert previous.base is None if revision == 1 else previous.base == differences(session, found, revision - 1).base
    savepoint.rollback()


def test_a_change_is_signed_and_rows_follow_the_form(session: WriteSession) -> None:
    found = revise(session)
    revise(session, found, items_online=840, items_one_window=730)
    held = differences(session, found, Against.PREVIOUS)
    assert [(f.element, f.before, f.now, f.change) for f in held.differing] == [
        ("items_online", Decimal(850), Decimal(840), Decimal(-10)),
        ("items_one_window", Decimal(720), Decimal(730), Decimal(10)),
    ]
    assert [f.element for f in held.figures] == [element.code for element in plan_at(session).elements]


def test_last_month_is_the_units_own_submission_as_it_stands(session: WriteSession) -> None:
    found = revise(session)
    assert differences(session, found, Against.LAST_MONTH).base is None
    august = post(session, period="2019-08", changes={"items_online": 800})
    assert august.id is not None
    held = differences(session, found, Against.LAST_MONTH)
    assert held.base is not None
    assert (held.base.submission_id, held.base.revision) == (august.id, 1)
    assert [(f.element, f.change) for f in held.differing] == [("items_online", Decimal(50))]


def test_without_a_base_nothing_has_a_value_before(session: WriteSession) -> None:
    found = revise(session)
    for against in (Against.PREVIOUS, Against.VERIFIED, Against.LAST_MONTH, 0, 7, -1):
        held = differences(session, found, against)
        assert held.base is None
        assert {f.before for f in held.figures} == {None}
        assert len(held.figures) == len(whole_values())


def test_what_was_verified_stays_to_be_compared(session: WriteSession) -> None:
    found = revise(session)
    step(session, found, "verify")
    verified = differences(session, found, Against.VERIFIED)
    assert verified.base is not None
    assert verified.differing == ()
    revise(session, found, items_online=840)
    revise(session, found, items_online=841)
    held = differences(session, found, Against.VERIFIED)
    assert held.base is not None
    assert held.base.revision == 1
    assert [(f.element, f.change) for f in held.differing] == [("items_online", Decimal(-9))]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), None),
        (("verify",), (1, None, False)),
        (("verify", "revise"), (1, "submit", True)),
        (("verify", "reopen"), (1, "reopen", False)),
        (("verify", "return", "revise"), (1, "return", False)),
        (("verify", "revise", "verify"), (2, None, False)),
        (("verify", "revise", "verify", "revise", "return"), (2, "submit", True)),
        (("revise", "return"), None),
    ],
)
def test_the_newest_verification_and_what_ended_it(
    session: WriteSession, steps: tuple[str, ...], expected: tuple[int, str | None, bool] | None
) -> None:
    found, online = revise(session), 840
    for each in steps:
        if each == "revise":
            revise(session, found, items_online=online)
            online += 1
        else:
            step(session, found, each)
    told = last_verification(submission_history(session, found, plan=plan_at(session), principal=REVIEWER))
    if expected is None:
        assert told is None
        return
    assert told is not None
    undone = None if told.undone is None else told.undone.action
    assert (told.verified.revision, undone, told.voided) == expected
    assert told.stands is (undone is None)


def test_another_units_submission_does_not_exist_to_a_clerk(session: WriteSession) -> None:
    other = post(session, principal=REVIEWER, unit="441203")
    assert other.id is not None
    with pytest.raises(NotFound):
        submission_differences(session, other.id, plan=plan_at(session), principal=CLERK, against=Against.PREVIOUS)
