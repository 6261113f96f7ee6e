"""The two time controls of the top bar: the month judged, and the moment up to which things are known."""

from __future__ import annotations

from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.locale import _, instant_text, month_text
from dashboard.window.reading import Reading
from metrics.moments import as_of_text
from metrics.periods import add_months, due_instant, format_period, periods_between

Component = Any


def month_control(reading: Reading) -> Component:
    """The month judged: a list, and a step to either side."""
    month = reading.month
    if month is None:
        return html.Span([_("Month judged"), " ", html.B("—")], className="control-label")
    chosen = month.period
    known = [*(reading.months or ()), *(month.period for month in reading.default.newer)]
    months = (min(known, default=chosen), max(known, default=chosen))
    periods = reversed(list(periods_between(min(months[0], chosen), max(months[1], chosen))))
    options = [_option(reading, period) for period in periods]
    return html.Div(
        [
            html.Label(_("Month judged"), htmlFor="month", className="control-label"),
            _step(reading, add_months(chosen, -1), months, word=_("Earlier month"), arrow="‹"),
            dmc.Select(
                id="month",
                data=options,
                value=format_period(chosen),
                allowDeselect=False,
                size="xs",
                w=118,
                checkIconPosition="right",
                maxDropdownHeight=320,
                **{"aria-label": _("Month judged")},  # names its list too, which the label beside it does not
            ),
            _step(reading, add_months(chosen, 1), months, word=_("Later month"), arrow="›"),
        ],
        className="control",
    )


def _option(reading: Reading, period: date) -> dict[str, Any]:
    """A month of the list; the one judged by default says so to `month_chosen` (src/window/address.js)."""
    default = reading.default.month
    judged = {"judged": True} if default is not None and period == default.period else {}
    return {"value": format_period(period), "label": month_text(period), **judged}


def _step(reading: Reading, period: date, months: tuple[date, date], *, word: str, arrow: str) -> Component:
    if not months[0] <= period <= months[1]:
        return html.Span(arrow, className="step step-off", **{"aria-hidden": "true"})
    default = None if reading.default.month is None else reading.default.month.period
    href = reading.address.in_month(None if period == default else period)
    return dcc.Link(arrow, href=href, className="step", title=word + _(": ") + month_text(period))


def as_of_control(reading: Reading) -> Component:
    """Known as of: now, or a moment, or a place in the ledger."""
    address = reading.address
    if address.release is not None:
        shown = _("release {number}", number=address.release)
    elif reading.view.public and address.as_of is None:
        shown = _("the newest release")
    elif address.as_of is None:
        shown = _("now")
    elif isinstance(address.as_of, int):
        shown = _("no. {seq}", seq=address.as_of)
    else:
        shown = instant_text(address.as_of, timezone=reading.timezone)
    caret = html.Span("▾", className="caret", **{"aria-hidden": "true"})
    summary = html.Summary(
        [html.Span(_("Known as of"), className="hidden-text"), html.Span(shown), caret],
        className="as-of-button" + ("" if address.as_of is None and address.release is None else " as-of-past"),
    )
    label = html.Span(_("Known as of"), className="control-label", **{"aria-hidden": "true"})
    panel = html.Div(_as_of_choices(reading), className="menu-panel as-of-panel")
    return html.Div([label, html.Details([summary, panel], className="menu")], className="control")


def _as_of_choices(reading: Reading) -> Component:
    address = reading.address
    present = _("The newest release") if reading.view.public else _("Now: everything that has been recorded")
    choices = [dcc.Link(present, href=address.at(month=address.month, as_of=None))]
    choices += [
        dcc.Link(_("Release {number}", number=number), href=address.released(number)) for number in reading.releases
    ]
    if reading.month is not None:
        document = reading.plan.document
        due = due_instant(reading.month.period, rule=reading.plan.due_rule)
        choices.append(
            dcc.Link(
                _(
                    "When the month's submissions were due: {moment}",
                    moment=instant_text(due, timezone=document.timezone),
                ),
                href=address.at(month=address.month, as_of=due),
            )
        )
    entered = "" if address.as_of is None else as_of_text(address.as_of)
    return html.Div(
        [
            html.P(
                _("The page shows what was known at that moment; later corrections are left out."), className="note"
            ),
            html.Ul([html.Li(choice) for choice in choices], className="choices"),
            dmc.TextInput(
                id="as-of-entry",
                label=_("Another moment, day or sequence number"),
                placeholder="2019-10-05 18:00",
                value=entered,
                size="xs",
            ),
            html.Button(_("Show"), id="as-of-apply", type="button", className="button"),
            html.P(_("The newest entry read has the number {seq}.", seq=reading.view.seq), className="note"),
        ]
    )
