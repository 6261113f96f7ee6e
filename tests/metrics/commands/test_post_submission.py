"""Posting submissions: what is recorded, what is refused, and that a refusal leaves nothing."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from metrics.commands.post_submission import post_submission
from metrics.database import WriteSession
from metrics.errors import Forbidden, Invalid
from metrics.models import LedgerEntry, SubmissionEvent
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submissions import SubmissionRequest
from tests.builders import PERIOD, UNIT, whole_values
from tests.posting import CLERK, IN_TIME, REVIEWER, codes, counts, figure, post


def test_a_first_submission_is_recorded_whole(session: WriteSession) -> None:
    posted = post(session, note="首报")
    assert (posted.unit, posted.period, posted.revision, posted.state) == (UNIT, date(2019, 9, 1), 1, "submitted")
    assert (posted.changed, posted.unchanged, posted.recorded) == (45, 0, True)
    assert posted.warnings == ()
    assert figure(session, "startup_days") == (Decimal("38.5"), 1)
    entry = session.execute(select(LedgerEntry.leaf, LedgerEntry.leaf_hash).where(LedgerEntry.seq == posted.seq)).one()
    leaf = json.loads(entry.leaf)
    assert {leaf[key] for key in ("kind", "unit", "period", "actor", "note")} == {
        "submission",
        UNIT,
        PERIOD,
        "chen",
        "首报",
    }
    assert leaf["values"] == {code: str(value) for code, value in whole_values().items()}
    assert "synthetic" not in leaf
    assert entry.leaf_hash.hex() == posted.leaf_hash == hashlib.sha256(b"\0" + entry.leaf.encode()).hexdigest()
    event = session.execute(select(SubmissionEvent.detail, SubmissionEvent.actor)).one()
    assert len(event.detail["changed"]) == 45
    assert event.detail["changed"][0] == {"element": "items_total", "before": None, "after": "1000"}


def test_half_a_block_is_refused(session: WriteSession) -> None:
    with pytest.raises(Invalid) as refused:
        post(session, values={"systems_due": 12})
    assert codes(refused) == {("block_incomplete", "/values")}


def test_every_problem_is_listed_at_once(session: WriteSession) -> None:
    before = counts(session)
    with pytest.raises(Invalid) as refused:
        post(
            session,
            period="2099-01",
            changes={"items_total": -1, "no_such": 1, "systems_connected": 13, "net_town_ok": None},
            acknowledged={"nothing": "x"},
        )
    assert refused.value.code == "return_invalid"
    assert codes(refused) == {
        ("period_future", "/period"),
        ("value_negative", "/values/items_total"),
        ("element_unknown", "/values/no_such"),
        ("systems_within_due", "/values/systems_connected"),
        ("block_incomplete", "/values"),
        ("check_unknown", "/acknowledged/nothing"),
    }
    assert counts(session) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit": "999999"}, "unit_unknown"),
        ({"unit": "441200"}, "unit_rolled_up"),
        ({"period": "2019-13"}, "period_unknown"),
        ({"period": "２０１９-09"}, "period_unknown"),
        ({"period": "2999-01"}, "period_future"),
        ({"values": {}}, "values_empty"),
    ],
)
def test_a_submission_for_nowhere_or_never_is_refused(
    session: WriteSession, changes: dict[str, Any], code: str
) -> None:
    before = counts(session)
    with pytest.raises(Invalid) as refused:
        post(session, principal=REVIEWER, **changes)
    assert refused.value.code == code
    assert counts(session) == before


def test_a_unit_must_exist_in_the_period_and_submissions_begin_with_the_first_period(session: WriteSession) -> None:
    plan = plan_at(session)
    gone = plan.unit_by_code[UNIT].model_copy(update={"valid_to": date(2019, 8, 31)})
    changed = Plan(
        **{name: getattr(plan, name) for name in Plan.model_fields}
        | {
            "units": tuple(gone if unit.code == UNIT else unit for unit in plan.units),
            "document": plan.document.model_copy(update={"first_period": date(2019, 3, 1)}),
        }
    )
    for period, code in (("2019-09", "unit_not_in_period"), ("2019-02", "period_too_early")):
        with pytest.raises(Invalid) as refused:
            post_submission(
                session,
                plan=changed,
                principal=CLERK,
                request=SubmissionRequest(UNIT, period, whole_values()),
                now=IN_TIME,
            )
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("now", "accepted"),
    [
        (datetime(2019, 9, 29, 15, 59, 59, tzinfo=UTC), False),  # 29 September, 23:59:59 in Zhaoqing
        (datetime(2019, 9, 29, 16, 0, 0, tzinfo=UTC), True),  # the 30th has begun there, not in UTC
    ],
)
def test_a_month_may_be_reported_from_its_last_day_local_time(
    session: WriteSession, now: datetime, *, accepted: bool
) -> None:
    if accepted:
        assert post(session, now=now).recorded
        return
    with pytest.raises(Invalid) as refused:
        post(session, now=now)
    assert refused.value.code == "period_future"


@pytest.mark.parametrize(
    ("at", "on_time", "days_late"),
    [(IN_TIME, True, 0), (IN_TIME + timedelta(seconds=1), False, 1), (IN_TIME + timedelta(days=3), False, 3)],
)
def test_a_submission_is_judged_by_when_it_first_came(
    session: WriteSession, at: datetime, *, on_time: bool, days_late: int
) -> None:
    first = post(session, simulated_at=at)
    assert (first.on_time, first.days_late, first.recorded_at) == (on_time, days_late, at)
    later = post(
        session,
        changes={"items_instant": 351},
        reason="更正",
        if_match=first.etag,
        simulated_at=at + timedelta(days=90),
    )
    assert (later.on_time, later.days_late) == (on_time, days_late)


def test_a_simulated_submission_says_so_in_the_ledger(session: WriteSession) -> None:
    posted = post(session, simulated_at=IN_TIME)
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.seq == posted.seq)) or "")
    assert leaf["synthetic"] is True


def test_warnings_are_stored_with_their_reasons(session: WriteSession) -> None:
    posted = post(session, changes={"materials_current": 5500}, acknowledged={"materials_grew": "新增证明"})
    assert [(w.code, w.acknowledged) for w in posted.warnings] == [("materials_grew", "新增证明")]
    detail = session.execute(select(SubmissionEvent.detail)).scalar_one()
    assert [(w["code"], w["acknowledged"]) for w in detail["warnings"]] == [("materials_grew", "新增证明")]


def test_a_submission_is_compared_with_last_month_and_the_first_baseline(session: WriteSession) -> None:
    post(session, period="2019-06")
    changes = {"materials_baseline": 4999, "systems_due": 20}
    after_a_gap = post(session, period="2019-08", changes=changes)
    assert {w.code for w in after_a_gap.warnings} == {"baseline_changed"}
    next_month = post(session, period="2019-09", changes={"catalogue_items": 850})
    assert {(w.code, w.element or w.indicator) for w in next_month.warnings} == {
        ("stock_moved", "systems_due"),  # 20 → 12
        ("denominator_watch", "connection_rate"),
        ("denominator_watch", "catalogue_unification"),
    }
    first_of_all = post(session, period="2019-01", changes={"materials_baseline": 4000})
    assert first_of_all.warnings == ()


@pytest.mark.parametrize("unit", ["441203", "441200", "999999", "", "441202\x00"])
def test_a_clerk_posts_for_no_other_unit_and_learns_nothing_of_it(session: WriteSession, unit: str) -> None:
    before = counts(session)
    with pytest.raises(Forbidden) as refused:
        post(session, unit=unit, period="nonsense", values={})
    assert refused.value.code == "unit_forbidden"
    assert counts(session) == before


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_other_roles_post_nothing(session: WriteSession, role: Role) -> None:
    with pytest.raises(Forbidden) as refused:
        post(session, principal=Principal(3, "x", "x", role, frozenset({UNIT})))
    assert refused.value.code == "role_forbidden"
