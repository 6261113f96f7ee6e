"""The due day counts in full; where the plan says so, it gives way to the next working day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import DueRule, add_months, day_end, due_instant, due_on
from metrics.timeliness import Reception, reception, timeliness
from tests.plan_folders import SEED, plan_in

SHANGHAI = timezone(timedelta(hours=8))
SEPTEMBER = date(2019, 9, 1)
PLAIN = DueRule(due_day=5, timezone="Asia/Shanghai")
ROLLING = replace(plan_in(SEED).due_rule, rolls_forward=True)

PERIODS = st.integers(0, 12 * 30).map(lambda months: add_months(date(2015, 1, 1), months))
DAYS = st.integers(1, 28)
ZONES = st.sampled_from(["Asia/Shanghai", "UTC", "America/Sao_Paulo", "Pacific/Apia", "Europe/Berlin"])
RULES = st.builds(
    DueRule,
    due_day=DAYS,
    timezone=ZONES,
    rolls_forward=st.booleans(),
    holidays=st.just(ROLLING.holidays),
    working_weekends=st.just(ROLLING.working_weekends),
)


@pytest.mark.parametrize(
    ("submitted", "on_time", "days_late"),
    [
        (datetime(2019, 10, 1, 8, tzinfo=SHANGHAI), True, 0),
        (datetime(2019, 10, 5, 23, 59, 59, tzinfo=SHANGHAI), True, 0),
        (datetime(2019, 10, 6, 0, 0, 0, tzinfo=SHANGHAI), False, 1),
        (datetime(2019, 10, 5, 16, 0, 0, tzinfo=timezone.utc), False, 1),  # noqa: UP017  the offset is the point
        (datetime(2019, 10, 11, 9, tzinfo=SHANGHAI), False, 6),
    ],
)
def test_a_submission_is_on_time_until_the_fifth_ends(submitted: datetime, on_time: bool, days_late: int) -> None:
    found = timeliness(submitted, period=SEPTEMBER, rule=PLAIN)
    assert (found.on_time, found.days_late) == (on_time, days_late)


def test_the_city_does_not_roll_its_due_day() -> None:
    rule = plan_in(SEED).due_rule
    assert not rule.rolls_forward
    assert all(due_on(add_months(SEPTEMBER, n), rule=rule).day == 5 for n in range(36))


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2018-12-01", "2019-01-07"),  # 5 January is a Saturday
        ("2019-01-01", "2019-02-11"),  # Spring Festival until the 10th, itself a Sunday
        ("2019-03-01", "2019-04-08"),  # Tomb-sweeping Day and its weekend
        ("2019-04-01", "2019-05-05"),  # a Sunday that was worked
        ("2019-09-01", "2019-10-08"),  # National Day
        ("2019-10-01", "2019-11-05"),
        ("2020-01-01", "2020-02-05"),
        ("2020-03-01", "2020-04-07"),
        ("2020-04-01", "2020-05-06"),
        ("2020-06-01", "2020-07-06"),
        ("2020-09-01", "2020-10-09"),
        ("2021-09-01", "2021-10-08"),
        ("2024-09-01", "2024-10-07"),  # no table: plain weekends
    ],
)
def test_a_due_day_that_rolls_meets_the_announced_holidays(period: str, due: str) -> None:
    assert due_on(date.fromisoformat(period), rule=ROLLING) == date.fromisoformat(due)


def test_days_late_are_counted_from_the_day_it_was_due_on() -> None:
    just = timeliness(datetime(2019, 10, 8, 23, 59, 59, tzinfo=SHANGHAI), period=SEPTEMBER, rule=ROLLING)
    after = timeliness(datetime(2019, 10, 9, tzinfo=SHANGHAI), period=SEPTEMBER, rule=ROLLING)
    assert (just.on_time, just.days_late, after.on_time, after.days_late) == (True, 0, False, 1)


@given(PERIODS, RULES)
def test_a_submission_is_due_on_the_day_or_on_the_first_working_day_after_it(period: date, rule: DueRule) -> None:
    written, due = add_months(period, 1).replace(day=rule.due_day), due_on(period, rule=rule)
    if not rule.rolls_forward:
        assert due == written
        return
    between = [written + timedelta(days=n) for n in range((due - written).days)]
    assert rule.is_working_day(due)
    assert not any(rule.is_working_day(day) for day in between)


@given(PERIODS, RULES, st.integers(-(10**7), 10**7))
def test_late_begins_at_one_instant_and_grows_by_local_days(period: date, rule: DueRule, seconds: int) -> None:
    limit = due_instant(period, rule=rule)
    found = timeliness(limit + timedelta(seconds=seconds), period=period, rule=rule)
    assert found.on_time == (seconds < 0) == (found.days_late == 0)
    zone = ZoneInfo(rule.timezone)
    assert limit.astimezone(zone).date() > due_on(period, rule=rule)
    assert limit == day_end(due_on(period, rule=rule), timezone=rule.timezone)
    later = timeliness(limit + timedelta(seconds=max(seconds, 0), days=1), period=period, rule=rule)
    assert 0 <= later.days_late - max(found.days_late, 1) <= 2


def test_a_reception_is_judged_like_a_submission_and_nothing_is_said_of_a_moment_that_nobody_knows() -> None:
    last = datetime(2019, 10, 5, 23, 59, 59, tzinfo=SHANGHAI)
    assert reception(last, period=SEPTEMBER, rule=PLAIN) == Reception(on_time=True, days_late=0)
    late = last + timedelta(days=2)
    assert reception(late, period=SEPTEMBER, rule=PLAIN) == Reception(on_time=False, days_late=2)
    assert reception(None, period=SEPTEMBER, rule=PLAIN) == Reception(on_time=None, days_late=None)
