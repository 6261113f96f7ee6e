"""Who has reported for a month: received, complete, in time, locked, excepted, and the people who answer for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.period_table import period_table
from dashboard.locale import _, date_text, instant_text, month_text, ngettext
from dashboard.notices import mark
from dashboard.pages.content import Content
from dashboard.pages.period_acts import period_acts
from dashboard.pages.review_months import month_links, period_reviewed
from dashboard.parts import section
from dashboard.reading import Reading
from dashboard.wording import NOTHING, unit_name
from metrics.period_states import end_text
from metrics.principal import Action, Principal
from metrics.queries.period_history import PeriodEventRow, period_history
from metrics.queries.period_status import PeriodStatus, period_status
from metrics.shown import Line, shown

Component = Any

_WHOLE = (Line(at=Fraction(100), met_above=True),)


def period_page(reading: Reading) -> Content:
    """The page at `/periods`."""
    principal = reading.principal
    assert principal is not None  # noqa: S101  the route is for people who signed in
    status = status_of(reading, principal, period_reviewed(reading))
    title = period_finding(status)
    links = month_links(reading, status.period)
    if principal.may_look_at_review:
        links.append(dcc.Link(_("Review the returns"), href=reading.place.to("/review")))
    acts = reading.place.present and principal.may(Action.MANAGE_PERIODS)
    table = period_table(
        reading.plan,
        status.units,
        place=reading.place,
        reviews=principal.may_look_at_review,
        caption=_("Who has reported"),
    )
    body = html.Div(
        [
            html.Div(
                [html.Div([html.H1(title), html.P(links, className="months note")]), due_line(status)],
                className="page-head",
            ),
            period_strip(reading, status),
            section(_("Who has reported"), table),
            html.Div(
                [
                    *([period_acts(reading.plan, status)] if acts else []),
                    _history(reading, principal, status.period),
                ],
                className="period-lower",
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body)


def status_of(reading: Reading, principal: Principal, period: date) -> PeriodStatus:
    """The status as known in the reading, judged at its moment."""
    moment = None if reading.place.present else reading.view.recorded_at
    return period_status(reading.session, reading.view, period, principal=principal, now=moment or datetime.now(UTC))


def period_finding(status: PeriodStatus) -> str:
    """How many of the returns that are owed have come, and how many are late."""
    text = _(
        "{month}: {came} of {expected} returns came",
        month=month_text(status.period),
        came=status.received,
        expected=status.expected,
    )
    missing = sum(1 for row in status.owing if not row.received and row.on_time is False)
    return text + (ngettext(", {n} overdue", ", {n} overdue", missing) if missing else "")


def due_line(status: PeriodStatus) -> Component:
    return html.P(_("Due by {date}", date=date_text(status.due_on)), className="note page-date")


def period_strip(reading: Reading, status: PeriodStatus) -> Component:
    """Completeness and timeliness as figures, and whether the month is locked."""
    facts = [
        (_("Completeness"), _percent(status.completeness)),
        (_("In time"), _percent(status.on_time_rate)),
        (_("Blocks of the form"), _percent(status.block_completeness)),
    ]
    items = [html.Div([html.Dt(word), html.Dd(value)]) for word, value in facts]
    if status.lock is None:
        state: Component = _("open")
    else:
        since = instant_text(status.lock.since, timezone=reading.timezone)
        state = mark(
            "return-locked",
            _("locked since {moment} by {who}", moment=since, who=reading.names([status.lock.by])[status.lock.by]),
            title=status.lock.reason,
        )
    items.append(html.Div([html.Dt(_("Month")), html.Dd(state)]))
    return html.Dl(items, className="period-strip")


def _percent(share: Fraction | None) -> str:
    return NOTHING if share is None else f"{shown(share * 100, lines=_WHOLE)} %"


def _history(reading: Reading, principal: Principal, period: date) -> Component:
    """Locks and exceptions, newest first, as far as they concern whoever looks."""
    events = [
        event for event in period_history(reading.session, period, principal=principal) if event.seq <= reading.view.seq
    ]
    if not events:
        told: Component = html.P(_("Nothing was locked and nobody excepted."), className="note")
    else:
        names = reading.names({event.actor for event in events})
        told = html.Ol([_event(reading, event, names[event.actor]) for event in reversed(events)], className="history")
    return section(_("Locks and exceptions"), told)


def _event(reading: Reading, event: PeriodEventRow, who: str) -> Component:
    unit = reading.plan.unit_by_code.get(event.unit or "")
    until = "" if event.until is None else end_text(event.until, timezone=reading.timezone)
    name = (event.unit or "") if unit is None else unit_name(unit)
    word = {
        "lock": _("Locked"),
        "unlock": _("Opened again"),
        "except": _("{unit} excepted until {until}", unit=name, until=until),
        "end_exception": _("Exception of {unit} ended", unit=name),
    }[event.action]
    moment = instant_text(event.recorded_at, timezone=reading.timezone)
    lines = [
        html.P([html.B(word), " ", html.Span(_("no. {seq}", seq=event.seq), className="note")]),
        html.P([html.Span(who), " ", html.Span(moment)], className="note"),
    ]
    return html.Li([*lines, *([html.Q(event.reason)] if event.reason else [])])
