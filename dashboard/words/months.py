"""What is said of the month judged, and of newer ones: before the plan, without data, how much has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboard.locale import _, date_text, month_alone, month_text
from dashboard.window.reading import Reading
from metrics.periods import due_on
from metrics.queries.judged_month import MonthCounts
from metrics.results import Basis


def month_marks(days: Sequence[date]) -> tuple[tuple[date, str], ...]:
    """The marks of a time axis with their words, narrow enough to stand side by side on a telephone: the month alone,
    and under the first of a year the year, unless the next mark is another year's already.
    """
    years = [day.year for day in days]
    if len(days) > 1 and all(day.month == 12 for day in days):
        return tuple((day, _("{year}", year=day.year)) for day in days)  # the last day of each year
    marks = []
    for place, day in enumerate(days):
        begins = day.year not in years[:place]
        alone = place + 1 < len(years) and years[place + 1] != day.year
        marks.append((day, month_alone(day) + ("<br>" + _("{year}", year=day.year) if begins and not alone else "")))
    return tuple(marks)


def before_plan(reading: Reading) -> str:
    """That the day judged lies before the plan was issued; nothing on any other."""
    issued = reading.plan.document.issued_on
    if reading.on is None or reading.on >= issued:
        return ""
    return _("The plan was issued on {date}: nothing in it was due yet.", date=date_text(issued))


def without_data(reading: Reading) -> str:
    """As :func:`no_submission`; beyond the newest month with data, also of which month the figures are that are shown.

    For pages that show the newest verdicts there are; of what is told of the month alone nothing earlier is shown.
    """
    said = no_submission(reading)
    if not said or reading.counts is None or reading.months is None or reading.counts.period <= reading.months[1]:
        return said
    return said + _("; the figures shown are those of {month}", month=month_text(reading.months[1]))


def no_submission(reading: Reading) -> str:
    """That no submission of the month judged is known; nothing where one is, or none is known at all."""
    if reading.counts is None or reading.counts.known:
        return ""
    month = month_text(reading.counts.period)
    if reading.view.basis is Basis.VERIFIED:
        return _("No submission for {month} has been verified", month=month)
    return _("No submission for {month} has been recorded", month=month)


def received_text(reading: Reading, month: MonthCounts) -> str:
    """How much of the month has come, and what is late or until when it is being collected."""
    plan, verified = reading.plan, reading.view.basis is Basis.VERIFIED
    counts = {"counted": month.counted, "expected": month.expected}
    if late := month.late(plan, at=reading.moment):
        counts |= {"late": late}
        if verified:
            return _("{counted} of {expected} verified, {late} late", **counts)
        return _("{counted} of {expected} received, {late} late", **counts)
    if month.sent < month.expected:
        until = date_text(due_on(month.period, rule=plan.due_rule))
        if verified:
            return _("{counted} of {expected} verified, collected until {date}", date=until, **counts)
        return _("{counted} of {expected} received, collected until {date}", date=until, **counts)
    if verified:
        return _("{counted} of {expected} verified", **counts)
    return _("{counted} of {expected} received", **counts)
