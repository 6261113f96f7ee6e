"""The month judged by default: the newest of which half has come, against a slow look at month after month."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import Submission
from metrics.periods import add_months, last_day
from metrics.plan.model import Plan, Unit
from metrics.plan.store import plan_at
from metrics.queries.judged_month import (
    JudgedByDefault,
    MonthCounts,
    fullest,
    judged_by_default,
    judged_month,
    newest_full,
)
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View, view_at
from metrics.results import Basis, Status
from metrics.settings import settings
from metrics.submission_states import Action
from tests import reference
from tests.metrics.queries.test_views import BUREAU, post

FIRST = date(2019, 7, 1)
HALF = Fraction(1, 2)
MOMENT = datetime(2019, 10, 1, tzinfo=UTC)
OWING = ("441202", "441203", "441204")
OPTIONAL = "ZQ-YUEGUI"


@pytest.fixture
def few(session: WriteSession) -> Plan:
    """The plan with three units that owe submissions, the last of them until August."""
    plan = plan_at(session)
    changes: dict[str, dict[str, object]] = {code: {"figures_required": True} for code in OWING}
    changes[OWING[2]] |= {"valid_to": date(2019, 8, 31)}
    units = [unit.model_copy(update=changes.get(unit.code, {"figures_required": False})) for unit in plan.units]
    return with_units(plan, units)


def with_units(plan: Plan, units: Iterable[Unit]) -> Plan:
    """A plan of its own: a copy would keep what the other has worked out of its units."""
    return Plan(**{name: getattr(plan, name) for name in type(plan).model_fields} | {"units": tuple(units)})


def stands(session: WriteSession, unit: str, period: date, state: str = "submitted") -> None:
    session.add(Submission(unit_code=unit, period=period, revision=1, state=state, seq=1, first_recorded_at=MOMENT))
    session.flush()


def now(plan: Plan, basis: Basis = Basis.SUBMITTED) -> View:
    return View(plan=plan, seq=1, is_now=True, basis=basis, recorded_at=MOMENT)


@given(
    st.lists(
        st.integers(0, 4).flatmap(lambda owed: st.tuples(st.just(owed), st.integers(0, owed), st.booleans())),
        max_size=8,
    ),
    st.fractions(Fraction(1, 12), 1, max_denominator=12),
)
def test_the_choice_is_that_of_a_slow_look_at_every_month(months: list[tuple[int, int, bool]], share: Fraction) -> None:
    counts, counted, owing = [], {}, {}
    for place, (owed, came, another) in enumerate(months):
        month = add_months(FIRST, place)
        counts.append(MonthCounts(month, owed, came, came, known=bool(came) or another))
        owing[month] = {f"u{number}" for number in range(owed)}
        counted[month] = {f"u{number}" for number in range(came)} | ({"optional"} if another else set())
    chosen = newest_full(counts, share=share) or fullest(counts)
    assert chosen == reference.judged_by_default(counted, owing, share=share)


def test_one_early_submission_turns_nothing_grey(session: WriteSession, few: Plan) -> None:
    for unit in OWING[:2]:
        stands(session, unit, date(2019, 8, 1))
    stands(session, OWING[0], date(2019, 9, 1))
    found = judged_by_default(session, now(with_units(few, _all_owing(few))))
    assert found.month is not None
    assert found.month.period == date(2019, 8, 1)
    (newer,) = found.newer
    assert (newer.period, newer.counted, newer.expected) == (date(2019, 9, 1), 1, 3)


def _all_owing(plan: Plan) -> list[Unit]:
    return [unit.model_copy(update={"valid_to": None}) if unit.code in OWING else unit for unit in plan.units]


def test_half_is_enough_and_less_than_half_is_not(session: WriteSession) -> None:
    plan = plan_at(session)
    owing = [unit.code for unit in plan.reporting_units if unit.figures_required]
    assert len(owing) == 11
    for unit in owing:
        stands(session, unit, date(2019, 8, 1))
    for unit in owing[:5]:
        stands(session, unit, date(2019, 9, 1))
    assert _month(session, now(plan)) == date(2019, 8, 1)
    stands(session, OPTIONAL, date(2019, 9, 1))  # counts on neither side
    assert _month(session, now(plan)) == date(2019, 8, 1)
    stands(session, owing[5], date(2019, 9, 1))
    assert _month(session, now(plan)) == date(2019, 9, 1)


def _month(session: WriteSession, view: View) -> date | None:
    found = judged_month(session, view)
    assert found is None or found.on == last_day(found.period)
    return None if found is None else found.period


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BIAOCHI_JUDGED_SHARE", "0.6")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("share")
def test_the_share_is_a_setting(session: WriteSession, few: Plan) -> None:
    for unit in OWING[:2]:
        stands(session, unit, date(2019, 9, 1))
    stands(session, OWING[0], date(2019, 10, 1))
    assert _month(session, now(few)) == date(2019, 9, 1)  # 1 of 2 is less than 0.6


def test_a_month_that_owes_nothing_is_never_judged_by_default(session: WriteSession, few: Plan) -> None:
    nobody = with_units(few, (unit.model_copy(update={"figures_required": False}) for unit in few.units))
    stands(session, OPTIONAL, date(2019, 9, 1))
    assert judged_by_default(session, now(nobody)) == JudgedByDefault(None)
    assert _month(session, now(few)) == date(2019, 9, 1)  # owed by two, sent by none of them: the only one there is


def test_where_no_month_has_half_the_fullest_is_judged_of_equals_the_newest(session: WriteSession) -> None:
    plan = plan_at(session)
    owing = [unit.code for unit in plan.reporting_units if unit.figures_required]
    months = [add_months(FIRST, place) for place in range(20)]  # more than are looked at first
    for unit in owing[:2]:
        stands(session, unit, months[0])
        stands(session, unit, months[1])
    stands(session, owing[0], months[-1])
    found = judged_by_default(session, now(plan))
    assert found.month is not None
    assert found.month.period == months[1]
    assert [month.period for month in found.newer] == months[2:]
    assert [month.counted for month in found.newer] == [0] * 17 + [1]


def test_where_nothing_is_verified_the_month_is_that_of_what_was_sent(session: WriteSession, few: Plan) -> None:
    assert judged_by_default(session, now(few)) == JudgedByDefault(None)
    stands(session, OWING[0], date(2019, 9, 1))
    found = judged_by_default(session, now(few, Basis.VERIFIED))
    assert found.counts == MonthCounts(date(2019, 9, 1), 2, 1, 0, known=False)


def test_what_is_late_is_what_has_not_come_by_the_due_day(session: WriteSession, few: Plan) -> None:
    for unit in OWING[:2]:
        stands(session, unit, FIRST)
    stands(session, OWING[0], date(2019, 9, 1), "returned")
    counts = MonthCounts(FIRST, expected=3, sent=2, counted=0, known=True)
    assert counts.late(few, at=datetime(2019, 8, 5, 15, 59, tzinfo=UTC)) == 0  # 23:59 in Zhaoqing
    assert counts.late(few, at=datetime(2019, 8, 5, 16, 0, tzinfo=UTC)) == 1


@pytest.mark.parametrize("basis", list(Basis))
def test_as_of_is_what_was_judged_then(session: WriteSession, few: Plan, basis: Basis) -> None:
    """Posts, revisions, verifications and returns of three units; at every place the answer is that of a replay."""
    chance = random.Random(f"judged {basis}")
    states: dict[tuple[str, date], str] = {}
    expected: dict[int, tuple[date | None, JudgedByDefault]] = {}
    for _ in range(24):
        unit, period = chance.choice([*OWING[:2], OPTIONAL]), add_months(FIRST, chance.randint(0, 4))
        _disturb(session, unit, period, states, chance)
        view = replace(view_at(session, basis=basis), plan=few)
        judged = judged_by_default(session, view)
        assert (None if judged.month is None else judged.month.period) == _replayed(few, states, basis)
        expected[newest_seq(session)] = (_replayed(few, states, basis), judged)
    for seq, (_month_then, judged) in expected.items():
        then = replace(view_at(session, as_of=seq, basis=basis), plan=few)
        assert judged_by_default(session, then) == judged
    assert len({month for month, _ in expected.values()}) > 1


def _disturb(
    session: WriteSession, unit: str, period: date, states: dict[tuple[str, date], str], chance: random.Random
) -> None:
    standing = find_version(session, unit=unit, period=period)
    if standing is None or standing.state == "returned" or chance.random() < 0.3:
        post(session, unit, f"{period:%Y-%m}", items_online=chance.randint(600, 990))
        states[unit, period] = "submitted"
        return
    verified = standing.state == "verified"
    action, reason = (Action.SEND_BACK, "不符") if verified else (Action.VERIFY, "")
    verify_submission(session, principal=BUREAU, submission_id=standing.id, action=action, reason=reason)
    session.flush()
    states[unit, period] = "returned" if verified else "verified"


def _replayed(plan: Plan, states: Mapping[tuple[str, date], str], basis: Basis) -> date | None:
    def month(counting: Mapping[tuple[str, date], str]) -> date | None:
        counted: dict[date, set[str]] = {}
        for unit, period in counting:
            counted.setdefault(period, set()).add(unit)
        required = [unit for unit in plan.reporting_units if unit.figures_required]
        owing = {period: {u.code for u in required if u.exists_on(last_day(period))} for period in counted}
        return reference.judged_by_default(counted, owing, share=HALF)

    if basis is Basis.SUBMITTED:
        return month(states)
    return month({key: state for key, state in states.items() if state == "verified"}) or month(states)


def test_progress_is_that_of_the_month_judged_by_default(session: WriteSession) -> None:
    owing = [unit.code for unit in plan_at(session).reporting_units if unit.figures_required]
    for unit in owing[:6]:
        post(session, unit, "2019-08", items_online=900)
    post(session, owing[0], "2019-09", items_online=900)
    judged = progress_by_unit(session, view_at(session), targets=["TG-05A"])
    assert (judged.on, judged.period) == (date(2019, 8, 31), date(2019, 8, 1))
    assert [judged.of(unit, "TG-05A").status for unit in owing[:6]] == [Status.MET] * 6  # type: ignore[union-attr]
