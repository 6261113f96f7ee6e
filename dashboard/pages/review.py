"""The reviewer's queue: of every unit, where its return for a month stands, and several verified at once."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.forms import asking_form, press
from dashboard.grids.queue import queue_table
from dashboard.locale import _, ngettext
from dashboard.pages.content import Content
from dashboard.pages.not_for_you import not_for_you, not_now
from dashboard.pages.period import due_line, period_finding, period_strip, status_of
from dashboard.pages.review_months import month_links, period_reviewed
from dashboard.parts import empty, section
from dashboard.reading import Reading
from dashboard.return_words import STATES, return_state_mark
from metrics.principal import Action
from metrics.queries.period_status import PeriodStatus
from metrics.queries.review_queue import QueueRow, review_queue

Component = Any


def review_page(reading: Reading) -> Content:
    """The page at `/review`."""
    principal = reading.principal
    if principal is None or not principal.may_look_at_review:
        return not_for_you(reading)
    if not reading.place.present:
        return not_now(reading)
    period = period_reviewed(reading)
    rows = review_queue(reading.session, reading.plan, principal=principal, period=period)
    status = status_of(reading, principal, period)
    title = finding(status, rows)
    links = [
        *month_links(reading, period),
        dcc.Link(_("Who has reported, locks and exceptions"), href=reading.place.to("/periods")),
    ]
    chosen = reading.place.keeps("state")
    shown = [row for row in rows if chosen not in STATES or row.state == chosen]
    acts = principal.may(Action.VERIFY)
    body = html.Div(
        [
            html.Div(
                [html.Div([html.H1(title), html.P(links, className="months note")]), due_line(status)],
                className="page-head",
            ),
            period_strip(reading, status),
            section(
                _("Queue"),
                _filters(reading, rows, chosen=chosen),
                _queue(reading, shown, status, acts=acts),
                *([] if acts else [html.P(_("You may look; reviewers verify and return."), className="note")]),
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body)


def finding(status: PeriodStatus, rows: tuple[QueueRow, ...]) -> str:
    """How many came and how many wait."""
    waiting = sum(1 for row in rows if row.state == "submitted")
    return period_finding(status) + ngettext(", {n} to verify", ", {n} to verify", waiting)


def _filters(reading: Reading, rows: tuple[QueueRow, ...], *, chosen: str | None) -> Component:
    """One link a state, with how many rows it has; the one shown is marked."""

    def link(state: str | None, inside: list[Component]) -> Component:
        here = {"aria-current": "true"} if state == chosen else {}
        return html.Li(
            dcc.Link(inside, href=reading.place.keeping(state=state), className="filter here" if here else "filter"),
            **here,
        )

    counts = {state: sum(1 for row in rows if row.state == state) for state in STATES}
    items = [link(None, [_("All"), html.Span(str(len(rows)), className="count")])]
    items += [
        link(state, [return_state_mark(state), html.Span(str(counts[state]), className="count")]) for state in STATES
    ]
    return html.Ul(items, className="filters", **{"aria-label": _("States")})


def _queue(reading: Reading, rows: list[QueueRow], status: PeriodStatus, *, acts: bool) -> Component:
    if not rows:
        return empty(_("No return is in this state"), _("The other states are one press away, above."))
    stands = {row.unit: row for row in status.units}
    table = queue_table(reading.plan, rows, stands, place=reading.place, acts=acts, caption=_("Queue"))
    waiting = sum(1 for row in rows if row.state == "submitted")
    if not acts or not waiting:
        return table
    every = html.Button(_("Choose all"), type="button", className="button", **{"data-does": "choose-all"})
    note = html.P(
        _("Each return is verified by itself; one that changed meanwhile is left as it is."), className="note"
    )
    bar = html.Div([every, press(_("Verify those chosen"), main=True), note], className="act-bar")
    versions = ",".join(row.submission.etag for row in rows if row.submission is not None)
    group = dmc.CheckboxGroup([table, bar], value=[])
    return asking_form("return.verify_chosen", group, about=versions, name="queue-form")
