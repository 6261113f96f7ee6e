"""Verdicts that corrections turned, held against the slow way: every verdict just before and after every correction."""

from __future__ import annotations

import random
from datetime import date

from sqlalchemy import select

from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import Submission, SubmissionEvent
from metrics.periods import JudgedMonth
from metrics.queries.changes import changes_between, changes_since, view_since
from metrics.queries.corrected_rates import corrected_rates, turned_by
from metrics.queries.flips import flips_of_corrections
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.turned_statuses import Cause, ChangeKind
from metrics.queries.view import View, view_at
from metrics.results import Basis
from metrics.submission_states import Action
from tests.metrics.queries.test_views import BUREAU, post

UNITS = ["441202", "441203", "441204"]
AUGUST, SEPTEMBER = (JudgedMonth.of(date(2019, month, 1)) for month in (8, 9))
Flip = tuple[int | None, str | None, str | None, str | None, str | None]


def corrected_at_random(session: WriteSession, seed: int) -> None:
    """Two months of three units, and corrections of either that cross 70 % or do not, with others' figures between."""
    draw = random.Random(seed)
    for unit in UNITS:
        post(session, unit, "2019-08", items_online=draw.randint(640, 710))
    for _ in range(10):
        month = draw.choice(["2019-08", "2019-09", "2019-09"])
        figures = {"items_online": draw.randint(680, 720), "startup_days": str(draw.randint(30, 50))}
        post(session, draw.choice(UNITS), month, reason="更正", **figures)


def statuses(session: WriteSession, seq: int) -> dict[tuple[str, str], str]:
    judged = progress_by_unit(session, view_at(session, as_of=seq), month=SEPTEMBER, whole_courses=True)
    return {(one.unit_code, one.target_code): one.status.value for one in judged.progress}


def one_by_one(session: WriteSession) -> set[Flip]:
    """Every verdict of every unit just before and just after each correction of September."""
    corrections = session.scalars(
        select(SubmissionEvent.seq)
        .join(Submission, Submission.id == SubmissionEvent.submission_id)
        .where(
            Submission.period == SEPTEMBER.period,
            SubmissionEvent.action == Action.SUBMIT,
            SubmissionEvent.revision > 1,
        )
    ).all()
    found: set[Flip] = set()
    for seq in corrections:
        before, after = statuses(session, seq - 1), statuses(session, seq)
        found |= {(seq, *key, before[key], after[key]) for key in after if key in before and before[key] != after[key]}
    return found


def told(view: View, session: WriteSession, since: int = 0) -> set[Flip]:
    flips = flips_of_corrections(session, view, SEPTEMBER, since=since)
    return {(one.seq, one.unit, one.target, one.before, one.after) for one in flips.changes}


def test_every_verdict_that_a_correction_turned_is_there_and_no_other(session: WriteSession) -> None:
    corrected_at_random(session, 5)
    found = told(view_at(session), session)
    assert found == one_by_one(session)
    assert len(found) > 2
    assert "441200" in {unit for _seq, unit, *_more in found}


def test_pages_of_one_unit_and_what_changed_say_the_same(session: WriteSession) -> None:
    corrected_at_random(session, 5)
    view = view_at(session)
    rates = corrected_rates(
        session,
        view,
        units=UNITS,
        indicators=view.plan.indicator_by_code,
        first=SEPTEMBER.period,
        last=SEPTEMBER.period,
    )
    by_unit = {
        (one.seq, one.unit_code, target, turned.before.value, turned.after.value)
        for one in rates
        for target, turned in turned_by(session, view, one, targets=view.plan.target_revisions).items()
    }
    assert by_unit == {flip for flip in told(view, session) if flip[1] in UNITS}
    assert by_unit
    for found in (
        changes_between(session, view, AUGUST, SEPTEMBER),
        changes_since(session, view, view_since(session, view, newest_seq(session) - 6), SEPTEMBER),
    ):
        rows = {(one.seq, one.unit, one.target, one.before, one.after) for one in found.of(ChangeKind.FLIP)}
        assert rows == told(view, session, since=found.since or 0)
        by_correction = {
            (one.seq, one.unit, one.target) for one in found.of(ChangeKind.STATUS) if one.cause is Cause.CORRECTION
        }
        assert by_correction <= {row[:3] for row in rows}


def test_a_correction_that_turned_nothing_is_not_said_to_have(session: WriteSession) -> None:
    post(session, UNITS[0], "2019-08", items_online=690)
    since = newest_seq(session)
    post(session, UNITS[0], "2019-09", items_online=690)
    first = newest_seq(session)
    post(session, UNITS[0], "2019-09", reason="更正", items_online=691)
    view = view_at(session)
    found = changes_since(session, view, view_since(session, view, since), SEPTEMBER)
    assert found.flips.corrections == 1
    assert found.of(ChangeKind.FLIP) == ()
    (status,) = (one for one in found.of(ChangeKind.STATUS) if (one.unit, one.target) == (UNITS[0], "TG-05A"))
    assert (status.cause, status.seq) == (Cause.SUBMISSION, first)


def test_between_two_months_a_status_that_a_correction_turned_is_its_doing_and_its_alone(session: WriteSession) -> None:
    for month in ("2019-08", "2019-09"):
        post(session, UNITS[0], month, items_online=900)
        post(session, UNITS[1], month, items_online=900)
    post(session, UNITS[2], "2019-08", items_online=900)
    post(session, UNITS[2], "2019-09", items_online=500)
    sent = newest_seq(session)
    post(session, UNITS[0], "2019-09", reason="漏数", items_online=500)
    post(session, UNITS[2], "2019-09", reason="核对", items_online=501)
    found = {
        (one.unit, one.target): one
        for one in changes_between(session, view_at(session), AUGUST, SEPTEMBER).of(ChangeKind.STATUS)
    }
    turned, never = found[UNITS[0], "TG-05A"], found[UNITS[2], "TG-05A"]
    assert (turned.cause, turned.seq, turned.reason) == (Cause.CORRECTION, sent + 1, "漏数")
    assert (never.cause, never.seq) == (Cause.MONTH, sent)
    assert (UNITS[1], "TG-05A") not in found


def test_of_many_corrections_the_newest_are_held_against_verdicts_and_the_others_counted(session: WriteSession) -> None:
    post(session, UNITS[0], "2019-08", items_online=690)
    for online in (690, 710, 690, 710):
        post(session, UNITS[0], "2019-09", reason="更正", items_online=online)
    view = view_at(session)
    every, newest = (flips_of_corrections(session, view, SEPTEMBER, most=most) for most in (None, 1))
    assert (every.held, every.corrections, newest.held, newest.corrections) == (3, 3, 1, 3)
    own = [one.after for one in every.changes if (one.unit, one.target) == (UNITS[0], "TG-05A")]
    assert own == ["met", "behind", "met"] or own == ["met", "overdue", "met"]
    assert set(newest.changes) < set(every.changes)


def test_corrections_of_what_the_targets_asked_for_do_not_measure_take_no_place_among_the_newest(
    session: WriteSession,
) -> None:
    post(session, UNITS[0], "2019-09", items_online=690)
    post(session, UNITS[0], "2019-09", reason="更正", items_online=900)
    for windows in (300, 301, 302):
        post(session, UNITS[0], "2019-09", reason="更正", items_online=900, items_one_window=windows)
    view = view_at(session)
    flips = flips_of_corrections(session, view, SEPTEMBER, targets=["TG-05A"], most=1)
    assert (flips.held, flips.corrections) == (1, 1)
    assert {(one.unit, one.target) for one in flips.changes} >= {(UNITS[0], "TG-05A")}
    assert flips_of_corrections(session, view, SEPTEMBER).corrections > 1


def test_on_the_basis_verified_a_correction_turns_a_verdict_when_it_is_verified(session: WriteSession) -> None:
    for online in (690, 710):
        post(session, UNITS[0], "2019-09", reason="更正", items_online=online)
        standing = find_version(session, unit=UNITS[0], period=SEPTEMBER.period)
        assert standing is not None
        assert flips_of_corrections(session, view_at(session, basis=Basis.VERIFIED), SEPTEMBER).changes == ()
        verify_submission(session, principal=BUREAU, submission_id=standing.id)
        session.flush()
    seq = newest_seq(session)
    flips = flips_of_corrections(session, view_at(session, basis=Basis.VERIFIED), SEPTEMBER).changes
    assert {(one.seq, one.unit) for one in flips if one.target == "TG-05A"} == {(seq, UNITS[0]), (seq, "441200")}
