"""The reviewer's queue as a table: a row a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.locale import _, instant_text, ngettext
from dashboard.parts import hidden, scrolled
from dashboard.window.address import Address
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.notices import timeliness_cell
from dashboard.words.submissions import queue_mark
from metrics.plan.model import Plan
from metrics.queries.period_status import UnitStatus
from metrics.queries.review_queue import QueueRow
from metrics.queries.submissions import SubmissionSummary
from metrics.submission_states import State

Component = Any


def queue_table(
    plan: Plan,
    rows: Sequence[QueueRow],
    stands: Mapping[str, UnitStatus],
    *,
    address: Address,
    acts: bool,
    caption: str,
) -> Component:
    """The rows in the order given; with `acts`, a box to tick for every submission that waits to be verified.

    `stands`: where each unit's submission stands in its period.
    """
    headings = [
        *([html.Th(hidden(_("Choose")), scope="col", className="choose")] if acts else []),
        *[
            html.Th(heading, scope="col")
            for heading in (
                _("Unit"),
                _("State"),
                _("First submitted"),
                _("Timeliness"),
                _("Revision"),
                _("Warnings"),
                _("What changed"),
            )
        ],
    ]
    table = html.Table(
        [
            html.Caption(caption, className="hidden-text"),
            html.Thead(html.Tr(headings)),
            html.Tbody([_row(plan, row, stands[row.unit], address=address, acts=acts) for row in rows]),
        ],
        className="figures queue",
    )
    return scrolled(table, name="texts")


def _row(plan: Plan, row: QueueRow, stands: UnitStatus, *, address: Address, acts: bool) -> Component:
    name = unit_name(plan.unit_by_code[row.unit])
    sent = row.submission
    box = [html.Td(_box(row, name), className="choose")] if acts else []
    timeliness = timeliness_cell(stands, timezone=plan.document.timezone)
    if sent is None:
        link = dcc.Link(name, href=address.to(f"/units/{row.unit}"), className="unit-name")
        cells = [
            html.Td(queue_mark(State.NOT_REPORTED) if row.required else html.Span(_("optional"), className="note")),
            html.Td(NOTHING),
            html.Td(timeliness),
            *[html.Td(NOTHING)] * 3,
        ]
        return html.Tr([*box, html.Th(link, scope="row"), *cells])
    cells = [
        html.Td(queue_mark(sent.state)),
        html.Td(_first_submitted(sent, timezone=plan.document.timezone), className="moment"),
        html.Td(timeliness),
        html.Td(str(sent.revision)),
        html.Td(_warnings(row)),
        html.Td(_changed(row, address)),
    ]
    link = dcc.Link(name, href=address.to(f"/review/{sent.id}"), className="unit-name")
    return html.Tr([*box, html.Th(link, scope="row"), *cells])


def _first_submitted(sent: SubmissionSummary, *, timezone: str) -> str:
    return NOTHING if sent.first_received_at is None else instant_text(sent.first_received_at, timezone=timezone)


def _box(row: QueueRow, name: str) -> Component:
    if row.submission is None or row.submission.state != State.SUBMITTED:
        return None
    return dmc.Checkbox(value=row.submission.etag.strip('"'), label=hidden(_("Choose {unit}", unit=name)), size="xs")


def _warnings(row: QueueRow) -> Component:
    """How many warnings nobody acknowledged, of how many."""
    if not row.warnings:
        return _("none")
    if not row.unacknowledged:
        return ngettext("{n}, acknowledged", "{n}, all acknowledged", row.warnings)
    sign = html.Span(className="sign sign-behind", **{"aria-hidden": "true"})
    text = _("{n} of {all} not acknowledged", n=row.unacknowledged, all=row.warnings)
    return html.Span([sign, text], className="status")


def _changed(row: QueueRow, address: Address) -> Component:
    assert row.submission is not None  # noqa: S101  a row without a submission has nothing that changed
    verification = row.verification
    if verification is not None and not verification.stands and row.since_verified:
        words = ngettext(
            "{n} figure differs from what was verified", "{n} figures differ from what was verified", row.since_verified
        )
        href = address.to(f"/review/{row.submission.id}", base="verified", show="differences")
        sign = html.Span(className="sign submission-voided", **{"aria-hidden": "true"})
        return dcc.Link([sign, words], href=href, className="status")
    if row.submission.revision == 1:
        return html.Span(_("first submission"), className="note")
    return ngettext("{n} figure changed", "{n} figures changed", row.changed)
