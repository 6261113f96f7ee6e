"""Why a rolled-up rate moved: its parts are of the units that are in both sums, and add up to both rates as read."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

from metrics.contributions import PartState
from metrics.database import WriteSession
from metrics.periods import parse_period
from metrics.plan.store import plan_at
from metrics.queries.movements import MovedRate, moved_rates
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import View, view_at
from metrics.results import Rate
from tests.beginnings import beginning
from tests.metrics.queries.test_views import post
from tests.trees import NATION, PROVINCE, in_a_nation, load

UNITS = ("441202", "441203", "441204")
MONTHS = ("2019-05", "2019-06", "2019-07", "2019-08", "2019-09")


@beginning
def city(session: WriteSession) -> WriteSession:
    """Random submissions of four units in five months, some missing, some with nothing to count."""
    chance = random.Random("movements")
    for month in MONTHS:
        for unit in UNITS:
            if chance.random() < 0.6:
                online = chance.randint(300, 700)
                post(
                    session, unit, month, items_online=online, items_full_online=200, exempt_online=chance.randint(0, 9)
                )
    return session


def moved(session: WriteSession, view: View, unit: str, earlier: str, later: str) -> list[MovedRate]:
    first, last = parse_period(earlier), parse_period(later)
    assert first is not None
    assert last is not None
    return list(moved_rates(session, view, unit=unit, period_from=first, period_to=last))


def rate_of(session: WriteSession, view: View, unit: str, indicator: str, period: date) -> Rate:
    wanted = Wanted(units=[unit], indicators=[indicator], period_from=period, period_to=period)
    [found] = rates_by_unit(session, view, wanted=wanted)
    return found


def test_both_sums_are_the_rates_that_everybody_reads_and_parts_add_up(city: WriteSession) -> None:
    view, taken_apart = view_at(city), 0
    root = view.plan.root.code
    for earlier, later in (("2019-05", "2019-06"), ("2019-06", "2019-09"), ("2019-08", "2019-09")):
        for rate in moved(city, view, root, earlier, later):
            for one in (rate.before, rate.after):
                assert one == rate_of(city, view, root, rate.indicator.code, one.period)
            if rate.moved is not None:
                assert (rate.moved.before, rate.moved.after) == (rate.before.value, rate.after.value)
                assert sum((part.total for part in rate.moved.parts), Fraction(0)) == rate.moved.change
                taken_apart += 1
            else:
                assert None in (rate.before.value, rate.after.value)
    assert taken_apart > 20


def test_a_unit_is_carried_for_as_long_as_in_the_sum_and_then_left(session: WriteSession) -> None:
    post(session, "441202", "2019-05")
    for month in MONTHS:
        post(session, "441203", month, items_online=600)
    view = view_at(session)
    root = view.plan.root.code

    def state(earlier: str, later: str, indicator: str = "online_rate") -> tuple[PartState, bool, Fraction | None]:
        rate = next(one for one in moved(session, view, root, earlier, later) if one.indicator.code == indicator)
        assert rate.moved is not None
        part = next(part for part in rate.moved.parts if part.counts.unit_code == "441202")
        before = part.counts.before
        return part.counts.state, before is not None and before.carried, part.total

    assert state("2019-05", "2019-06") == (PartState.CARRIED, False, Fraction(0))
    assert state("2019-07", "2019-08") == (PartState.CARRIED, True, Fraction(0))
    assert state("2019-08", "2019-09")[:2] == (PartState.LEFT, True)
    assert state("2019-05", "2019-06", "startup_time")[0] is PartState.LEFT  # a flow is never carried


def test_what_adds_up_others_is_one_part_by_its_own_sum(session: WriteSession) -> None:
    load(session, in_a_nation(plan_at(session)))
    for month, online in (("2019-08", 600), ("2019-09", 650)):
        post(session, "441202", month, items_online=online)
        post(session, "450102", month, items_online=online - 100)
    view = view_at(session)
    rate = next(
        one for one in moved(session, view, NATION, "2019-08", "2019-09") if one.indicator.code == "online_rate"
    )
    assert rate.moved is not None
    province = next(part for part in rate.moved.parts if part.counts.unit_code == PROVINCE)
    assert province.total == Fraction(5, 2)
    assert rate.moved.change == 5
    assert moved(session, view, "441202", "2019-08", "2019-09") == []
