"""Supervision slips where they come from and where they are waited for: on verdicts, months, tasks, units and desks."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.grids.slips import slip_link, slips_table
from dashboard.locale import _, count_text, date_text, ngettext
from dashboard.pages.slips import ISSUE, fits, may_issue
from dashboard.parts import csv_link, icon, section
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.slips import state_mark
from metrics.periods import format_period
from metrics.plan.model import Unit
from metrics.queries.blindness import is_blind
from metrics.queries.period_standing import PeriodStanding
from metrics.queries.slips import SlipRow, day_of_view, slips
from metrics.results import Progress, Status
from metrics.supervision.slip_steps import Party, open_duties
from metrics.supervision.slips import LATE

Component = Any
_MOST_NAMED = 12  # late units, or slips in the list of what needs attention
_NOT_MET = frozenset({Status.OVERDUE, Status.RECTIFYING, Status.BEHIND})


def issue_link(reading: Reading, words: str | None = None, **about: str) -> Component:
    """The way to issue a slip about something, for those who may; None for the others."""
    if not may_issue(reading):
        return None
    return dcc.Link(words or _("Issue a slip"), href=reading.address.at_desk(ISSUE, **about), className="quiet-link")


def slips_of_verdict(reading: Reading, verdict: Progress) -> Component:
    """The slips about a unit's target, and the way to issue one where it is not met; nothing if neither is."""
    if reading.principal is None or verdict.unit_code in reading.plan.children:
        return None
    on = day_of_view(reading.view)
    found = slips(reading.session, reading.view, units=[verdict.unit_code], targets=[verdict.target_code])
    about = [
        html.P([slip_link(reading, row), " ", state_mark(row.stands, on=on)])
        for row in found
        if row.unit == verdict.unit_code
    ]
    month = {} if verdict.period is None else {"period": format_period(verdict.period)}
    if verdict.status in _NOT_MET:
        about.append(issue_link(reading, unit=verdict.unit_code, target=verdict.target_code, **month))
    shown = [part for part in about if part is not None]
    return html.Div([html.H3(_("Supervision slips")), *shown], className="why-slips") if shown else None


def late_units(reading: Reading, standing: PeriodStanding) -> Component:
    """For a reviewer: the units whose submission is late, each leading to a slip about it; None if there are none."""
    late = [row.unit for row in standing.units if row.expected and not row.received and row.days_late]
    if not late or not may_issue(reading):
        return None
    links: list[Component] = []
    for code in late[:_MOST_NAMED]:
        unit = reading.plan.unit_by_code.get(code)
        if unit is not None:
            links += [" ", issue_link(reading, unit_name(unit), unit=code, period=format_period(standing.period))]
    return html.P([_("Issue a slip for a late submission:"), *links], className="note")


def unit_slips(reading: Reading, unit: Unit) -> Component:
    """The unit's slips that are open, as far as the reader sees them; None where there are none."""
    principal = reading.principal
    if principal is None or is_blind(principal) or not principal.may_see_submissions_of(unit.code):
        return None
    on = day_of_view(reading.view)
    found = [row for row in slips(reading.session, reading.view, units=[unit.code]) if row.stands.is_open]
    issue = issue_link(reading, unit=unit.code)
    if not found and issue is None:
        return None
    title = _("Supervision slips")
    everything = dcc.Link(_("All slips"), href=reading.address.to("/supervise/slips", unit=unit.code, state="all"))
    table = (
        slips_table(reading, found, on=on, caption=title) if found else html.P(_("No slip is open"), className="note")
    )
    csv = csv_link(reading.address.csv("slips", unit=unit.code))
    return section(title, html.P(everything, className="note"), table, aside=[issue, csv])


def attention_slips(reading: Reading) -> Component:
    """The item of overdue slips for the list of what needs attention; None without any."""
    if reading.principal is None or is_blind(reading.principal):
        return None
    on = day_of_view(reading.view)
    late = [row for row in slips(reading.session, reading.view) if fits(row, LATE, on=on)]
    if not late:
        return None
    late.sort(key=lambda row: row.stands.due_on)
    head = html.P(
        [
            icon(Status.OVERDUE),
            html.B(
                dcc.Link(
                    _("Slips overdue on {date}", date=date_text(on)),
                    href=reading.address.to("/supervise/slips", state=LATE),
                )
            ),
            html.Span(count_text(len(late)), className="attention-reason"),
        ]
    )
    lines = [html.P(_late_line(reading, row, on), className="attention-units") for row in late[:_MOST_NAMED]]
    return html.Li([head, *lines])


def _late_line(reading: Reading, row: SlipRow, on: date) -> list[Component]:
    days = ngettext("{n} day late", "{n} days late", row.stands.days_late(on))
    return [slip_link(reading, row), html.Span(f"{unit_name(reading.plan.unit_by_code[row.unit])} · {days}")]


def waiting_slips(reading: Reading) -> Component:
    """For a clerk and a leader: how many slips wait for something of their units; None if none does."""
    principal = reading.principal
    if principal is None or not principal.is_bound_to_units or not principal.units:
        return None
    found = [row for row in slips(reading.session, reading.view, units=principal.units) if _owes(row, principal.units)]
    if not found:
        return None
    said = ngettext("{n} supervision slip waits for you", "{n} supervision slips wait for you", len(found))
    href = (
        reading.address.to(f"/supervise/slips/{found[0].number}")
        if len(found) == 1
        else reading.address.to("/supervise/slips")
    )
    return html.P(dcc.Link(said, href=href), className="desk-tasks")


def _owes(row: SlipRow, units: frozenset[str]) -> bool:
    for duty in open_duties(row.stands):
        part = None if duty.part is None else row.stands.part(duty.part)
        owing = row.unit if part is None else part.to_unit
        if duty.party is not Party.BUREAU and owing in units:
            return True
    return False
