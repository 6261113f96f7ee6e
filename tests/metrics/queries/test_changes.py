"""What changed, held against the slow way: every verdict and every count read one by one at both moments."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from metrics.commands.replaced_targets import withdrawal
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth
from metrics.plan.store import plan_at
from metrics.queries.changes import changes_between, changes_since, view_since
from metrics.queries.observations import Chosen, observations
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.turned_statuses import Cause, ChangeKind, OneChange, TurnedWay
from metrics.queries.view import View, view_at
from metrics.results import Basis
from tests.beginnings import beginning
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post

DUANZHOU, DINGHU, CITY = "441202", "441203", "441200"
AUGUST, SEPTEMBER = (JudgedMonth.of(date(2019, month, 1)) for month in (8, 9))


@beginning
def since(session: WriteSession) -> int:
    """August of both, September of one; after it September of the other, a correction that turns 70 %, and a target."""
    post(session, DUANZHOU, "2019-08", items_online=690)
    post(session, DINGHU, "2019-08", items_online=720)
    post(session, DUANZHOU, "2019-09", items_online=710)
    place = newest_seq(session)
    post(session, DINGHU, "2019-09", items_online=650)
    post(session, DUANZHOU, "2019-09", reason="重复计入", items_online=690)
    post(session, DINGHU, "2019-08", reason="漏计", items_online=730)
    body = revision(
        for_units=[DINGHU], threshold="60", due_on="2019-12-31", effective_from="2019-09-15", citations=[CITATION]
    )
    revise_target(session, "TG-05A", principal=EVALUATOR, body=body)
    return place


def _statuses(session: WriteSession, view: View, month: JudgedMonth) -> dict[tuple[str, str], str]:
    judged = progress_by_unit(session, view, month=month, whole_courses=True)
    return {(one.unit_code, one.target_code): one.status.value for one in judged.progress}


def _counts(session: WriteSession, view: View) -> dict[tuple[str, date, str], str]:
    return {
        (o.unit_code, o.period, o.element_code): format(o.value, "f") for o in observations(session, view, Chosen())
    }


def _said(changes: tuple[OneChange, ...]) -> dict[tuple[str | None, str | None], tuple[str | None, str | None]]:
    return {(one.unit, one.target): (one.before, one.after) for one in changes}


def _differing(
    was: dict[tuple[str, str], str], now: dict[tuple[str, str], str]
) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    silent = {None, "no_data"}
    return {
        key: (was.get(key), now.get(key))
        for key in {*was, *now}
        if was.get(key) != now.get(key) and not {was.get(key), now.get(key)} <= silent
    }


def test_between_two_moments_every_verdict_and_count_that_differs_is_there_and_nothing_else(
    session: WriteSession, since: int
) -> None:
    view = view_at(session)
    before = view_since(session, view, since)
    found = changes_since(session, view, before, SEPTEMBER)
    slow = _differing(_statuses(session, view_at(session, as_of=since), SEPTEMBER), _statuses(session, view, SEPTEMBER))
    assert _said(found.of(ChangeKind.STATUS)) == slow
    assert slow
    earlier, later = _counts(session, before), _counts(session, view)
    corrected = {key: (earlier[key], value) for key, value in later.items() if key in earlier and earlier[key] != value}
    figures = found.of(ChangeKind.FIGURE)
    assert {(f.unit, f.period, f.element): (f.before, f.after) for f in figures} == corrected
    assert {f.reason for f in figures} == {"重复计入", "漏计"}


def test_what_turned_a_status_is_said_with_its_entry(session: WriteSession, since: int) -> None:
    view = view_at(session)
    found = changes_since(session, view, view_since(session, view, since), SEPTEMBER)
    turned = {(one.unit, one.target): one for one in found.of(ChangeKind.STATUS)}
    flipped = turned[DUANZHOU, "TG-05A"]
    assert (flipped.before, flipped.cause, flipped.turned, flipped.reason) == (
        "met",
        Cause.CORRECTION,
        TurnedWay.WORSE,
        "重复计入",
    )
    assert flipped.seq is not None
    assert flipped.seq > since
    came = turned[DINGHU, "TG-05A"]
    assert (came.before, came.cause, came.turned) == ("no_data", Cause.SUBMISSION, None)
    (target,) = found.of(ChangeKind.TARGET)
    assert (target.unit, target.target, target.before, target.after) == (
        DINGHU,
        "TG-05A",
        ">= 70 2019-09-30",
        ">= 60 2019-12-31",
    )
    assert {"threshold", "due_on"} <= {change.field for change in target.fields}
    (submission,) = found.of(ChangeKind.SUBMISSION)
    assert (submission.unit, submission.before, submission.after) == (DINGHU, None, "submitted")


def test_between_two_months_both_are_as_known_now(session: WriteSession, since: int) -> None:
    view = view_at(session)
    found = changes_between(session, view, AUGUST, SEPTEMBER)
    slow = _differing(_statuses(session, view, AUGUST), _statuses(session, view, SEPTEMBER))
    assert _said(found.of(ChangeKind.STATUS)) == slow
    own = {(one.unit, one.target): one.cause for one in found.of(ChangeKind.STATUS)}
    assert own.get((DINGHU, "TG-05A")) in (None, Cause.TARGET)
    assert {(f.unit, f.period) for f in found.of(ChangeKind.FIGURE)} == {
        (DUANZHOU, SEPTEMBER.period),
        (DINGHU, AUGUST.period),
    }
    assert {one.unit for one in found.of(ChangeKind.SUBMISSION)} == {DUANZHOU, DINGHU}
    assert [one.unit for one in found.of(ChangeKind.TARGET)] == [DINGHU]


def test_as_known_earlier_nothing_later_is_in_it(session: WriteSession, since: int) -> None:
    view = view_at(session, as_of=since)
    found = changes_since(session, view, view_since(session, view, since), SEPTEMBER)
    assert found.changes == ()
    months = changes_between(session, view, AUGUST, SEPTEMBER)
    assert months.of(ChangeKind.FIGURE) == ()
    assert months.of(ChangeKind.TARGET) == ()


def test_strangers_and_other_units_people_are_told_no_reason_and_of_no_submission(
    session: WriteSession, since: int
) -> None:
    view = view_at(session)
    for narrowed in (
        View(**{name: getattr(view, name) for name in view.__slots__} | {"public": True}),
        View(**{name: getattr(view, name) for name in view.__slots__} | {"own": frozenset({"441204"})}),
    ):
        found = changes_since(session, narrowed, view_since(session, narrowed, since), SEPTEMBER)
        assert found.of(ChangeKind.SUBMISSION) == ()
        assert {one.reason for one in found.of(ChangeKind.FIGURE)} <= {""}
        assert {one.reason for one in found.of(ChangeKind.STATUS)} <= {""}
        published = view.plan.published_elements
        assert all(one.element in published for one in found.of(ChangeKind.FIGURE))


def test_on_the_basis_of_what_is_verified_nothing_unverified_is_told(session: WriteSession, since: int) -> None:
    view = view_at(session, basis=Basis.VERIFIED)
    found = changes_since(session, view, view_since(session, view, since), SEPTEMBER)
    assert found.of(ChangeKind.FIGURE) == ()
    assert found.of(ChangeKind.STATUS) == ()


def test_a_beginning_after_the_end_or_before_everything_is_refused(session: WriteSession, since: int) -> None:
    with pytest.raises(BadRequest) as refused:
        view_since(session, view_at(session, as_of=since), since + 1)
    assert refused.value.code == "since_after_as_of"
    with pytest.raises(BadRequest) as refused:
        view_since(session, view_at(session), 0)
    assert refused.value.code == "since_before_everything"


def test_what_stood_then_is_held_against_what_stands_now_and_of_a_month_unknown_then_nothing_was_judged(
    session: WriteSession, since: int
) -> None:
    post(session, DUANZHOU, "2019-10", items_online=720)
    view, october = view_at(session), JudgedMonth.of(date(2019, 10, 1))
    before = view_since(session, view, since)
    stood = changes_since(session, view, before, october, earlier=SEPTEMBER)
    slow = _differing(_statuses(session, before, SEPTEMBER), _statuses(session, view, october))
    assert _said(stood.of(ChangeKind.STATUS)) == slow
    assert {one.cause for one in stood.of(ChangeKind.STATUS)} <= {Cause.MONTH, Cause.TARGET}
    unknown = changes_since(session, view, before, october)
    assert {one.before for one in unknown.of(ChangeKind.STATUS)} == {None}


def test_a_status_turned_by_a_target_names_the_revision_that_judges_its_unit_and_no_other(
    session: WriteSession,
) -> None:
    """Two units revised apart, one that goes back to the general target, and a new name that turns nothing."""
    gaoyao = "441204"
    for unit in (DUANZHOU, DINGHU, gaoyao):
        post(session, unit, "2019-09", items_online=650)

    def revise(reason: str, **said: object) -> int:
        body = revision(reason=reason, **{"citations": [CITATION], "effective_from": "2019-08-01", **said})
        return revise_target(session, "TG-05A", principal=EVALUATOR, body=body).seq

    revise("先行", for_units=[gaoyao], threshold="60")
    place = newest_seq(session)
    by = {
        DUANZHOU: (revise("甲", for_units=[DUANZHOU], threshold="60"), "甲"),
        DINGHU: (revise("乙", for_units=[DINGHU], threshold="60"), "乙"),
        gaoyao: (revise("丙", for_units=[gaoyao], ends_own=True, effective_from="2019-08-02"), "丙"),
    }
    view = view_at(session)
    found = changes_since(session, view, view_since(session, view, place), SEPTEMBER)
    turned = {one.unit: one for one in found.of(ChangeKind.STATUS) if one.target == "TG-05A" and one.unit != CITY}
    assert {unit: (one.seq, one.reason) for unit, one in turned.items()} == by
    assert {one.cause for one in turned.values()} == {Cause.TARGET}
    place = newest_seq(session)
    revise("改名", name={"zh": "网上可办率", "en": "Online"}, effective_from="2019-08-15")
    came = post(session, gaoyao, "2019-09", reason="漏计", items_online=700)
    view = view_at(session)
    found = changes_since(session, view, view_since(session, view, place), SEPTEMBER)
    (one,) = [one for one in found.of(ChangeKind.STATUS) if (one.unit, one.target) == (gaoyao, "TG-05A")]
    assert (one.cause, one.seq, one.reason) == (Cause.CORRECTION, came, "漏计")


def test_a_withdrawn_revision_is_told_with_what_it_took_back(session: WriteSession) -> None:
    """Before its day nothing was judged by it: what changes is what was to hold, there and back."""
    place = newest_seq(session)
    ahead = revision(
        for_units=[DINGHU], threshold="60", due_on="2036-12-31", effective_from="2035-01-01", citations=[CITATION]
    )
    revise_target(session, "TG-05A", principal=EVALUATOR, body=ahead)
    body = withdrawal(plan_at(session), "TG-05A", DINGHU)
    assert body is not None
    revise_target(session, "TG-05A", principal=EVALUATOR, body={**body, "reason": "录入有误"})
    view = view_at(session)
    made, withdrawn = changes_since(session, view, view_since(session, view, place), SEPTEMBER).of(ChangeKind.TARGET)
    assert (made.before, made.after) == (">= 70 2019-09-30", ">= 60 2036-12-31")
    assert (withdrawn.before, withdrawn.after, withdrawn.reason) == (made.after, made.before, "录入有误")
    assert {"threshold", "due_on"} <= {change.field for change in withdrawn.fields}


def test_from_month_to_month_a_target_is_told_as_it_came_into_force(session: WriteSession) -> None:
    """What another revision replaced before its day changed nothing, for whomever it was replaced."""

    def told() -> list[tuple[str | None, str | None, str | None]]:
        found = changes_between(session, view_at(session), JudgedMonth.of(date(2034, 12, 1)), january)
        return [(one.unit, one.before, one.after) for one in found.of(ChangeKind.TARGET)]

    january, until = JudgedMonth.of(date(2035, 1, 1)), "2019-09-30"
    body = revision(effective_from="2035-01-01", citations=[CITATION])
    revise = partial(revise_target, session, "TG-05A", principal=EVALUATOR)
    both = revise(body=body | {"for_units": [DUANZHOU, DINGHU], "threshold": "60"}).target.revision
    revise(body=body | {"for_units": [DINGHU], "threshold": "65", "replaces": both})
    assert told() == [(DUANZHOU, f">= 70 {until}", f">= 60 {until}"), (DINGHU, f">= 70 {until}", f">= 65 {until}")]
    back = withdrawal(plan_at(session), "TG-05A", DUANZHOU)
    assert back is not None
    revise(body={**back, "reason": "录入有误"})
    assert told() == [(DINGHU, f">= 70 {until}", f">= 65 {until}")]
