"""The reviewer's queue: of every unit, where its return for a month stands, and several verified at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.forms import asking_form, press
from dashboard.grids.queue import queue_table
from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.pages.content import Content
from dashboard.pages.not_for_you import not_for_you, not_now
from dashboard.parts import empty, section
from dashboard.reading import Reading
from dashboard.return_words import STATES, return_state_mark
from metrics.periods import add_months, due_on, newest_ended_period
from metrics.principal import Action
from metrics.queries.review_queue import QueueRow, review_queue

Component = Any


def review_page(reading: Reading) -> Content:
    """The page at `/review`."""
    principal = reading.principal
    if principal is None or not principal.may_look_at_review:
        return not_for_you(reading)
    if reading.place.as_of is not None:
        return not_now(reading)
    period = period_reviewed(reading)
    rows = review_queue(reading.session, reading.plan, principal=principal, period=period)
    title = finding(rows, period)
    chosen = reading.place.keeps("state")
    shown = [row for row in rows if chosen not in STATES or row.state == chosen]
    acts = principal.may(Action.VERIFY)
    body = html.Div(
        [
            html.Div(
                [html.Div([html.H1(title), _months(reading, period)]), _due(reading, period)], className="page-head"
            ),
            section(
                _("Queue"),
                _filters(reading, rows, chosen=chosen),
                _queue(reading, shown, acts=acts),
                *([] if acts else [html.P(_("You may look; reviewers verify and return."), className="note")]),
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body)


def period_reviewed(reading: Reading) -> date:
    """The month chosen, else the newest for which anything came, else the newest that has ended."""
    if reading.place.month is not None:
        return reading.place.month
    return newest_ended(reading) if reading.months is None else reading.months[1]


def newest_ended(reading: Reading) -> date:
    return newest_ended_period(datetime.now(UTC).astimezone(ZoneInfo(reading.timezone)).date())


def finding(rows: tuple[QueueRow, ...], period: date) -> str:
    """How many came and how many wait."""
    waiting = sum(1 for row in rows if row.state == "submitted")
    came = sum(1 for row in rows if row.submission is not None)
    expected = sum(1 for row in rows if row.required or row.submission is not None)
    text = _("{month}: {came} of {expected} returns came", month=month_text(period), came=came, expected=expected)
    return text + ngettext(", {n} to verify", ", {n} to verify", waiting)


def _due(reading: Reading, period: date) -> Component:
    day = due_on(period, rule=reading.plan.due_rule)
    return html.P(_("Due by {date}", date=date_text(day)), className="note page-date")


def _months(reading: Reading, period: date) -> Component:
    """A step to either side and to the month that is due now: the queue of a month can be empty."""
    now = newest_ended(reading)

    def link(month: date, text: str) -> Component:
        return dcc.Link(text, href=reading.place.at(month=month, as_of=None))

    before, after = add_months(period, -1), add_months(period, 1)
    links = [link(before, f"‹ {month_text(before)}")]
    links += [link(after, f"{month_text(after)} ›")] if after <= now else []
    links += [link(now, _("Being collected now: {month}", month=month_text(now)))] if now > after else []
    return html.P(links, className="months note")


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


def _queue(reading: Reading, rows: list[QueueRow], *, acts: bool) -> Component:
    if not rows:
        return empty(_("No return is in this state"), _("The other states are one press away, above."))
    table = queue_table(reading.plan, rows, place=reading.place, acts=acts, caption=_("Queue"))
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
