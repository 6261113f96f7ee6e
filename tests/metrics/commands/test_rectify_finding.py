"""Findings of inspections: raised with a due day, answered by the unit, reviewed as they were seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metrics.commands.raise_finding import FindingGiven, FindingRaised, raise_finding
from metrics.commands.rectify_finding import AnswerGiven, Rectified, ReviewGiven, answer_finding, review_finding
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound, Stale, VersionMissing
from metrics.ledger.checking.walk import check_ledger
from metrics.principal import Principal, Role
from metrics.queries.findings import FindingRow, findings
from metrics.queries.view import view_at
from metrics.supervision.rectification import FindingSeverity, FindingState, RectificationAction
from tests.posting import CLERK, REVIEWER

STRANGER = Principal(6, "zhao", "赵", Role.CLERK, frozenset({"441203"}))
LATER, MUCH_LATER = "2999-06-30", "2999-12-31"
GIVEN = FindingGiven("441202", FindingSeverity.MAJOR, "窗口只受理部分事项", LATER, target="TG-19B")


def raised(session: WriteSession) -> FindingRaised:
    return raise_finding(session, "PH2", principal=REVIEWER, given=GIVEN)


def answered(session: WriteSession, number: int) -> Rectified:
    return answer_finding(session, "PH2", number, principal=CLERK, given=AnswerGiven("已扩至全部事项"))


def review(session: WriteSession, number: int, action: RectificationAction, etag: str, **given: str) -> Rectified:
    return review_finding(session, "PH2", number, principal=REVIEWER, given=ReviewGiven(action, **given), if_match=etag)


def one(session: WriteSession, seq: int | None = None) -> FindingRow:
    (found,) = findings(session, view_at(session, as_of=seq))
    return found


def test_a_finding_goes_its_whole_way_and_every_step_stays_readable(session: WriteSession) -> None:
    first = raised(session)
    assert (first.number, one(session).standing.state) == (1, FindingState.OPEN)
    sent = answered(session, 1)
    back = review(session, 1, RectificationAction.SEND_BACK, sent.etag, text="佐证不足", due_on=MUCH_LATER)
    assert (one(session).standing.state, one(session).standing.due_on.isoformat()) == (FindingState.OPEN, MUCH_LATER)
    again = answered(session, 1)
    review(session, 1, RectificationAction.CLOSE, again.etag)
    found = one(session)
    assert (found.standing.state, found.standing.times_sent_back, len(found.acts)) == (FindingState.CLOSED, 1, 4)
    assert one(session, sent.seq).standing.state is FindingState.ANSWERED
    assert one(session, back.seq).standing.due_on.isoformat() == MUCH_LATER
    assert one(session, first.seq).acts == ()
    assert list(check_ledger(session)) == []


def test_only_what_was_seen_is_reviewed(session: WriteSession) -> None:
    raised(session)
    seen = answered(session, 1).etag
    review(session, 1, RectificationAction.SEND_BACK, seen, text="佐证不足")  # somebody else was quicker
    answered(session, 1)
    with pytest.raises(Stale):
        review(session, 1, RectificationAction.CLOSE, seen)
    with pytest.raises(VersionMissing):
        review(session, 1, RectificationAction.CLOSE, "")
    with pytest.raises(Invalid):
        review(session, 1, RectificationAction.SEND_BACK, one(session).etag)  # no reason
    with pytest.raises(Invalid):
        review(session, 1, RectificationAction.CLOSE, one(session).etag, due_on=LATER)


def test_each_act_is_for_whom_it_is_for(session: WriteSession) -> None:
    etag = raised(session).etag
    with pytest.raises(Forbidden):
        answer_finding(session, "PH2", 1, principal=STRANGER, given=AnswerGiven("好"))
    with pytest.raises(Forbidden):
        raise_finding(session, "PH2", principal=CLERK, given=GIVEN)
    with pytest.raises(Forbidden):
        review_finding(
            session, "PH2", 1, principal=CLERK, given=ReviewGiven(RectificationAction.WITHDRAW, "x"), if_match=etag
        )
    with pytest.raises(Conflict):
        review(session, 1, RectificationAction.CLOSE, etag)  # nothing was answered
    with pytest.raises(NotFound):
        answered(session, 2)
    with pytest.raises(NotFound):
        answer_finding(session, "PH4", 1, principal=CLERK, given=AnswerGiven("好"))


def test_everything_that_is_wrong_with_a_finding_is_named(session: WriteSession) -> None:
    bad = replace(GIVEN, unit="441299", text=" ", due_on="2019-11-30", target="")
    with pytest.raises(Invalid) as refused:
        raise_finding(session, "PH2", principal=REVIEWER, given=bad)
    assert [p.code for p in refused.value.problems] == ["unit_unknown", "about_missing", "text_missing", "due_on_past"]
    with pytest.raises(NotFound):
        raise_finding(session, "PH1", principal=REVIEWER, given=GIVEN)
    with pytest.raises(Invalid):
        raise_finding(session, "PH2", principal=REVIEWER, given=replace(GIVEN, target="", task=6))
    assert findings(session, view_at(session)) == []


def test_readers_of_a_unit_are_told_of_their_own_alone(session: WriteSession) -> None:
    raised(session)
    view = view_at(session)
    assert findings(session, replace(view, own=frozenset({"441203"}))) == []
    assert len(findings(session, replace(view, own=frozenset({"441202"})))) == 1
    assert findings(session, replace(view, public=True)) == []


def test_while_an_answer_waits_for_its_review_there_is_no_other(session: WriteSession) -> None:
    raised(session)
    sent = answered(session, 1)
    for _again in range(3):
        with pytest.raises(Conflict, match="finding_state_forbids"):
            answered(session, 1)
    assert len(one(session).acts) == 1
    review(session, 1, RectificationAction.SEND_BACK, sent.etag, text="请补充佐证")
    answered(session, 1)
    assert [act.action.value for act in one(session).acts] == ["answer", "return", "answer"]
