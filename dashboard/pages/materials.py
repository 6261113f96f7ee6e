"""The page at `/materials`: who owes monthly material, unit by month; and a clerk's or leader's own months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.materials import body_label, standing_cell
from metrics.periods import add_months, due_on, format_period, newest_ended_period, period_of
from metrics.queries.materials import BodyMaterial, materials_of_month
from metrics.supervision.materials import MaterialStatus

Component = Any
MONTHS_SHOWN = 6


def materials_page(reading: Reading) -> Content:
    """Months across, the month judged first; who owes material down, reporting units before departments."""
    months = shown_months(reading)
    known = {month: rows_of(reading, month) for month in months}
    title = materials_finding(known[months[0]], months[0])
    due = _("Due by {date}", date=date_text(due_on(months[0], rule=reading.plan.due_rule)))
    parts = [
        section(heading, scrolled(_table(reading, known, codes, caption=heading), name="texts"), aside=aside)
        for heading, codes, aside in _groups(reading, known, months)
        if codes
    ]
    none = empty(_("Nobody owes material for {month}", month=month_text(months[0])))
    body = html.Div([page_head(title, reading, html.P(due, className="note"), dated=False), *(parts or [none])])
    return Content(title=title, body=body)


def shown_months(reading: Reading) -> list[date]:
    """The month chosen, or the newest that has ended, and those before it, newest first.

    The newest no later than the month after the one judged by default, and than the last of the plan's phases.
    """
    moment = reading.moment if reading.address.present else (reading.view.recorded_at or datetime.now(UTC))
    ended = [newest_ended_period(moment.astimezone(ZoneInfo(reading.timezone)).date())]
    if reading.month is not None:
        ended.append(add_months(reading.month.period, 1))
    ended += [max(period_of(phase.end) for phase in reading.plan.phases)] if reading.plan.phases else []
    first = reading.address.month or min(ended)
    return [add_months(first, -back) for back in range(MONTHS_SHOWN)]


def rows_of(reading: Reading, month: date) -> list[BodyMaterial]:
    """Those whose material the reader may see, and how it stands."""
    principal = reading.principal
    now = datetime.now(UTC) if reading.address.present else (reading.view.recorded_at or datetime.now(UTC))
    found = materials_of_month(reading.session, reading.view, month, now=now)
    return [row for row in found if principal is not None and principal.may_see_submissions_of(row.body.code)]


def materials_finding(rows: Sequence[BodyMaterial], month: date) -> str:
    """How much of the month has come, and how much is missing."""
    came = sum(row.material is not None for row in rows)
    missing = sum(row.standing.status is MaterialStatus.MISSING for row in rows)
    said = _("{month}: {came} of {owed} have sent their material", month=month_text(month), came=came, owed=len(rows))
    return said + (ngettext(", {n} missing", ", {n} missing", missing) if missing else "")


def _groups(
    reading: Reading, known: dict[date, list[BodyMaterial]], months: Sequence[date]
) -> list[tuple[str, list[str], Component]]:
    rows = known[months[0]]
    units = [row.body.code for row in rows if not row.body.department]
    departments = [row.body.code for row in rows if row.body.department]
    csv = csv_link(
        reading.address.csv("materials", period_from=format_period(months[-1]), period_to=format_period(months[0]))
    )
    return [(_("Counties and zones"), units, csv), (_("City departments"), departments, None if units else csv)]


def _table(reading: Reading, known: dict[date, list[BodyMaterial]], codes: Sequence[str], *, caption: str) -> Component:
    found = {(row.body.code, month): row for month, rows in known.items() for row in rows}
    names = {row.body.code: body_label(row.body) for row in next(iter(known.values()))}
    lines = [
        [
            _name(reading, code, names[code]),
            *[_cell(reading, found.get((code, month)), code, month, names[code]) for month in known],
        ]
        for code in codes
    ]
    return plain_table(caption, [_("Unit"), *map(month_text, known)], lines)


def _name(reading: Reading, code: str, name: str) -> Component:
    """The unit, and the way to its work plan of the year."""
    year = shown_months(reading)[0].year
    href = reading.address.to(f"/work-plans/{code}/{year}")
    plan = dcc.Link(_("Work plan {year}", year=year), href=href, className="quiet-link")
    return html.Span([name, " ", plan])


def _cell(reading: Reading, row: BodyMaterial | None, code: str, month: date, name: str) -> Component:
    if row is None:
        return ""
    href = reading.address.to(f"/materials/{code}/{format_period(month)}")
    return dcc.Link(
        standing_cell(row), href=href, title=_("Material of {unit}, {month}", unit=name, month=month_text(month))
    )
