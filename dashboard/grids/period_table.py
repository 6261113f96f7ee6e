"""Who has reported for a month, a row a unit, with the people who answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html

from dashboard.locale import _, instant_text
from dashboard.parts import plain_table, scrolled, unit_link
from dashboard.window.address import Address
from dashboard.words.figures import NOTHING
from dashboard.words.notices import mark, timeliness_cell
from dashboard.words.sign_offs import how_signed
from dashboard.words.submissions import queue_mark
from metrics.plan.model import Plan
from metrics.queries.people import Person
from metrics.queries.period_status import UnitStatus
from metrics.submission_states import State

Component = Any


def period_table(plan: Plan, rows: Sequence[UnitStatus], *, address: Address, reviews: bool, caption: str) -> Component:
    """The rows in the order given. With `reviews` a submission's state leads to its review."""
    timezone = plan.document.timezone
    cells = [
        [
            _unit(plan, row, address),
            _state(row, address, reviews=reviews),
            _moment(row.first_submitted_at, timezone=timezone),
            _moment(row.last_revised_at if row.revision > 1 else None, timezone=timezone),
            timeliness_cell(row, timezone=timezone),
            _blocks(row),
            _person(row.leader),
            _person(row.liaison),
            _sign_off(row),
        ]
        for row in rows
    ]
    headings = [
        _("Unit"),
        _("State"),
        _("First submitted"),
        _("Last revised"),
        _("Timeliness"),
        _("Blocks"),
        _("Leader"),
        _("Liaison"),
        _("Signed off"),
    ]
    return scrolled(plain_table(caption, headings, cells, labelled=True), name="texts period-table as-cards")


def _unit(plan: Plan, row: UnitStatus, address: Address) -> Component:
    unit = plan.unit_by_code.get(row.unit)
    return row.unit if unit is None else unit_link(unit, address)


def _state(row: UnitStatus, address: Address, *, reviews: bool) -> Component:
    if not row.received:
        return queue_mark(State.NOT_REPORTED) if row.expected else html.Span(_("optional"), className="note")
    said = queue_mark(row.state)
    return dcc.Link(said, href=address.to(f"/review/{row.submission_id}")) if reviews else said


def _moment(moment: datetime | None, *, timezone: str) -> str:
    return NOTHING if moment is None else instant_text(moment, timezone=timezone)


def _blocks(row: UnitStatus) -> str:
    """Blocks of the form that came, of those that are owed."""
    came = len(set(row.blocks_expected) & set(row.blocks_received))
    return _("{came} of {owed}", came=came, owed=len(row.blocks_expected)) if row.blocks_expected else NOTHING


def _person(person: Person | None) -> Component:
    if person is None or person.name is None:
        return NOTHING
    reached = [html.Br(), html.Span(person.phone, className="note")] if person.phone else []
    return html.Span([person.name, *reached], title=person.title)


def _sign_off(row: UnitStatus) -> Component:
    if row.sign_off is None:
        return NOTHING
    if row.signed_off:
        return html.Span(row.sign_off.leader, title=how_signed(row.sign_off))
    return mark("submission-voided", _("void, revised since"), title=row.sign_off.leader)
