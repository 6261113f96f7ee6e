"""Revising submissions: only what changed is recorded, and only over the version that is named."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import Invalid, Stale, VersionMissing
from metrics.models import Figure, LedgerEntry, Observation, Submission, SubmissionEvent
from metrics.submission_states import Action
from metrics.value_types import as_json_object
from tests.builders import whole_values
from tests.posting import IN_TIME, REVIEWER, codes, counts, figure, post


def test_figures_equal_the_newest_observations(session: WriteSession) -> None:
    first = post(session)
    post(session, changes={"items_instant": 351}, reason="漏报一项", if_match=first.etag)
    columns = ("unit_code", "period", "element_code", "value", "revision", "seq", "submission_id", "recorded_at")
    newest = (
        select(*(getattr(Observation, name) for name in columns))
        .where(
            Observation.revision
            == select(func.max(Observation.revision))
            .where(Observation.element_code == Figure.element_code)
            .correlate(Figure)
            .scalar_subquery()
        )
        .join(Figure, (Figure.element_code == Observation.element_code))
        .order_by(Observation.element_code)
    )
    figures = select(*(getattr(Figure, name) for name in columns)).order_by(Figure.element_code)
    assert session.execute(newest).all() == session.execute(figures).all()


def test_a_revision_records_only_what_changed(session: WriteSession) -> None:
    first = post(session)
    second = post(session, changes={"items_instant": 351, "startups": 41}, reason="漏报", if_match=first.etag)
    assert (second.id, second.revision, second.changed, second.unchanged) == (first.id, 2, 2, 43)
    assert figure(session, "items_instant") == (Decimal(351), 2)
    assert figure(session, "items_total") == (Decimal(1000), 1)
    changed = session.scalars(select(Observation.element_code).where(Observation.revision == 2)).all()
    assert sorted(changed) == ["items_instant", "startups"]
    event = session.execute(select(SubmissionEvent.detail).where(SubmissionEvent.seq == second.seq)).scalar_one()
    assert event["changed"] == [
        {"element": "items_instant", "before": "350", "after": "351"},
        {"element": "startups", "before": "40", "after": "41"},
    ]
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.seq == second.seq)) or "")
    assert leaf["changed"] == ["items_instant", "startups"]
    assert len(leaf["values"]) == 45
    assert leaf["values"]["items_instant"] == "351"


def test_identical_values_change_and_record_nothing(session: WriteSession) -> None:
    first = post(session)
    before = counts(session)
    again = post(session, values=whole_values(startup_days="38.5"))
    assert counts(session) == before
    assert (again.changed, again.unchanged, again.recorded) == (0, 45, False)
    assert (again.id, again.revision, again.seq, again.leaf_hash) == (first.id, 1, first.seq, first.leaf_hash)
    assert again.etag == first.etag


def test_a_part_of_the_form_keeps_what_it_leaves_out(session: WriteSession) -> None:
    first = post(session, values={"systems_due": 12, "systems_connected": 9})
    assert first.changed == 2
    second = post(session, values={"channels_due": 6, "channels_same_source": 5}, reason="补报", if_match=first.etag)
    assert (second.revision, second.changed) == (2, 2)
    third = post(session, values={"systems_connected": 10}, reason="更正", if_match=second.etag)
    assert (third.revision, third.changed) == (3, 1)
    assert figure(session, "systems_due") == (Decimal(12), 1)
    assert figure(session, "systems_connected") == (Decimal(10), 3)


def test_checks_see_the_values_that_a_revision_leaves_out(session: WriteSession) -> None:
    first = post(session)
    with pytest.raises(Invalid) as refused:
        post(session, values={"systems_connected": 13}, reason="更正", if_match=first.etag)
    assert codes(refused) == {("systems_within_due", "/values/systems_connected")}
    assert refused.value.problems[0].given == "13 ≤ 12"


def test_a_revision_needs_a_reason(session: WriteSession) -> None:
    first = post(session)
    with pytest.raises(Invalid) as refused:
        post(session, changes={"items_instant": 351}, reason=" ", if_match=first.etag)
    assert codes(refused) == {("reason_missing", "/reason")}


@pytest.mark.parametrize("if_match", [None, "*", " "])
def test_a_revision_must_name_its_version(session: WriteSession, if_match: str | None) -> None:
    post(session)
    with pytest.raises(VersionMissing):
        post(session, changes={"items_instant": 351}, reason="更正", if_match=if_match)


@pytest.mark.parametrize("if_match", ['"s1-r9-9"', '"nonsense"', 'W/"s1-r9-9", "s1-r9-9"', 'nonsense, ""'])
def test_a_revision_of_another_version_is_refused_and_says_who_was_first(session: WriteSession, if_match: str) -> None:
    post(session)
    with pytest.raises(Stale) as refused:
        post(session, changes={"items_instant": 351}, reason="更正", if_match=if_match)
    assert "chen" in refused.value.message.zh
    assert "chen" in refused.value.message.en


@pytest.mark.parametrize("form", ["W/{}", 'W/"x", W/{}', '"x", W/{}', "nonsense, W/{}"])
def test_a_weak_tag_is_told_that_it_is_weak_and_not_that_somebody_was_first(session: WriteSession, form: str) -> None:
    first = post(session)
    with pytest.raises(Stale) as refused:
        post(session, changes={"items_instant": 351}, reason="更正", if_match=form.format(first.etag))
    assert refused.value.code == "version_weak"
    assert "chen" not in refused.value.message.zh + refused.value.message.en


@pytest.mark.parametrize("if_match", ["nonsense", "s1-r1-2", 'w/"s1-r1-2"', "'s1-r1-2'"])
def test_what_is_no_entity_tag_is_told_so(session: WriteSession, if_match: str) -> None:
    post(session)
    with pytest.raises(Stale) as refused:
        post(session, changes={"items_instant": 351}, reason="更正", if_match=if_match)
    assert refused.value.code == "version_unreadable"
    assert if_match in refused.value.message.zh
    assert if_match in refused.value.message.en


def test_the_version_may_be_one_of_several(session: WriteSession) -> None:
    first = post(session)
    second = post(session, changes={"items_instant": 351}, reason="更正", if_match=f'"x", {first.etag}')
    assert second.revision == 2


def test_a_first_submission_has_no_version_to_name(session: WriteSession) -> None:
    with pytest.raises(Stale):
        post(session, if_match='"s1-r1-1"')


def test_a_dry_run_answers_the_same_and_stores_nothing(session: WriteSession) -> None:
    before = counts(session)
    tried = post(session, dry_run=True, now=IN_TIME)
    assert counts(session) == before
    assert (tried.id, tried.seq, tried.leaf_hash, tried.etag) == (None, None, None, None)
    posted = post(session, simulated_at=IN_TIME)
    given = {"id": None, "seq": None, "leaf_hash": None}
    assert as_json_object(tried) == as_json_object(posted) | given
    revised = post(session, changes={"items_instant": 351}, reason="x", if_match=posted.etag, dry_run=True)
    assert (revised.id, revised.revision, revised.changed, revised.recorded) == (posted.id, 2, 1, False)
    assert figure(session, "items_instant") == (Decimal(350), 1)
    with pytest.raises(VersionMissing):
        post(session, changes={"items_instant": 351}, reason="x", dry_run=True)


@pytest.mark.parametrize("step", [Action.VERIFY, Action.SEND_BACK])
def test_a_change_voids_an_earlier_verification(session: WriteSession, step: Any) -> None:
    first = post(session)
    assert first.id is not None
    checked = verify_submission(session, principal=REVIEWER, submission_id=first.id, action=step, reason="已核")
    with pytest.raises(Stale):
        post(session, changes={"items_instant": 351}, reason="更正", if_match=first.etag)
    second = post(session, changes={"items_instant": 351}, reason="更正", if_match=checked.etag)
    assert second.state == "submitted"
    assert session.scalar(select(Submission.state)) == "submitted"
    detail = session.execute(select(SubmissionEvent.detail).where(SubmissionEvent.seq == second.seq)).scalar_one()
    assert detail["state_before"] == checked.state


def test_identical_values_leave_a_verification_as_it_is(session: WriteSession) -> None:
    first = post(session)
    assert first.id is not None
    checked = verify_submission(session, principal=REVIEWER, submission_id=first.id)
    again = post(session)
    assert (again.state, again.seq, again.changed) == ("verified", checked.seq, 0)
