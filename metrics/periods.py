"""Reporting periods: calendar months, and the instants at which their submissions are due.

A period is the first day of its month (a `date`), written `YYYY-MM`. Figures are as of the month's last day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from metrics.errors import Message, Problem

FIRST_YEAR, LAST_YEAR = 2000, 2999  # of which months are reported and days are asked for
_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_REMEMBERED = 4096  # days; a page asks for the same few thousands of times
_WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_period(text: str) -> date | None:
    """The period `YYYY-MM` names, None if it names none. Only ASCII digits, years FIRST_YEAR to LAST_YEAR."""
    found = _WRITTEN.fullmatch(text) if text.isascii() else None
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return date(int(found[1]), int(found[2]), 1)


def parse_day(text: str) -> date | None:
    """The day `YYYY-MM-DD` names, None if it names none. Only ASCII digits, years FIRST_YEAR to LAST_YEAR."""
    if not _WRITTEN_DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def format_period(period: date) -> str:
    return f"{period.year:04d}-{period.month:02d}"


def period_problem(text: str, *, pointer: str = "/period") -> Problem:
    """The problem to report for a period that :func:`parse_period` does not know."""
    return Problem(
        code="period_unknown",
        message=Message(
            f"报告期须写作 YYYY-MM(年-月)的形式,{FIRST_YEAR} 至 {LAST_YEAR} 年之间;收到“{text}”。",
            f"A period is written YYYY-MM, in the years {FIRST_YEAR} to {LAST_YEAR}; got {text!r}.",
        ),
        pointer=pointer,
        given=text,
    )


def period_of(day: date) -> date:
    """The period that holds `day`."""
    return day.replace(day=1)


@lru_cache(_REMEMBERED)
def last_day(period: date) -> date:
    return period.replace(day=calendar.monthrange(period.year, period.month)[1])


def add_months(period: date, months: int) -> date:
    years, month = divmod(period.year * 12 + period.month - 1 + months, 12)
    return date(years, month + 1, 1)


def month_number(period: date) -> int:
    """Months since year 0: the scale on which lines and slopes are measured."""
    return period.year * 12 + period.month - 1


def is_owed(period: date, months_apart: int) -> bool:
    """True if what is owed every so many months is owed for the period: 3: March and June, 12: December."""
    return period.month % months_apart == 0


def last_owed(period: date, months_apart: int) -> date:
    """The newest period up to `period` for which it is owed."""
    return add_months(period, -(period.month % months_apart))


def period_numbered(number: int) -> date:
    """The period whose month number it is."""
    return date(number // 12, number % 12 + 1, 1)


@lru_cache(_REMEMBERED)
def month_position(day: date) -> Fraction:
    """`day` on the month scale; the last day of a month is a whole number, that of the month after it."""
    return month_number(day) + Fraction(day.day, calendar.monthrange(day.year, day.month)[1])


def newest_ended_period(day: date) -> date:
    """The newest period whose last day is on or before `day`."""
    own = period_of(day)
    return own if last_day(own) == day else add_months(own, -1)


@dataclass(frozen=True, slots=True)
class JudgedMonth:
    """The month that verdicts are about, and the day `on` which they are given: its last, unless another is asked for.

    A day that ends no month judges the one that ended before it.
    """

    period: date
    on: date

    @classmethod
    def of(cls, period: date) -> JudgedMonth:
        """`period`, judged on its last day."""
        return cls(period, last_day(period))

    @classmethod
    def of_day(cls, day: date) -> JudgedMonth:
        """The newest period that has ended by `day`, judged on that day."""
        return cls(newest_ended_period(day), day)


def periods_between(first: date, last: date) -> Iterator[date]:
    """Every period from `first` to `last`, both included; nothing if `last` is before `first`."""
    current = first
    while current <= last:
        yield current
        current = add_months(current, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Periods, first days of months, both ends included."""

    first: date
    last: date

    @property
    def months(self) -> range:
        """The month numbers from the first to the last."""
        return range(month_number(self.first), month_number(self.last) + 1)


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class DueRule:
    """When submissions are due: by day `due_day` of the month after the period, that day included, local time.

    With `rolls_forward` a due day that is no working day gives way to the next one that is. `holidays` are days off,
    `working_weekends` the Saturdays and Sundays that are worked; what neither names is a plain week.
    """

    due_day: int
    timezone: str
    rolls_forward: bool = False
    holidays: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day not in self.holidays and (not is_weekend(day) or day in self.working_weekends)


def due_on(period: date, *, rule: DueRule) -> date:
    """The last day on which a submission for `period` is in time."""
    return rolled_forward(add_months(period, 1).replace(day=rule.due_day), rule=rule)


def rolled_forward(day: date, *, rule: DueRule) -> date:
    """`day`; where the rule rolls due days forward, the first working day from it on."""
    while rule.rolls_forward and not rule.is_working_day(day):
        day += timedelta(days=1)
    return day


def due_instant(period: date, *, rule: DueRule) -> datetime:
    """The first instant, in UTC, at which a submission for `period` is late: midnight after the day it is due on."""
    return day_end(due_on(period, rule=rule), timezone=rule.timezone)


def day_end(day: date, *, timezone: str) -> datetime:
    """The instant, in UTC, at which the local `day` is over: midnight after it."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(timezone)).astimezone(UTC)
