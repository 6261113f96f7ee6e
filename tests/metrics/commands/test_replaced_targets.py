"""A revision whose day has not come: corrected, withdrawn, and for one of the units that it names alone."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.commands.replaced_targets import withdrawal
from metrics.database import WriteSession
from metrics.errors import Invalid
from metrics.plan.store import plan_at
from metrics.plan.target_changes import replaced_by, replacements
from tests.metrics.commands.test_own_targets import CODE, DINGHU, DUANZHOU, in_force, own, revise
from tests.metrics.commands.test_revise_target import problems, revision

AHEAD = "2035-01-01"


def test_a_revision_whose_day_has_not_come_is_corrected_or_withdrawn_and_never_holds(session: WriteSession) -> None:
    before = in_force(plan_at(session), DUANZHOU)
    wrong = revise(session, own(DUANZHOU, threshold="6") | {"effective_from": AHEAD})
    for body, code in (
        ({"threshold": "60"}, "effective_from_taken"),
        ({"threshold": "60", "replaces": wrong.revision + 1}, "replaces_unknown"),
        ({"threshold": "60", "replaces": wrong.revision, "effective_from": "2035-01-02"}, "replaces_late"),
    ):
        with pytest.raises(Invalid) as refused:
            revise(session, {**own(DUANZHOU), "effective_from": AHEAD, **body})
        assert code in {found for found, _pointer in problems(refused)}
    moved = own(DUANZHOU, threshold="60", replaces=wrong.revision) | {"effective_from": "2034-12-01"}
    right = revise(session, moved)
    plan = plan_at(session)
    assert in_force(plan, DUANZHOU, date(2040, 1, 1)) == right
    assert in_force(plan, DUANZHOU, date(2034, 11, 30)) == before
    assert (replaced_by(plan, wrong, DUANZHOU), replaced_by(plan, right, DUANZHOU)) == (right, None)
    back = withdrawal(plan, CODE, DUANZHOU)
    assert back is not None
    assert revise(session, {**back, "reason": "录入有误"}).ends_own
    assert in_force(plan_at(session), DUANZHOU, date(2040, 1, 1)) == before


def test_withdrawn_revisions_leave_what_held_before(session: WriteSession) -> None:
    general = in_force(plan_at(session), None)
    revise(session, own(DUANZHOU, threshold="60") | {"effective_from": AHEAD})
    body = withdrawal(plan_at(session), CODE, DUANZHOU)
    assert body is not None
    revise(session, {**body, "reason": "录入有误"})
    late = date(2040, 1, 1)
    assert in_force(plan_at(session), DUANZHOU, late) == general
    revise(session, revision(due_on="2036-01-01", effective_from=AHEAD))
    body = withdrawal(plan_at(session), CODE, None)
    assert body is not None
    revise(session, {**body, "reason": "录入有误"})
    again = in_force(plan_at(session), None, late)
    assert (again.due_on, again.threshold, again.citations) == (general.due_on, general.threshold, general.citations)


def test_what_one_unit_has_anew_is_withdrawn_for_the_others_alone(session: WriteSession) -> None:
    general = in_force(plan_at(session), None)
    both = revise(session, own(DUANZHOU, DINGHU, threshold="60") | {"effective_from": AHEAD})
    anew = revise(session, own(DINGHU, threshold="65", replaces=both.revision) | {"effective_from": AHEAD})
    body = withdrawal(plan_at(session), CODE, DUANZHOU)
    assert body is not None
    assert body["for_units"] == [DUANZHOU]
    revise(session, {**body, "reason": "录入有误"})
    late = date(2040, 1, 1)
    assert (in_force(plan_at(session), DUANZHOU, late), in_force(plan_at(session), DINGHU, late)) == (general, anew)


def test_what_one_unit_has_anew_is_corrected_and_withdrawn_for_it_alone(session: WriteSession) -> None:
    """The revision whose place it took is still ahead of the other unit, and no revision of this one."""
    general = in_force(plan_at(session), None)
    both = revise(session, own(DUANZHOU, DINGHU, threshold="60") | {"effective_from": AHEAD})
    anew = revise(session, own(DINGHU, threshold="65", replaces=both.revision) | {"effective_from": "2034-06-01"})
    plan = plan_at(session)
    assert [replaced_by(plan, both, unit) for unit in (DUANZHOU, DINGHU)] == [None, anew]
    assert replacements(plan, both) == {DINGHU: anew}
    again = revise(session, own(DINGHU, threshold="66", replaces=anew.revision) | {"effective_from": "2034-06-01"})
    assert in_force(plan_at(session), DINGHU, date(2040, 1, 1)) == again
    body = withdrawal(plan_at(session), CODE, DINGHU)
    assert body is not None
    revise(session, {**body, "reason": "录入有误"})
    plan, late = plan_at(session), date(2040, 1, 1)
    assert (in_force(plan, DUANZHOU, late), in_force(plan, DINGHU, late)) == (both, general)
