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
from dashboard.returned import Returned
from dashboard.wording import NOTHING, state_word
from metrics.period_states import end_text
from metrics.queries.lateness import ExceptionSpan, Lateness
from metrics.results import State

Component = Any


def returns_table(
    returns: Sequence[Returned], *, place: Place, reviews: bool, timezone: str, caption: str
) -> Component:
    """Newest month first. With `reviews` a month leads to the review of its return."""
    rows = [
        [
            _month(row, place, reviews=reviews),
            _moment(row.month.first_submitted_at, timezone=timezone),
            _timeliness(row.month),
            state_word(State(row.month.state)),
            str(row.month.revision) if row.month.revision else NOTHING,
            _moment(row.month.last_revised_at if row.month.revision > 1 else None, timezone=timezone),
            html.Div(_reasons(row)),
            html.Div([_exception(span, timezone=timezone) for span in row.month.exceptions]),
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


def _month(row: Returned, place: Place, *, reviews: bool) -> Component:
    text = month_text(row.month.period)
    if not reviews or row.sent is None:
        return text
    return dcc.Link(text, href=place.to(f"/review/{row.sent.id}"))


def _reasons(row: Returned) -> list[Component]:
    """Why it was revised, which verifying it does not take away, and what was said since."""
    said = [html.P(row.reason, lang="zh-CN")] if row.reason else []
    if not row.revision_reason:
        return said
    revised = _("Revision {number}: {reason}", number=row.month.revision, reason=row.revision_reason)
    return [html.P(revised), *said]


def _moment(moment: datetime | None, *, timezone: str) -> str:
    return NOTHING if moment is None else instant_text(moment, timezone=timezone)


def _timeliness(row: Lateness) -> Component:
    if row.days_late is None:
        return NOTHING
    if row.days_late == 0:
        return _("on time")
    if row.revision == 0:
        return mark("return-late", ngettext("owed for {n} day", "owed for {n} days", row.days_late))
    return mark("return-late", ngettext("{n} day late", "{n} days late", row.days_late))


def _exception(span: ExceptionSpan, *, timezone: str) -> Component:
    """Until when and why; one that was ended early, or replaced, says when."""
    told = [_("until {moment}", moment=end_text(span.until, timezone=timezone))]
    if span.ended_at is not None:
        told.append(_(", ended {moment}", moment=instant_text(span.ended_at, timezone=timezone)))
    return html.P([*told, *([_(": "), html.Span(span.reason, lang="zh-CN")] if span.reason else [])])
