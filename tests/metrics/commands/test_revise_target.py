"""Targets: created and revised with a date and a reason; what was in force stays known."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from metrics.commands.load_plan import plan_changes
from metrics.commands.revise_target import create_target, revise_target
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound
from metrics.forms import OddNumber
from metrics.ledger.entry import newest_seq
from metrics.models import LedgerEntry, PlanRecord
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role

EVALUATOR = Principal(4, "han", "评估", Role.EVALUATOR)
CITATION = {"where": "补充通知", "line": 1, "quote": "网上可办率不低于75%"}


def new_target(**changes: Any) -> dict[str, Any]:
    """The body of a new target; a change of None leaves the field out."""
    body: dict[str, Any] = {
        "code": "TG-NEW",
        "name": {"zh": "网上可办率75%", "en": "75 % online"},
        "kind": "ratio",
        "indicator": "online_rate",
        "comparator": ">=",
        "threshold": "75",
        "due_on": "2020-03-31",
        "citations": [CITATION],
        "effective_from": "2020-01-01",
        "reason": "补充通知",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def revision(**changes: Any) -> dict[str, Any]:
    body = {"effective_from": "2020-02-01", "reason": "上级调整", **changes}
    return {name: value for name, value in body.items() if value is not None}


@pytest.fixture
def created(session: WriteSession) -> str:
    """The code of a target that can be revised."""
    return create_target(session, principal=EVALUATOR, body=new_target()).target.code


def problems(refused: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(problem.code, problem.pointer) for problem in refused.value.problems}


def test_a_new_target_comes_after_the_others_and_is_in_the_ledger(session: WriteSession) -> None:
    last = max(target.order for target in plan_at(session).targets)
    recorded = create_target(session, principal=EVALUATOR, body=new_target())
    assert (recorded.target.revision, recorded.target.order) == (1, last + 1)
    known = plan_at(session)
    assert known.target_revisions["TG-NEW"] == (recorded.target,)
    assert known.seq == recorded.seq
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.seq == recorded.seq)) or "")
    assert (leaf["kind"], leaf["actor"], leaf["target"]["threshold"]) == ("target", "han", "75")
    origin = session.scalar(select(PlanRecord.origin).where(PlanRecord.code == "TG-NEW"))
    assert origin == "revision"


def test_a_new_target_is_left_alone_by_loading_the_plan_folder(session: WriteSession, created: str) -> None:
    changed = plan_changes(session, plan_at(session))
    assert [change.code for change in changed.changes if change.action == "removed"] == []


def test_a_revision_holds_from_its_date_and_earlier_ones_stay(session: WriteSession, created: str) -> None:
    before = newest_seq(session)
    body = revision(threshold=Decimal("80.5"), citations=[CITATION])
    revised = revise_target(session, created, principal=EVALUATOR, body=body)
    assert (revised.target.revision, revised.target.threshold) == (2, Decimal("80.5"))
    assert revised.target.due_on == date(2020, 3, 31)
    plan = plan_at(session)
    in_force = {
        day: next(t.threshold for t in plan.targets_in_force(day) if t.code == created)
        for day in (date(2020, 1, 31), date(2020, 2, 1))
    }
    assert in_force == {date(2020, 1, 31): Decimal(75), date(2020, 2, 1): Decimal("80.5")}
    assert [t.revision for t in plan_at(session, seq=before).target_revisions[created]] == [1]


def test_a_target_judges_no_day_before_it_became_effective(session: WriteSession, created: str) -> None:
    plan = plan_at(session)
    first = plan.target_revisions[created][0].effective_from
    assert first is not None
    judged = [
        [target.code for target in plan.targets_in_force(day)].count(created)
        for day in (first - timedelta(days=1), first)
    ]
    assert judged == [0, 1]
    assert len(plan.targets_in_force(first - timedelta(days=1))) == len(plan.target_revisions) - 1


def test_a_target_of_the_plan_can_be_revised(session: WriteSession) -> None:
    target = next(t for t in plan_at(session).targets if t.measured)
    revised = revise_target(session, target.code, principal=EVALUATOR, body=revision(due_on="2021-12-31"))
    assert (revised.target.revision, revised.target.due_on) == (2, date(2021, 12, 31))
    assert revised.target.citations == target.citations


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"effective_from": None}, "effective_from_missing", "/effective_from"),
        ({"reason": None}, "reason_missing", "/reason"),
        ({"reason": "  "}, "reason_missing", "/reason"),
        ({"citations": None}, "field_missing", "/citations"),
        ({"citations": []}, "citation_missing", "/citations"),
        ({"indicator": "no_such"}, "indicator_unknown", "/indicator"),
        ({"comparator": "<="}, "comparator_unfit", "/comparator"),
        ({"comparator": ">"}, "field_invalid", "/comparator"),
        ({"comparator": None}, "threshold_missing", "/comparator"),
        ({"threshold": None}, "threshold_missing", "/threshold"),
        ({"threshold": "101"}, "threshold_out_of_range", "/threshold"),
        ({"threshold": "NaN"}, "field_invalid", "/threshold"),
        ({"threshold": OddNumber("NaN")}, "field_invalid", "/threshold"),
        ({"threshold": "75.1234567"}, "figure_out_of_range", "/threshold"),
        ({"scope_units": ["441202", "999999"]}, "unit_unknown", "/scope_units/1"),
        ({"tasks": [1, 51]}, "task_unknown", "/tasks/1"),
        ({"due_on": "2020-02-30"}, "field_not_a_date", "/due_on"),
        ({"due_on": 86400}, "field_invalid", "/due_on"),
        ({"due_on": "2120-01-01"}, "date_out_of_range", "/due_on"),
        ({"due_on": "1988-12-31"}, "date_out_of_range", "/due_on"),
        ({"effective_from": "9999-12-31"}, "date_out_of_range", "/effective_from"),
        ({"baseline": {"on": "1066-10-14", "value": "40"}}, "date_out_of_range", "/baseline/on"),
        ({"threshold": "0.0000001"}, "figure_out_of_range", "/threshold"),
        ({"order": "1"}, "field_invalid", "/order"),
        ({"code": "x" * 65}, "code_too_long", "/code"),
        ({"code": "a b"}, "field_invalid", "/code"),
        ({"nonsense": 1}, "field_unknown", "/nonsense"),
        ({"revision": 7}, "field_fixed", "/revision"),
        (
            {"verification_window": {"start": "2020-03-01", "end": "2020-02-01"}},
            "window_reversed",
            "/verification_window",
        ),
        (
            {
                "exclusions": [
                    {
                        "code": "x",
                        "name": {"zh": "例外", "en": "an exemption"},
                        "element": "no_such",
                        "effect": {"zh": "例外", "en": "an exemption"},
                        "evidence": {"zh": "例外", "en": "an exemption"},
                    }
                ]
            },
            "element_unknown",
            "/exclusions/0/element",
        ),
    ],
)
def test_a_target_that_does_not_fit_the_plan_is_refused(
    session: WriteSession, changes: dict[str, Any], code: str, pointer: str
) -> None:
    before = newest_seq(session)
    with pytest.raises(Invalid) as refused:
        create_target(session, principal=EVALUATOR, body=new_target(**changes))
    assert problems(refused) == {(code, pointer)}
    assert newest_seq(session) == before


def test_a_figure_with_a_vast_exponent_is_refused_at_once(session: WriteSession) -> None:
    with pytest.raises(Invalid) as refused:
        create_target(session, principal=EVALUATOR, body=new_target(threshold="1e999999999"))
    assert ("figure_out_of_range", "/threshold") in problems(refused)


def test_every_problem_is_listed_at_once(session: WriteSession) -> None:
    with pytest.raises(Invalid) as refused:
        create_target(session, principal=EVALUATOR, body=new_target(indicator="x", tasks=[99], reason=" "))
    assert refused.value.code == "target_invalid"
    assert {code for code, _ in problems(refused)} == {"indicator_unknown", "task_unknown", "reason_missing"}


def test_a_target_that_exists_is_revised_not_created(session: WriteSession, created: str) -> None:
    with pytest.raises(Conflict) as refused:
        create_target(session, principal=EVALUATOR, body=new_target())
    assert refused.value.code == "target_exists"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (revision(threshold="80"), "citation_missing", "/citations"),
        (revision(threshold="80", citations=[CITATION], reason=None), "reason_missing", "/reason"),
        (revision(due_on="2020-04-30", effective_from=None), "effective_from_missing", "/effective_from"),
        (revision(due_on="2020-04-30", effective_from="2019-12-31"), "effective_from_too_early", "/effective_from"),
        (revision(), "revision_empty", ""),
        (revision(threshold="75.0", citations=[CITATION]), "revision_empty", ""),
        (revision(code="other"), "field_fixed", "/code"),
    ],
)
def test_a_revision_that_does_not_hold_together_is_refused(
    session: WriteSession, created: str, body: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        revise_target(session, created, principal=EVALUATOR, body=body)
    assert problems(refused) == {(code, pointer)}


@pytest.mark.parametrize("code", ["TG-NONE", "", "\x00"])
def test_a_target_that_is_not_there_is_not_found(session: WriteSession, code: str) -> None:
    with pytest.raises(NotFound):
        revise_target(session, code, principal=EVALUATOR, body=revision())


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.ASSESSOR, Role.ADMIN])
def test_only_evaluators_touch_targets(session: WriteSession, role: Role) -> None:
    somebody = Principal(9, "x", "x", role)
    with pytest.raises(Forbidden):
        create_target(session, principal=somebody, body=new_target())
    with pytest.raises(Forbidden):
        revise_target(session, "TG-NEW", principal=somebody, body=revision())
