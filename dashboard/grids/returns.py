"""A unit's returns: when each came, how late, what became of it, and the exceptions it was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html

from dashboard.locale import _, instant_text, month_text, ngettext
from dashboard.notices import mark
from dashboard.parts import plain_table
from dashboard.place import Place
from dashboard.wording import NOTHING, state_word
from metrics.period_states import end_text
from metrics.queries.returns_of_unit import UnitReturn
from metrics.results import State

Component = Any


def returns_table(
    returns: Sequence[UnitReturn], *, place: Place, reviews: bool, timezone: str, caption: str
) -> Component:
    """Newest month first. With `reviews` a month leads to the review of its return."""
    rows = [
        [
            _month(row, place, reviews=reviews),
            _moment(row.first_submitted_at, timezone=timezone),
            _timeliness(row),
            state_word(State(row.state)),
            str(row.revision) if row.revision else NOTHING,
            _moment(row.last_revised_at if row.revision > 1 else None, timezone=timezone),
            html.Span("" if row.newest is None else row.newest.reason, lang="zh-CN"),
            _exceptions(row, timezone=timezone),
        ]
        for row in returns
    ]
    headings = [
        _("Month"),
        _("First submitted"),
        _("Timeliness"),
        _("State"),
        _("Revision"),
        _("Last revised"),
        _("Reason"),
        _("Exceptions"),
    ]
    return html.Div(plain_table(caption, headings, rows), className="scroll texts returns")


def _month(row: UnitReturn, place: Place, *, reviews: bool) -> Component:
    text = month_text(row.period)
    if not reviews or row.submission_id is None:
        return text
    return dcc.Link(text, href=place.to(f"/review/{row.submission_id}"))


def _moment(moment: datetime | None, *, timezone: str) -> str:
    return NOTHING if moment is None else instant_text(moment, timezone=timezone)


def _timeliness(row: UnitReturn) -> Component:
    if row.days_late is None:
        return NOTHING
    if row.days_late == 0:
        return _("on time")
    return mark("return-late", ngettext("{n} day late", "{n} days late", row.days_late))


def _exceptions(row: UnitReturn, *, timezone: str) -> Component:
    """Each exception with its reason; one that was ended early says so."""
    told = [
        html.P(
            [
                _("until {moment}", moment=end_text(event.until, timezone=timezone))
                if event.until is not None
                else _("ended early"),
                _(": "),
                html.Span(event.reason, lang="zh-CN"),
            ]
        )
        for event in row.exceptions
    ]
    return html.Div(told)
