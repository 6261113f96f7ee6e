"""A unit's submissions: when each came, how late, what became of it, and the exceptions it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from dash import dcc, html

from dashboard.locale import _, instant_text, month_text, ngettext
from dashboard.parts import plain_table, scrolled
from dashboard.window.address import Address
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from dashboard.words.notices import mark
from dashboard.words.submissions import figure_word
from metrics.errors import Forbidden
from metrics.period_states import end_text
from metrics.queries.lateness import ExceptionSpan, Lateness, lateness
from metrics.queries.submissions import SubmissionSummary, submissions
from metrics.submission_states import State

Component = Any


@dataclass(frozen=True, slots=True)
class SubmissionMonth:
    """One month. `sent`: the submission as it stands today, None without one or where it was not known yet."""

    month: Lateness
    sent: SubmissionSummary | None

    @property
    def reason(self) -> str:
        """What was said with the newest thing that happened to it, if that is not why it was revised."""
        return "" if self.sent is None or self.sent.reason == self.revision_reason else self.sent.reason

    @property
    def revision_reason(self) -> str:
        """Why the revision that stands was sent; empty for a first one."""
        return "" if self.sent is None else self.sent.revision_reason


def submissions_of(reading: Reading, unit: str) -> tuple[SubmissionMonth, ...] | None:
    """The unit's months known in the reading, newest first; None if the reader may not see its submissions.

    Months before the unit's first submission are left out, and those after its newest that it does not owe by now.
    """
    if reading.principal is None:
        return None
    try:
        found = submissions(reading.session, reading.plan, principal=reading.principal, units=[unit])
    except Forbidden:
        return None
    sent: dict[date, SubmissionSummary] = {row.period: row for row in found}
    moment = None if reading.address.present else reading.view.recorded_at
    months = lateness(reading.session, reading.view, unit, principal=reading.principal, now=moment or datetime.now(UTC))
    told = [row.period for row in months if row.revision or row.exceptions]
    return tuple(
        SubmissionMonth(row, sent.get(row.period) if row.revision else None)
        for row in reversed(months)
        if told and told[0] <= row.period and (row.period <= told[-1] or (row.expected and row.days_late))
    )


def submissions_table(
    submissions: Sequence[SubmissionMonth], *, address: Address, reviews: bool, timezone: str, caption: str
) -> Component:
    """Newest month first. With `reviews` a month leads to the review of its submission."""
    rows = [
        [
            _month(row, address, reviews=reviews),
            _moment(row.month.first_submitted_at, timezone=timezone),
            _timeliness(row.month),
            figure_word(State(row.month.state)),
            str(row.month.revision) if row.month.revision else NOTHING,
            _moment(row.month.last_revised_at if row.month.revision > 1 else None, timezone=timezone),
            html.Div(_reasons(row)),
            html.Div([_exception(span, timezone=timezone) for span in row.month.exceptions]),
        ]
        for row in submissions
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
    return scrolled(plain_table(caption, headings, rows), name="texts submissions")


def _month(row: SubmissionMonth, address: Address, *, reviews: bool) -> Component:
    text = month_text(row.month.period)
    if not reviews or row.sent is None:
        return text
    return dcc.Link(text, href=address.to(f"/review/{row.sent.id}"))


def _reasons(row: SubmissionMonth) -> list[Component]:
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
        return _("loaded history") if row.loaded else NOTHING
    if row.days_late == 0:
        return _("on time")
    if row.revision == 0:
        return mark("submission-late", ngettext("overdue by {n} day", "overdue by {n} days", row.days_late))
    return mark("submission-late", ngettext("{n} day late", "{n} days late", row.days_late))


def _exception(span: ExceptionSpan, *, timezone: str) -> Component:
    """Until when and why; one that was ended early, or replaced, says when."""
    told = [_("until {moment}", moment=end_text(span.until, timezone=timezone))]
    if span.ended_at is not None:
        told.append(_(", ended {moment}", moment=instant_text(span.ended_at, timezone=timezone)))
    return html.P([*told, *([_(": "), html.Span(span.reason, lang="zh-CN")] if span.reason else [])])
