"""Lights set by hand: visible as such, with a reason, gone with the next submission, and never a changed status."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from metrics.commands.override_light import override_light
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound
from metrics.ledger.entry import newest_seq
from metrics.models import LedgerEntry
from metrics.principal import Principal, Role
from metrics.queries.overrides import overrides
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from metrics.results import Light, Progress
from tests.beginnings import beginning
from tests.metrics.queries.test_views import post

pytestmark = pytest.mark.usefixtures("_posted")

EVALUATOR = Principal(9, "han", "韩", Role.EVALUATOR)
TARGET, PERIOD = "TG-05A", date(2019, 9, 1)


def verdict(session: WriteSession, unit: str = "441202", *, as_of: int | None = None) -> Progress:
    found = progress_by_unit(session, view_at(session, as_of=as_of), units=[unit], targets=[TARGET]).of(unit, TARGET)
    assert found is not None
    return found


def set_light(
    session: WriteSession, light: Light | None = Light.AMBER, *, unit: str = "441202", reason: str = "已现场核实"
) -> int:
    done = override_light(
        session, principal=EVALUATOR, unit=unit, target=TARGET, period=PERIOD, light=light, reason=reason
    )
    return done.seq


@beginning
def _posted(session: WriteSession) -> None:
    post(session, "441202", items_online=950)
    post(session, "441203", items_online=300)


def test_a_light_set_by_hand_is_shown_as_such_and_the_status_stays(session: WriteSession) -> None:
    before = verdict(session)
    set_light(session)
    after = verdict(session)
    assert (before.light, after.light, after.status) == (Light.GREEN, Light.AMBER, before.status)
    assert after.override is not None
    assert (after.override.computed, after.override.actor, after.override.reason) == (Light.GREEN, "han", "已现场核实")
    assert verdict(session, "441203").override is None


def test_it_lapses_with_the_next_submission_of_the_unit_and_no_other(session: WriteSession) -> None:
    set_light(session)
    post(session, "441203", items_online=310)
    assert verdict(session).override is not None
    post(session, "441202", items_online=960)
    assert verdict(session).override is None


def test_the_citys_lapses_with_any_submission_below_it(session: WriteSession) -> None:
    city = view_at(session).plan.document.root_unit
    set_light(session, Light.GREY, unit=city)
    assert verdict(session, city).light is Light.GREY
    post(session, "441203", items_online=310)
    assert verdict(session, city).override is None


def test_it_can_be_taken_back(session: WriteSession) -> None:
    set_light(session)
    set_light(session, None)
    assert (verdict(session).light, verdict(session).override) == (Light.GREEN, None)


def test_an_earlier_view_shows_what_was_shown_then(session: WriteSession) -> None:
    before = newest_seq(session)
    at = set_light(session)
    set_light(session, None)
    assert verdict(session, as_of=before).override is None
    assert verdict(session, as_of=at).light is Light.AMBER


def test_every_decision_is_listed_and_in_the_ledger(session: WriteSession) -> None:
    first, second = set_light(session), set_light(session, Light.RED)
    rows = overrides(session, view_at(session))
    assert [(row.seq, row.light, row.computed) for row in rows] == [(first, "amber", "green"), (second, "red", "green")]
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.seq == second)) or "")
    assert (leaf["kind"], leaf["unit"], leaf["light"], leaf["actor"]) == ("override", "441202", "red", "han")


def test_refusals(session: WriteSession) -> None:
    before = newest_seq(session)
    with pytest.raises(Invalid, match="reason_missing"):
        set_light(session, reason=" ")
    with pytest.raises(Invalid, match="light_unchanged"):
        set_light(session, Light.GREEN)
    with pytest.raises(Conflict, match="override_missing"):
        set_light(session, None)
    for unit, target, period in (
        ("999999", TARGET, PERIOD),
        ("441202", "TG-99", PERIOD),
        ("441202", TARGET, date(2019, 8, 1)),
    ):
        with pytest.raises(NotFound):
            override_light(
                session, principal=EVALUATOR, unit=unit, target=target, period=period, light=Light.RED, reason="x"
            )
    assert newest_seq(session) == before


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.ASSESSOR, Role.ADMIN])
def test_only_an_evaluator_sets_lights(session: WriteSession, role: Role) -> None:
    with pytest.raises(Forbidden):
        override_light(
            session,
            principal=Principal(1, "x", "x", role, frozenset({"441202"})),
            unit="441202",
            target=TARGET,
            period=PERIOD,
            light=Light.RED,
            reason="x",
        )


def test_the_rules_own_light_is_not_set_by_hand(session: WriteSession) -> None:
    set_light(session)
    with pytest.raises(Invalid) as refused:
        set_light(session, Light.GREEN)
    assert [problem.code for problem in refused.value.problems] == ["light_as_computed"]
    set_light(session, Light.RED)
    assert verdict(session).light is Light.RED
