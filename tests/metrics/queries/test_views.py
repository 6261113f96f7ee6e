"""What is known in a view: any earlier place answers what was answered then, and current figures equal history."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from metrics.commands.post_submission import post_submission
from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.leaderboard import leaderboard
from metrics.queries.observations import Chosen, observations
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rates_by_unit import rates_by_unit
from metrics.queries.view import View, view_at
from metrics.results import Basis
from metrics.submission_states import Action
from metrics.submissions import SubmissionRequest
from tests.builders import whole_values
from tests.matrices import WHOLE

BUREAU = Principal(user_id=1, username="bureau", display_name="局", role=Role.REVIEWER)
UNITS = ["441202", "441203", "ZQ-YUEGUI"]
PERIODS = ["2019-07", "2019-08", "2019-09", "2019-11"]
_ACTS = 16 if WHOLE else 11  # of a history that is replayed
DAYS = (date(2019, 8, 31), date(2019, 10, 15), date(2026, 5, 20))  # places take turns at them


def post(
    session: WriteSession, unit: str = "441202", period: str = "2019-09", *, reason: str = "更正", **values: Any
) -> int:
    """Post or revise a submission and answer its sequence number."""
    plan = plan_at(session)
    standing = find_version(session, unit=unit, period=date.fromisoformat(f"{period}-01"))
    posted = post_submission(
        session,
        plan=plan,
        principal=BUREAU,
        request=SubmissionRequest(
            unit=unit,
            period=period,
            values=whole_values(**values),
            note="",
            reason=reason if standing else "",
            acknowledged={},
        ),
        if_match=None if standing is None else standing.etag,
    )
    session.flush()
    return posted.seq or newest_seq(session)


def answers(session: WriteSession, view: View) -> tuple[Any, ...]:
    """Everything a reader can ask of a view."""
    whole = progress_by_unit(session, view, whole_courses=True)
    courses = {pair: list(rates) for pair, rates in whole.courses.items()}
    return (
        tuple(rates_by_unit(session, view)),
        (whole.on, whole.period, whole.progress, courses),
        [verdicts(session, view, on) for on in (None, *(DAYS if WHOLE else (DAYS[view.seq % len(DAYS)],)))],
        leaderboard(session, view),
        tuple(observations(session, view, Chosen())),
        tuple(observations(session, view, Chosen(history=True))),
    )


def verdicts(session: WriteSession, view: View, on: date | None) -> tuple[Any, ...]:
    """Every verdict: from few months and what is remembered in a view of now, from all months in one of the past."""
    judged = progress_by_unit(session, view, month=None if on is None else JudgedMonth.of_day(on))
    return judged.on, judged.period, judged.progress


def disturb(session: WriteSession, chance: random.Random) -> None:
    """Do one thing that may change what is known: post, revise, verify or submission."""
    unit, period = chance.choice(UNITS), chance.choice(PERIODS)
    standing = find_version(session, unit=unit, period=date.fromisoformat(f"{period}-01"))
    if standing is not None and chance.random() < 0.4:
        if standing.state == "submitted":
            verify_submission(session, principal=BUREAU, submission_id=standing.id)
        elif standing.state == "verified":
            verify_submission(
                session, principal=BUREAU, submission_id=standing.id, action=Action.SEND_BACK, reason="不符"
            )
    else:
        post(session, unit, period, items_online=chance.randint(600, 990), items_one_window=chance.randint(0, 1000))
    session.flush()


@pytest.mark.parametrize("basis", list(Basis))
def test_as_of_equals_a_replay_of_history(session: WriteSession, basis: Basis) -> None:
    chance = random.Random(f"replay {basis}")
    seen = {}
    for _ in range(_ACTS):
        disturb(session, chance)
        seen[newest_seq(session)] = answers(session, view_at(session, basis=basis))
    assert len(seen) > _ACTS / 2
    for seq, known_then in seen.items():
        assert answers(session, view_at(session, as_of=seq, basis=basis)) == known_then


def test_a_moment_is_the_last_entry_before_it(session: WriteSession) -> None:
    first = post(session)
    moment = view_at(session).recorded_at
    second = post(session, items_online=700)
    assert moment is not None
    assert view_at(session, as_of=moment).seq == first
    assert view_at(session, as_of=datetime.now(UTC)).seq == second


def test_a_moment_that_has_not_come_is_refused_but_for_the_end_of_the_day(session: WriteSession) -> None:
    newest, zone = post(session), ZoneInfo("Asia/Shanghai")
    today = datetime.now(zone).replace(hour=23, minute=59, second=59, microsecond=999_999)
    assert view_at(session, as_of=today).seq == newest
    assert view_at(session, as_of=datetime.now(UTC) + timedelta(minutes=4)).seq == newest  # clocks differ
    for moment in (today + timedelta(days=1), datetime.now(UTC) + timedelta(days=2)):
        with pytest.raises(BadRequest, match="as_of_unknown"):
            view_at(session, as_of=moment)


def test_a_place_that_is_not_there_yet_is_refused(session: WriteSession) -> None:
    with pytest.raises(BadRequest, match="as_of_unknown"):
        view_at(session, as_of=newest_seq(session) + 1)


def test_a_county_is_never_carried_and_the_city_is(session: WriteSession) -> None:
    post(session, "441202", "2019-08")
    post(session, "441203", "2019-09")
    rates = {
        (rate.unit_code, rate.indicator_code): rate
        for rate in rates_by_unit(session, view_at(session))
        if rate.period == date(2019, 9, 1)
    }
    assert not rates["441202", "online_rate"].reported
    city = rates["441200", "online_rate"]
    assert (city.units_reported, city.units_carried, city.units_expected) == (1, 1, 11)
    flow = rates["441200", "startup_time"]
    assert (flow.units_reported, flow.units_carried) == (1, 0)


def test_missing_is_not_zero_and_zero_of_zero_is_not_applicable(session: WriteSession) -> None:
    post(session, startups=0, startup_days=0)
    post(session, "441203", startups=None, startup_days=None)
    rates = {r.unit_code: r for r in rates_by_unit(session, view_at(session)) if r.indicator_code == "startup_time"}
    empty, left_out, missing = rates["441202"], rates["441203"], rates["441204"]
    assert (empty.reported, empty.applicable, empty.value) == (True, False, None)
    for rate in (left_out, missing):
        assert (rate.reported, rate.applicable, rate.value) == (False, False, None)


def test_a_stock_is_carried_for_three_months_and_no_longer(session: WriteSession) -> None:
    post(session, "441202", "2019-05")
    for period in ("2019-08", "2019-09"):
        post(session, "441203", period)
    carried = {
        rate.period: rate.units_carried
        for rate in rates_by_unit(session, view_at(session))
        if (rate.unit_code, rate.indicator_code) == ("441200", "online_rate")
    }
    assert carried == {
        date(2019, 5, 1): 0,
        date(2019, 6, 1): 1,
        date(2019, 7, 1): 1,
        date(2019, 8, 1): 1,
        date(2019, 9, 1): 0,
    }


def test_verified_counts_only_what_stands_verified(session: WriteSession) -> None:
    post(session)
    standing = find_version(session, unit="441202", period=date(2019, 9, 1))
    assert standing is not None
    assert tuple(rates_by_unit(session, view_at(session, basis=Basis.VERIFIED))) == ()
    verify_submission(session, principal=BUREAU, submission_id=standing.id)
    session.flush()
    assert progress_by_unit(session, view_at(session, basis=Basis.VERIFIED)).period == date(2019, 9, 1)
    post(session, items_online=700)
    assert progress_by_unit(session, view_at(session, basis=Basis.VERIFIED)).period is None


def test_an_empty_database_judges_nothing(session: WriteSession) -> None:
    view = view_at(session)
    assert progress_by_unit(session, view).progress == ()
    assert leaderboard(session, view) == ()
    grey = progress_by_unit(session, view, month=JudgedMonth.of_day(date(2019, 9, 30)))
    assert {progress.status.value for progress in grey.progress} == {"no_data"}


def test_today_is_judged_by_the_newest_period_with_data(session: WriteSession) -> None:
    post(session)
    judged = progress_by_unit(session, view_at(session), month=JudgedMonth.of_day(date(2026, 5, 20)))
    assert (judged.period, judged.on) == (date(2019, 9, 1), date(2026, 5, 20))
    before = progress_by_unit(session, view_at(session), month=JudgedMonth.of_day(date(2019, 8, 31)))
    assert before.period is None
