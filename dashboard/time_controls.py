"""The two time controls of the top bar: the month judged, and the moment up to which things are known."""

from __future__ import annotations

from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.locale import _, instant_text, month_text
from dashboard.place import Place, as_of_text
from dashboard.reading import Reading
from metrics.periods import add_months, due_instant, format_period, period_of, periods_between

Component = Any


def month_control(reading: Reading) -> Component:
    """The month judged: a list, and a step to either side."""
    place, months, on = reading.place, reading.months, reading.on
    if months is None or on is None:
        return html.Span([_("Month judged"), " ", html.B("—")], className="control-label")
    chosen = period_of(on)
    first, newest = min(months[0], chosen), max(months[1], chosen)
    periods = reversed(list(periods_between(first, newest)))
    options = [{"value": format_period(period), "label": month_text(period)} for period in periods]
    return html.Div(
        [
            html.Label(_("Month judged"), htmlFor="month", className="control-label"),
            _step(place, add_months(chosen, -1), months, word=_("Earlier month"), arrow="‹"),
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
            _step(place, add_months(chosen, 1), months, word=_("Later month"), arrow="›"),
        ],
        className="control",
    )


def _step(place: Place, period: date, months: tuple[date, date], *, word: str, arrow: str) -> Component:
    if not months[0] <= period <= months[1]:
        return html.Span(arrow, className="step step-off", **{"aria-hidden": "true"})
    href = place.in_month(None if period == months[1] else period)
    return dcc.Link(arrow, href=href, className="step", title=word + _(": ") + month_text(period))


def as_of_control(reading: Reading) -> Component:
    """Known as of: now, or a moment, or a place in the ledger."""
    place = reading.place
    if place.release is not None:
        shown = _("release {number}", number=place.release)
    elif reading.view.public and place.as_of is None:
        shown = _("the newest release")
    elif place.as_of is None:
        shown = _("now")
    elif isinstance(place.as_of, int):
        shown = _("no. {seq}", seq=place.as_of)
    else:
        shown = instant_text(place.as_of, timezone=reading.timezone)
    caret = html.Span("▾", className="caret", **{"aria-hidden": "true"})
    summary = html.Summary(
        [html.Span(_("Known as of"), className="hidden-text"), html.Span(shown), caret],
        className="as-of-button" + ("" if place.as_of is None and place.release is None else " as-of-past"),
    )
    label = html.Span(_("Known as of"), className="control-label", **{"aria-hidden": "true"})
    panel = html.Div(_as_of_choices(reading), className="menu-panel as-of-panel")
    return html.Div([label, html.Details([summary, panel], className="menu")], className="control")


def _as_of_choices(reading: Reading) -> Component:
    place = reading.place
    present = _("The newest release") if reading.view.public else _("Now: everything that has been recorded")
    choices = [dcc.Link(present, href=place.at(month=place.month, as_of=None))]
    choices += [
        dcc.Link(_("Release {number}", number=number), href=place.released(number)) for number in reading.releases
    ]
    if reading.on is not None:
        document = reading.plan.document
        due = due_instant(period_of(reading.on), rule=reading.plan.due_rule)
        choices.append(
            dcc.Link(
                _("When the month's returns were due: {moment}", moment=instant_text(due, timezone=document.timezone)),
                href=place.at(month=place.month, as_of=due),
            )
        )
    entered = "" if place.as_of is None else as_of_text(place.as_of)
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
