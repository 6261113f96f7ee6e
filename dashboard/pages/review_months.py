"""Which month the review and the status page look at, and the ways to other months."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc

from dashboard.locale import _, month_text
from dashboard.window.reading import Reading
from metrics.periods import add_months, newest_ended_period

Component = Any


def period_reviewed(reading: Reading) -> date:
    """The month chosen, else the newest for which anything came, else the newest that has ended."""
    if reading.address.month is not None:
        return reading.address.month
    return newest_ended(reading) if reading.months is None else reading.months[1]


def newest_ended(reading: Reading) -> date:
    return newest_ended_period(datetime.now(UTC).astimezone(ZoneInfo(reading.timezone)).date())


def month_links(reading: Reading, period: date) -> list[Component]:
    """A step to either side, and to the month that is being collected now: nothing need have come for it yet."""
    now = newest_ended(reading)

    def link(month: date, text: str) -> Component:
        return dcc.Link(text, href=reading.address.in_month(month))

    before, after = add_months(period, -1), add_months(period, 1)
    links = [link(before, f"‹ {month_text(before)}")]
    links += [link(after, f"{month_text(after)} ›")] if after <= now else []
    links += [link(now, _("Being collected now: {month}", month=month_text(now)))] if now > after else []
    return links
