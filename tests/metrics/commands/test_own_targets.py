"""Targets of a unit's own, and agreed trajectories: recorded by a revision, judged by, and ended (domain rule 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from metrics.commands.load_plan import load_plan, plan_changes
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.errors import Invalid
from metrics.models import LedgerEntry
from metrics.plan.model import Plan, Target
from metrics.plan.store import plan_at
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, problems, revision

CODE, DUANZHOU, DINGHU, CITY = "TG-05A", "441202", "441203", "441200"
DAY = date(2019, 12, 31)
BEYOND = [{"on": "2019-06-30", "value": "71"}]


def own(*units: str, **changes: Any) -> dict[str, Any]:
    return revision(for_units=list(units), citations=[CITATION], effective_from="2019-08-01", **changes)


def revise(session: WriteSession, body: Mapping[str, Any]) -> Target:
    return revise_target(session, CODE, principal=EVALUATOR, body=body).target


def in_force(plan: Plan, unit: str | None, day: date = DAY) -> Target:
    found = plan.target_in_force(CODE, day, unit=unit)
    assert found is not None
    return found


def test_a_unit_gets_a_target_of_its_own_and_everyone_else_keeps_theirs(session: WriteSession) -> None:
    before = plan_at(session)
    revised = revise(session, own(DUANZHOU, threshold="60", due_on="2020-03-31"))
    plan = plan_at(session)
    assert (revised.revision, revised.for_units) == (2, (DUANZHOU,))
    assert in_force(plan, DUANZHOU) == revised
    assert in_force(plan, DUANZHOU, date(2019, 7, 31)) == in_force(before, None)
    for unit in (DINGHU, CITY, None):
        assert in_force(plan, unit) == in_force(before, None)
    assert in_force(plan_at(session, seq=before.seq), DUANZHOU) == in_force(before, None)
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).order_by(LedgerEntry.seq.desc()).limit(1)) or "")
    assert (leaf["kind"], leaf["target"]["for_units"]) == ("target", [DUANZHOU])


def test_an_own_target_stands_whatever_the_general_one_becomes_and_changes_from_itself(session: WriteSession) -> None:
    first = revise(session, own(DUANZHOU, threshold="60"))
    general = revise(session, revision(due_on="2019-10-31", effective_from="2019-08-15"))
    assert (general.threshold, general.for_units) == (in_force(plan_at(session), None).threshold, ())
    assert in_force(plan_at(session), DUANZHOU) == first
    assert in_force(plan_at(session), DINGHU) == general
    with pytest.raises(Invalid) as refused:
        revise(session, own(DUANZHOU))
    assert problems(refused) == {("revision_empty", "")}
    again = own(DUANZHOU, due_on="2020-06-30")
    with pytest.raises(Invalid) as refused:
        revise(session, again)  # the day on which the first begins
    assert problems(refused) == {("effective_from_taken", "/effective_from")}
    later = revise(session, again | {"effective_from": "2019-08-02"})
    assert (later.threshold, later.due_on) == (first.threshold, date(2020, 6, 30))
    assert in_force(plan_at(session), DUANZHOU) == later


def test_a_unit_goes_back_to_the_general_target(session: WriteSession) -> None:
    revise(session, own(DUANZHOU, DINGHU, threshold="60"))
    revise(session, revision(for_units=[DUANZHOU], ends_own=True, effective_from="2019-11-01"))
    plan = plan_at(session)
    assert in_force(plan, DUANZHOU) == in_force(plan, None)
    assert in_force(plan, DUANZHOU, date(2019, 10, 31)).for_units == (DUANZHOU, DINGHU)
    assert in_force(plan, DINGHU).for_units == (DUANZHOU, DINGHU)


def test_units_judged_by_different_targets_are_revised_apart(session: WriteSession) -> None:
    revise(session, own(DUANZHOU, threshold="60"))
    with pytest.raises(Invalid) as refused:
        revise(session, own(DUANZHOU, DINGHU, threshold="65"))
    assert problems(refused) == {("units_differ", "/for_units")}


def test_an_own_target_with_a_trajectory_is_recorded_with_it(session: WriteSession) -> None:
    agreed = [{"on": "2019-08-31", "value": "55"}, {"on": "2019-10-31", "value": "62.5"}]
    revised = revise(session, own(DUANZHOU, due_on="2019-12-31", trajectory=agreed))
    assert [(point.on, Fraction(point.value)) for point in revised.trajectory] == [
        (date(2019, 8, 31), 55),
        (date(2019, 10, 31), Fraction(125, 2)),
    ]
    general = revise(session, revision(trajectory=agreed[:1], effective_from="2019-08-01"))
    assert (general.for_units, len(general.trajectory)) == ((), 1)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (own("441202", "999999", threshold="60"), "unit_unknown", "/for_units/1"),
        (own("441202", "441202", threshold="60"), "unit_twice", "/for_units/1"),
        (own(CITY, threshold="60"), "own_of_rolled_up", "/for_units/0"),
        (own(DUANZHOU, threshold="60", scope_units=[DINGHU]), "unit_out_of_scope", "/for_units/0"),
        (own(DUANZHOU, indicator="one_window_rate"), "own_indicator_differs", "/indicator"),
        (own(DUANZHOU, threshold="60") | {"effective_from": "2019-01-01"}, "date_before_issue", "/effective_from"),
        (own(DUANZHOU, due_on="2019-01-31"), "date_before_issue", "/due_on"),
        (own(DUANZHOU, due_on="2019-07-31"), "due_before_effective", "/due_on"),
        (revision(effective_from="2018-01-01", due_on="2019-12-31"), "date_before_issue", "/effective_from"),
        (
            own(DUANZHOU, due_on="2019-12-31") | {"citations": [CITATION | {"quote": " "}]},
            "citation_blank",
            "/citations/0/quote",
        ),
        (
            own(DUANZHOU, due_on="2019-12-31") | {"citations": [CITATION | {"task": 1}]},
            "quote_not_in_task",
            "/citations/0/quote",
        ),
        (
            own(DUANZHOU, due_on="2019-12-31") | {"citations": [CITATION | {"task": 99}]},
            "task_unknown",
            "/citations/0/task",
        ),
        (own(DUANZHOU, due_on="2019-12-31") | {"citations": []}, "citation_missing", "/citations"),
        (own(DUANZHOU, ends_own=True), "own_missing", "/ends_own"),
        (revision(ends_own=True), "ends_own_without_units", "/ends_own"),
        (own(DUANZHOU, trajectory=[{"on": "2019-09-30", "value": "60"}]), "waypoint_past_due", "/trajectory/0/on"),
        (own(DUANZHOU, trajectory=[{"on": "2019-01-31", "value": "60"}]), "date_before_issue", "/trajectory/0/on"),
        (own(DUANZHOU, trajectory=BEYOND), "waypoint_beyond_threshold", "/trajectory/0/value"),
        (own(DUANZHOU, trajectory=[{"on": "2019-06-30"}]), "field_missing", "/trajectory/0/value"),
        (own(DUANZHOU, trajectory=[{"on": "2019-06-30", "value": "NaN"}]), "field_invalid", "/trajectory/0/value"),
        (revision(for_units="441202", threshold="60"), "field_invalid", "/for_units"),
        (revision(for_units=[7], threshold="60"), "field_not_text", "/for_units/0"),
    ],
)
def test_what_does_not_hold_together_is_refused_in_words(
    session: WriteSession, body: dict[str, Any], code: str, pointer: str
) -> None:
    before = plan_at(session)
    with pytest.raises(Invalid) as refused:
        revise(session, body)
    assert (code, pointer) in problems(refused)
    assert all("{" not in problem.message.zh + problem.message.en for problem in refused.value.problems)
    assert all(DUANZHOU not in problem.message.zh + problem.message.en for problem in refused.value.problems)
    assert plan_at(session) == before


def test_revisions_of_a_unit_follow_each_other_whoever_else_they_are_for(session: WriteSession) -> None:
    """One that was ended is no room for another on the days before its end."""
    revise(session, own(DUANZHOU, DINGHU, threshold="60"))
    revise(session, revision(for_units=[DUANZHOU], ends_own=True, effective_from="2019-11-01"))
    with pytest.raises(Invalid) as refused:
        revise(session, own(DUANZHOU, threshold="62") | {"effective_from": "2019-10-15"})
    assert problems(refused) == {("effective_from_too_early", "/effective_from")}
    assert "端州区" in refused.value.problems[0].message.zh
    assert "Duanzhou District" in refused.value.problems[0].message.en
    revise(session, own(DINGHU, threshold="62") | {"effective_from": "2019-10-15"})
    revise(session, revision(due_on="2019-10-31", effective_from="2019-08-01"))  # the general one has days of its own


def test_a_unit_that_was_merged_gets_no_target_any_more(session: WriteSession) -> None:
    plan = plan_at(session)
    gone = [
        unit.model_copy(update={"valid_to": date(2019, 7, 31)}) if unit.code == DINGHU else unit for unit in plan.units
    ]
    load_plan(session, plan.model_copy(update={"units": tuple(gone)}), actor="test")
    with pytest.raises(Invalid) as refused:
        revise(session, own(DINGHU, threshold="60"))
    assert problems(refused) == {("unit_not_there", "/for_units/0")}


def test_a_plan_folder_gives_and_ends_targets_of_a_units_own(session: WriteSession) -> None:
    plan = plan_at(session)
    general = plan.general_targets[CODE][-1]
    added = general.model_copy(
        update={
            "revision": 2,
            "threshold": Decimal(60),
            "for_units": (DUANZHOU,),
            "reason": "分步实施",
            "order": general.order,
        }
    )
    folder = plan.model_copy(update={"targets": (*plan.targets, added)})
    done = load_plan(session, folder, actor="test")
    assert [(c.action, c.code, c.for_units) for c in done.changes] == [("added", CODE, (DUANZHOU,))]
    assert in_force(plan_at(session), DUANZHOU).threshold == 60
    assert in_force(plan_at(session), DINGHU) == general
    assert plan_changes(session, folder).changes == ()
    ended = load_plan(session, plan, actor="test")
    assert [(c.action, c.for_units) for c in ended.changes] == [("removed", (DUANZHOU,))]
    assert in_force(plan_at(session), DUANZHOU) == general
    assert plan_changes(session, plan).changes == ()


def test_loading_the_folder_again_leaves_an_evaluators_own_target(session: WriteSession) -> None:
    folder = plan_at(session)
    revised = revise(session, own(DUANZHOU, threshold="60"))
    assert plan_changes(session, folder).changes == ()
    changed = folder.general_targets[CODE][-1].model_copy(update={"due_on": date(2019, 10, 31)})
    rest = tuple(target for target in folder.targets if target.code != CODE)
    load_plan(session, folder.model_copy(update={"targets": (*rest, changed)}), actor="test")
    assert in_force(plan_at(session), DUANZHOU) == revised
    assert in_force(plan_at(session), None).due_on == date(2019, 10, 31)


def test_the_order_of_targets_in_a_plan_s_file_says_nothing(session: WriteSession) -> None:
    """Of several revisions the last number holds, and which comes first in the file is not told by anything later."""
    plan = plan_at(session)
    (first,) = plan.target_revisions[CODE]
    own = {"for_units": (DUANZHOU,), "revision": 2, "reason": "own", "effective_from": date(2019, 8, 1)}
    later = {"revision": 3, "reason": "later", "threshold": Decimal(75), "effective_from": date(2019, 9, 1)}
    three = [first, *(first.model_copy(update=update) for update in (own | {"threshold": Decimal(60)}, later))]
    others = [target for target in plan.targets if target.code != CODE]
    found = []
    for order in permutations(three):
        nested = session.begin_nested()
        load_plan(session, plan.model_copy(update={"targets": (*order, *others)}), actor="tests")
        loaded = plan_at(session)
        found.append([in_force(loaded, unit).threshold for unit in (DUANZHOU, DINGHU)])
        nested.rollback()
    assert found == [[Decimal(60), Decimal(75)]] * 6


def test_the_general_target_keeps_the_indicator_that_units_own_ones_have(session: WriteSession) -> None:
    """Otherwise one target's ranking held values of two indicators against each other."""
    revise(session, own(DUANZHOU, threshold="60"))
    other = revision(indicator="one_window_rate", effective_from="2019-11-01")
    with pytest.raises(Invalid) as refused:
        revise(session, other)
    assert problems(refused) == {("own_indicator_differs", "/indicator")}
    assert "端州区" in refused.value.message.zh
    assert "Duanzhou District" in refused.value.message.en
    revise(session, revision(for_units=[DUANZHOU], ends_own=True, effective_from="2019-10-15"))
    assert revise(session, other).indicator == "one_window_rate"
