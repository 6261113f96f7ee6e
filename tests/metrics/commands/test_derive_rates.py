"""Stored rates equal what every submission said at every place in the ledger, however they came to be written."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from metrics.commands import derive_rates as derive_rates_module
from metrics.commands import load_plan as load_plan_module
from metrics.commands.derive_rates import (
    derive_rates,
    derive_rates_anew,
    parts_to_rebuild,
    rebuild_formulas,
    rebuild_rates,
)
from metrics.commands.load_plan import load_plan
from metrics.database import ReadSession, Sessions, WriteSession, make_engine
from metrics.errors import Conflict
from metrics.ledger.entry import Place, append, newest_seq, next_place
from metrics.models import Observation, PlanRecord, StoredFormulas, Submission, SubmissionEvent, UnitRates
from metrics.plan.model import LinearForm, Plan, Term
from metrics.plan.store import plan_at
from metrics.stored_rates import layout_of
from metrics.submission_states import STATE_AFTER
from tests.databases import Database
from tests.metrics.queries.test_views import disturb, post
from tests.oracle import own

Row = tuple[str, date, str, str, Fraction | None, Fraction | None]


def rows(session: ReadSession) -> list[tuple[Any, ...]]:
    """Every stored row, as it is."""
    return [
        tuple(row)
        for row in session.execute(select(UnitRates.__table__).order_by("unit_code", "period", "formulas", "seq"))
    ]


def stored(session: WriteSession, seq: int) -> set[Row]:
    """What the stored rates say at `seq`: (unit, period, state, indicator, numerator, denominator)."""
    held = select(func.max(StoredFormulas.number)).where(StoredFormulas.seq <= seq).scalar_subquery()
    still = (UnitRates.until_seq.is_(None)) | (UnitRates.until_seq > seq)
    found = session.scalars(select(UnitRates).where(UnitRates.formulas == held, UnitRates.seq <= seq, still))
    layout = layout_of(plan_at(session, seq=seq))
    return {
        (
            row.unit_code,
            row.period,
            str(row.state),
            place.indicator.code,
            _exact(row.numerators[place.place], place.decimals),
            _exact(row.denominators[place.place], place.decimals),
        )
        for row in found
        for place in layout
    }


def _exact(steps: int | None, decimals: int) -> Fraction | None:
    return None if steps is None else Fraction(steps, 10**decimals)


def said(session: WriteSession, seq: int) -> set[Row]:
    """The same from observations and events, looked up one by one."""
    plan = plan_at(session, seq=seq)
    of_submission = {s.id: (s.unit_code, s.period) for s in session.scalars(select(Submission))}
    values: dict[tuple[str, date], dict[str, Fraction]] = {}
    for o in session.scalars(select(Observation).where(Observation.seq <= seq).order_by(Observation.seq)):
        values.setdefault((o.unit_code, o.period), {})[o.element_code] = Fraction(o.value)
    states = {}
    for event in session.scalars(select(SubmissionEvent).where(SubmissionEvent.seq <= seq).order_by("seq")):
        if event.action in STATE_AFTER:
            states[of_submission[event.submission_id]] = str(STATE_AFTER[event.action])
    found = set()
    for (unit, period), state in states.items():
        for indicator in plan.indicators:
            amounts = own(values, indicator, unit, period) or (None, None)
            found.add((unit, period, state, indicator.code, *amounts))
    return found


def with_other_formula(plan: Plan) -> Plan:
    """The plan, and of the one-window rate only half the items count."""
    indicators = tuple(
        one.model_copy(update={"denominator": LinearForm(terms=(Term(element="items_online", times=2),), constant=3)})
        if one.code == "one_window_rate"
        else one
        for one in plan.indicators
    )
    return plan.model_copy(update={"indicators": indicators})


def test_every_place_of_the_ledger_has_its_own_rates(session: WriteSession) -> None:
    chance = random.Random("stored")
    plan = plan_at(session)
    places = []
    for step in range(18):
        disturb(session, chance)
        if step == 9:
            load_plan(session, with_other_formula(plan), actor="tests")
        places.append(newest_seq(session))
    post(session, "441204", startups=None, startup_days=None, items_online=800)
    places.append(newest_seq(session))
    assert any(None in row for row in stored(session, places[-1]))
    for seq in places:
        assert stored(session, seq) == said(session, seq)


def test_rates_made_anew_are_those_that_were_written_one_by_one(clean_database: Database) -> None:
    chance = random.Random("anew")
    sessions, owner = Sessions(clean_database.engine), make_engine(clean_database.owner_url, pool_size=1)
    with sessions.write() as session:
        plan = plan_at(session)
        for step in range(14):
            disturb(session, chance)
            if step == 7:
                load_plan(session, with_other_formula(plan), actor="tests")
        written = rows(session)
    with Sessions(owner).write() as session:
        session.execute(text("update unit_rates set numerators[1] = 0"))
        session.execute(text("update stored_formulas set seq = seq + 1"))
        rebuild_formulas(session)
        for units in parts_to_rebuild(session):
            rebuild_rates(session, units=units)
        assert rows(session) == written
        session.execute(text("truncate unit_rates"))
        session.execute(text("delete from stored_formulas where number > 1"))  # so that the newest plan's are the first
        plan = plan_at(session)
        first = session.scalar(text("select min(seq) from submission_events")) or 0
        derive_rates(session, plan, first=first, last=newest_seq(session))
        at_once = stored(session, newest_seq(session))
        assert at_once == said(session, newest_seq(session))
    owner.dispose()


def test_what_is_sent_while_another_formula_is_worked_out_waits_for_nobody_and_counts(
    clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        post(session, "441202", items_online=700)
        post(session, "441203", items_online=700)

    def after_a_post(session: WriteSession) -> Place:
        """Somebody revises one submission and sends another, once the rates are worked out."""
        with sessions.write() as other:
            other.execute(text("set local lock_timeout = '1s'"))
            post(other, "441202", items_online=710)
            post(other, "441204", items_online=720)
        return next_place(session)

    monkeypatch.setattr(load_plan_module, "next_place", after_a_post)
    with sessions.write() as session:
        loaded = load_plan(session, with_other_formula(plan_at(session)), actor="tests")
    with sessions.write() as session:
        newest = newest_seq(session)
        assert loaded.seq == newest
        assert len({row[:2] for row in stored(session, newest)}) == 3
        for seq in (newest - 3, newest - 2, newest - 1, newest):
            assert stored(session, seq) == said(session, seq)


@pytest.mark.parametrize("step", ["_refuse_coarser", "next_place"])
def test_a_target_that_is_revised_while_a_plan_is_loaded_stays_revised(
    clean_database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Before another formula is worked out, and after."""
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        post(session, "441202", items_online=700)
        plan = plan_at(session)
    target = next(one for one in plan.targets if one.measured)
    revision = target.model_copy(update={"threshold": target.threshold and target.threshold / 2})
    changed = plan.model_copy(update={"targets": tuple(revision if one is target else one for one in plan.targets)})

    then, revised = getattr(load_plan_module, step), list[int]()

    def after_a_revision(*given: Any) -> Any:
        with sessions.write() as other:
            if revised:
                return then(*given)
            record = other.scalars(select(PlanRecord).where(PlanRecord.code == target.code)).first()
            assert record is not None
            place = next_place(other)
            other.add(PlanRecord(kind="target", code=target.code, version=2, seq=place.seq, origin="evaluator",
                content=record.content | {"revision": 2}, removed=False))  # fmt: skip
            append(other, kind="target", place=place, content={})
            revised.append(place.seq)
        return then(*given)

    monkeypatch.setattr(load_plan_module, step, after_a_revision)
    with pytest.raises(Conflict, match="target_revised"), sessions.write() as session:
        load_plan(session, with_other_formula(changed), actor="tests")
    with sessions.write() as session:
        assert [row.formulas for row in session.execute(select(UnitRates.formulas))] == [1]
        assert session.scalars(select(StoredFormulas.number)).all() == [1]


def test_one_plan_is_loaded_at_a_time(clean_database: Database) -> None:
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        plan = plan_at(session)
    with sessions.write() as session, sessions.write() as other:
        load_plan(session, with_other_formula(plan), actor="tests")
        other.execute(text("set local lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            load_plan(other, with_other_formula(plan), actor="somebody")
        other.rollback()


def test_what_is_recorded_again_and_again_meanwhile_is_caught_up_before_the_ledger_is_held(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derive_rates_module, "_FEW", 0)
    chance, held = random.Random("again"), []

    def disturbed(session: WriteSession, plan: Plan, **asked: Any) -> None:
        derive_rates_anew(session, plan, **asked)
        held.append(asked["at"])
        if len(held) < 4:
            disturb(session, chance)

    disturb(session, chance)
    monkeypatch.setattr(derive_rates_module, "derive_rates_anew", disturbed)
    load_plan(session, with_other_formula(plan_at(session)), actor="tests")
    newest = newest_seq(session)
    assert held[-2:] == [newest - 1, newest]  # nothing came after the last one that nobody was kept from posting for
    assert stored(session, newest) == said(session, newest)
    assert stored(session, newest - 1) == said(session, newest - 1)


def test_what_is_posted_with_decimals_is_stored_in_whole_steps(session: WriteSession) -> None:
    post(session, startup_days="38.5", startups=40)
    row = session.scalars(select(UnitRates)).one()
    place = next(place for place in layout_of(plan_at(session)) if place.indicator.code == "startup_time")
    assert (row.numerators[place.place], row.denominators[place.place], place.decimals) == (385, 400, 1)


def test_an_element_never_gets_fewer_decimals(session: WriteSession) -> None:
    plan = plan_at(session)
    coarser = tuple(
        element.model_copy(update={"decimals": 0}) if element.code == "startup_days" else element
        for element in plan.elements
    )
    with pytest.raises(Conflict, match="decimals_fewer"):
        load_plan(session, plan.model_copy(update={"elements": coarser}), actor="tests")


def test_an_element_that_was_taken_out_does_not_come_back_with_fewer_decimals(session: WriteSession) -> None:
    """38.5 days would be 39, in stored rates and in the check that compares them."""
    plan = plan_at(session)
    gone = {"startups", "startup_days"}
    parts: dict[str, tuple[Any, ...]] = {
        "blocks": tuple(block for block in plan.blocks if block.code != "startup"),
        "elements": tuple(element for element in plan.elements if element.code not in gone),
        "indicators": tuple(one for one in plan.indicators if not gone & set(one.elements)),
        "targets": tuple(target for target in plan.targets if target.indicator != "startup_time"),
    }
    load_plan(session, plan.model_copy(update=parts), actor="tests")
    session.flush()
    coarser = tuple(element.model_copy(update={"decimals": 0}) for element in plan.elements)
    with pytest.raises(Conflict, match="decimals_fewer"):
        load_plan(session, plan.model_copy(update={"elements": coarser}), actor="tests")
    assert load_plan(session, plan, actor="tests").changes
