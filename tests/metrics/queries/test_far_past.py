"""What is kept of the far past changes no answer, now or at any place, whatever was recorded before and after."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, func, select

from metrics.commands import keep_far_past as keeping
from metrics.commands.keep_far_past import bring_far_past_up_to_date, keep_far_past, rebuild_far_past
from metrics.commands.load_plan import load_plan
from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import FarPast, RolledUpRates, UnitTurns
from metrics.periods import JudgedMonth, Span, add_months, month_number
from metrics.plan.store import plan_at
from metrics.queries.derived_check import derived_findings
from metrics.queries.far_past import kept_far_past, kept_sums, turning_months
from metrics.queries.far_past_facts import facts_to_keep
from metrics.queries.first_months import NEVER, conditions_of
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rate_frame import rate_frame
from metrics.queries.rates_by_unit import rates_by_unit
from metrics.queries.view import View, view_at
from metrics.results import Basis
from metrics.submission_states import State
from tests.matrices import WHOLE
from tests.metrics.commands.test_derive_rates import with_other_formula
from tests.metrics.queries.test_views import BUREAU, post
from tests.verdict_oracle import satisfies

UNITS = ("441202", "441203", "ZQ-YUEGUI")
FIRST = date(2018, 7, 1)
MONTHS = [add_months(FIRST, ahead) for ahead in range(18)]


def act(session: WriteSession, chance: random.Random) -> None:
    """Post, revise or verify a submission of any of eighteen months; some months and blocks stay empty."""
    unit, period = chance.choice(UNITS), chance.choice(MONTHS)
    standing = find_version(session, unit=unit, period=period)
    if standing is None or standing.state == State.VERIFIED or chance.random() < 0.3:
        values: dict[str, Any] = {"items_online": chance.randint(500, 990), "items_one_window": chance.randint(0, 1000)}
        if standing is None and chance.random() < 0.2:
            values |= {"startups": None, "startup_days": None}
        post(session, unit, f"{period:%Y-%m}", **values)
        standing = find_version(session, unit=unit, period=period)
    if standing is not None and chance.random() < 0.6:
        verify_submission(session, principal=BUREAU, submission_id=standing.id)
    session.flush()


def answers(session: WriteSession, view: View) -> list[Any]:
    """Verdicts of several months, and the whole course of the unit above all."""
    found: list[Any] = [
        progress_by_unit(session, view, month=JudgedMonth.of(period)).progress
        for period in (MONTHS[4], MONTHS[13], MONTHS[-1])
    ]
    span = Span(MONTHS[0], MONTHS[-1])
    return [*found, rate_frame(session, view, units={view.plan.root.code}, span=span).to_numpy().tolist()]


@pytest.mark.parametrize("basis", list(Basis))
def test_nothing_that_is_asked_is_answered_otherwise(session: WriteSession, basis: Basis) -> None:
    chance, places = random.Random(f"kept {basis}"), []
    for _ in range(26):
        act(session, chance)
    places.append(newest_seq(session))
    facts = facts_to_keep(session, basis)
    for step in range(8):
        act(session, chance)
        if step == 3:
            load_plan(session, with_other_formula(plan_at(session)), actor="tests")
        if step in (1, 2, 6):
            places.append(newest_seq(session))
    without = [answers(session, view_at(session, as_of=seq, basis=basis)) for seq in places]
    now = answers(session, view_at(session, basis=basis))
    assert facts is not None
    assert kept_far_past(session, view_at(session, basis=basis)) is None
    keep_far_past(session, facts)
    assert kept_far_past(session, view_at(session, as_of=places[0], basis=basis)) is not None
    assert [answers(session, view_at(session, as_of=seq, basis=basis)) for seq in places] == without
    facts = facts_to_keep(session, basis)
    assert facts is not None
    keep_far_past(session, facts)
    view = view_at(session, basis=basis)
    assert answers(session, view) == now
    held = kept_sums(
        session, view, units=[view.plan.root.code], indicators=[0], carried=3, span=Span(FIRST, MONTHS[-1])
    )
    assert len(held) > 10
    for rolled_up in held.values():
        rolled_up.numerators[:] += 1  # what is read from it is a copy
    assert answers(session, view) == now


def test_the_far_past_is_what_verdicts_are_given_by(session: WriteSession) -> None:
    """Verdicts from the newest months and few facts are those from whole courses."""
    chance = random.Random("whole")
    for _ in range(30):
        act(session, chance)
    view = view_at(session)
    for period in MONTHS[::3]:
        month = JudgedMonth.of(period)
        few = progress_by_unit(session, view, month=month)
        assert few.progress == progress_by_unit(session, view, month=month, whole_courses=True).progress
        for unit in UNITS:
            for target in few.of_unit(unit):
                if target.period is not None:
                    assert few.courses[unit, target.indicator_code][-1] == target.rate


def test_first_months_are_the_first_of_all_months(session: WriteSession) -> None:
    chance = random.Random("first months")
    for _ in range(24):
        act(session, chance)
    view = view_at(session)
    plan, conditions = view.plan, conditions_of(view.plan)
    units = [plan.unit_by_code[code] for code in UNITS]
    expected = np.full((len(units), len(conditions)), NEVER)
    for rate in rates_by_unit(session, view):
        for column, condition in enumerate(conditions):
            if rate.unit_code in UNITS and rate.indicator_code == condition.indicator and rate.reported:
                held = condition.comparator == "reported" or rate.value is not None
                if held and condition.comparator not in ("reported", "value"):
                    target = next(t for t in plan.targets if t.indicator == condition.indicator and t.measured)
                    threshold = condition.threshold * plan.indicator_by_code[condition.indicator].scale
                    changes = {"comparator": condition.comparator, "threshold": threshold}
                    held = rate.value is not None and satisfies(rate.value, target.model_copy(update=changes))
                if held:
                    at = UNITS.index(rate.unit_code), column
                    expected[at] = min(expected[at], month_number(rate.period))
    found = turning_months(session, view, units=units, conditions=conditions, last=MONTHS[-1])
    assert (found == expected).all()
    assert (found == NEVER).any()
    assert (found != NEVER).sum() > len(conditions)


def test_what_does_not_change_from_place_to_place_is_there_once(session: WriteSession) -> None:
    chance = random.Random("later")
    assert facts_to_keep(session, Basis.SUBMITTED) is None
    for _ in range(12):
        act(session, chance)
    older = facts_to_keep(session, Basis.SUBMITTED)
    act(session, chance)
    newer = facts_to_keep(session, Basis.SUBMITTED)
    assert older is not None
    assert newer is not None
    for facts in (newer, older, newer):
        keep_far_past(session, facts)
    kept = session.scalars(select(FarPast).order_by(FarPast.seq)).all()
    assert [one.seq for one in kept] == [older.seq, newer.seq]
    assert newer.seq == newest_seq(session)
    assert kept[1].through <= add_months(MONTHS[-1], -3)
    units = len(plan_at(session).reporting_units)
    assert units <= (session.scalar(select(func.count()).select_from(UnitTurns)) or 0) <= units + 1
    assert session.scalar(select(func.max(RolledUpRates.period))) == kept[1].through


@pytest.mark.parametrize("seed", range(4) if WHOLE else (1, 2))  # each basis, and with another formula or without
def test_at_whatever_places_it_is_kept_all_rows_are_right_and_so_is_every_answer(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Kept in any order, and given up where there are too many; among what happens is another formula."""
    monkeypatch.setattr(keeping, "_PLACES", 3)
    chance, basis, first = random.Random(f"places {seed}"), list(Basis)[seed % 2], newest_seq(session)
    for step in range(28):
        act(session, chance)
        if step == 20 and seed > 1:
            load_plan(session, with_other_formula(plan_at(session)), actor="tests")
    newest = newest_seq(session)
    for seq in [newest, *chance.sample(range(first + 8, newest), 6 if WHOLE else 4)]:
        facts = facts_to_keep(session, basis, seq=seq)
        if facts is not None:
            keep_far_past(session, facts)
        assert list(derived_findings(session)) == []
    places = session.scalars(select(FarPast.seq)).all()
    assert len(places) <= 3
    assert newest in places
    views = [view_at(session, as_of=seq, basis=basis) for seq in chance.sample(range(first + 4, newest), 3)]
    assert all(kept_far_past(session, view) is not None for view in views) or seed > 1
    found = [answers(session, view) for view in views]
    session.execute(delete(FarPast))
    assert [answers(session, view) for view in views] == found


def places_of(session: WriteSession) -> int:
    return session.scalar(select(func.count()).select_from(FarPast).where(FarPast.basis == "submitted")) or 0


def test_readers_before_many_corrections_find_a_place_near_by(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody kept anything along the way: the widest gap is filled first, until none is wide."""
    chance = random.Random("near by")
    for _ in range(25):
        act(session, chance)
    monkeypatch.setattr(keeping, "_FEW", 0)
    monkeypatch.setattr(keeping, "_WIDE", 3)
    assert bring_far_past_up_to_date(always=True)
    counts: list[int] = []
    while bring_far_past_up_to_date() and len(counts) < 30:
        counts.append(places_of(session))
    assert counts == sorted(counts)
    assert 4 < counts[-1] <= 12
    newest = newest_seq(session)
    for seq in range(newest - 12, newest):
        kept = kept_far_past(session, view_at(session, as_of=seq))
        assert kept is not None
        assert abs(kept.seq - seq) <= max(3, newest // 6)
    assert list(derived_findings(session)) == []
    rebuild_far_past(session)
    assert places_of(session) == counts[-1]
    assert list(derived_findings(session)) == []


def kept_and_not(session: WriteSession) -> tuple[list[Any], list[Any]]:
    """The answers now with what is kept, and without."""
    view = view_at(session)
    assert kept_far_past(session, view) is not None
    found = answers(session, view)
    session.execute(delete(FarPast))
    return found, answers(session, view)


def test_what_is_kept_is_not_taken_for_the_same_on_another_scale(session: WriteSession) -> None:
    """A figure of the startup time that met "at most 1 day" does not meet "at most 1" of 8 hours a day."""
    for period in MONTHS[:8]:
        post(session, "441202", f"{period:%Y-%m}", startups=40, startup_days="30.0")
    facts = facts_to_keep(session, Basis.SUBMITTED)
    assert facts is not None
    keep_far_past(session, facts)
    plan = plan_at(session)
    indicators = tuple(
        one.model_copy(update={"scale": 8}) if one.code == "startup_time" else one for one in plan.indicators
    )
    load_plan(session, plan.model_copy(update={"indicators": indicators}), actor="tests")
    session.flush()
    kept, read = kept_and_not(session)
    assert kept == read


def test_a_unit_that_added_up_others_is_read_whole(session: WriteSession) -> None:
    for period in MONTHS[:8]:
        post(session, "441202", f"{period:%Y-%m}", items_online=990)
        post(session, "441203", f"{period:%Y-%m}", items_online=500)
    plan = plan_at(session)
    below = plan.unit_by_code["441203"].model_copy(update={"code": "441202001", "parent": "441202", "order": 9999})
    load_plan(session, plan.model_copy(update={"units": (*plan.units, below)}), actor="tests")
    session.flush()
    facts = facts_to_keep(session, Basis.SUBMITTED)
    assert facts is not None
    keep_far_past(session, facts)
    load_plan(session, plan, actor="tests")
    session.flush()
    kept, read = kept_and_not(session)
    assert kept == read


def test_it_is_kept_where_there_is_much_to_read_and_again_when_the_plan_asks_for_more(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random("worth while")
    for _ in range(12):
        act(session, chance)
    assert not bring_far_past_up_to_date()
    monkeypatch.setattr(keeping, "_FEW", 5)
    monkeypatch.setattr(keeping, "_CHANGED", 0)
    assert bring_far_past_up_to_date()
    assert not bring_far_past_up_to_date()
    load_plan(session, with_other_formula(plan_at(session)), actor="tests")
    session.flush()
    assert bring_far_past_up_to_date()
    assert not bring_far_past_up_to_date()
    monkeypatch.setattr(keeping, "_CHANGED", 1000)
    post(session, "441202", f"{MONTHS[2]:%Y-%m}", items_online=777)
    assert bring_far_past_up_to_date()
