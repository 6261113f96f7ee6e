"""Months as whole numbers (year × 12 + month − 1), and days on their scale."""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction


def month_from(text: str) -> int:
    """The number of the month written `YYYY-MM`. Raises ValueError."""
    year, month = text.split("-")
    if len(text) != 7 or not 1 <= int(month) <= 12:
        raise ValueError(text)
    return int(year) * 12 + int(month) - 1


def month_text(month: int) -> str:
    """The month as it is written: `YYYY-MM`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_of_day(day: date) -> int:
    """The month that holds `day`."""
    return day.year * 12 + day.month - 1


def end_of(month: int) -> date:
    """The last day of the month."""
    year, place = divmod(month, 12)
    return date(year, place + 1, calendar.monthrange(year, place + 1)[1])


def newest_ended(day: date) -> int:
    """The newest month whose last day is on or before `day`."""
    month = month_of_day(day)
    return month if end_of(month) == day else month - 1


def on_scale(day: date) -> Fraction:
    """`day` on the scale of months: the last day of a month is a whole number, that of the month after it."""
    return month_of_day(day) + Fraction(day.day, calendar.monthrange(day.year, day.month)[1])


def day_from(text: str | None) -> date | None:
    """The day written `YYYY-MM-DD`, None for none."""
    return None if text is None else date.fromisoformat(text)


def is_owed(month: int, apart: int) -> bool:
    """True if what is owed every so many months (1, 3 or 12) is owed for the month."""
    return (month + 1) % apart == 0


def last_owed(month: int, apart: int) -> int:
    """The newest month up to this one for which it is owed."""
    return month - (month + 1) % apart
