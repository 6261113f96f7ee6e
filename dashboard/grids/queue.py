"""The reviewer's queue as a table: a row a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.locale import _, instant_text, ngettext
from dashboard.notices import timeliness_cell
from dashboard.parts import hidden
from dashboard.place import Place
from dashboard.return_words import return_state_mark
from dashboard.wording import NOTHING, unit_name
from metrics.plan.model import Plan
from metrics.queries.period_status import UnitStatus
from metrics.queries.review_queue import QueueRow

Component = Any


def queue_table(
    plan: Plan,
    rows: Sequence[QueueRow],
    stands: Mapping[str, UnitStatus],
    *,
    place: Place,
    acts: bool,
    caption: str,
) -> Component:
    """The rows in the order given; with `acts`, a box to tick for every return that waits to be verified.

    `stands`: where each unit's return stands in its period.
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
            html.Tbody([_row(plan, row, stands[row.unit], place=place, acts=acts) for row in rows]),
        ],
        className="figures queue",
    )
    return html.Div(table, className="scroll texts")


def _row(plan: Plan, row: QueueRow, stands: UnitStatus, *, place: Place, acts: bool) -> Component:
    name = unit_name(plan.unit_by_code[row.unit])
    sent = row.submission
    box = [html.Td(_box(row, name), className="choose")] if acts else []
    timeliness = timeliness_cell(stands, timezone=plan.document.timezone)
    if sent is None:
        link = dcc.Link(name, href=place.to(f"/units/{row.unit}"))
        cells = [
            html.Td(return_state_mark("missing") if row.required else html.Span(_("optional"), className="note")),
            html.Td(NOTHING),
            html.Td(timeliness),
            *[html.Td(NOTHING)] * 3,
        ]
        return html.Tr([*box, html.Th(link, scope="row"), *cells])
    cells = [
        html.Td(return_state_mark(sent.state)),
        html.Td(instant_text(sent.first_recorded_at, timezone=plan.document.timezone), className="moment"),
        html.Td(timeliness),
        html.Td(str(sent.revision)),
        html.Td(_warnings(row)),
        html.Td(_changed(row, place)),
    ]
    link = dcc.Link(name, href=place.to(f"/review/{sent.id}"))
    return html.Tr([*box, html.Th(link, scope="row"), *cells])


def _box(row: QueueRow, name: str) -> Component:
    if row.submission is None or row.submission.state != "submitted":
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


def _changed(row: QueueRow, place: Place) -> Component:
    assert row.submission is not None  # noqa: S101  a row without a return has nothing that changed
    verification = row.verification
    if verification is not None and not verification.stands and row.since_verified:
        words = ngettext(
            "{n} figure differs from what was verified", "{n} figures differ from what was verified", row.since_verified
        )
        href = place.to(f"/review/{row.submission.id}", base="verified", show="differences")
        sign = html.Span(className="sign return-voided", **{"aria-hidden": "true"})
        return dcc.Link([sign, words], href=href, className="status")
    if row.submission.revision == 1:
        return html.Span(_("first return"), className="note")
    return ngettext("{n} figure changed", "{n} figures changed", row.changed)
