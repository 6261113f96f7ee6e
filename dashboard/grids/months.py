"""A unit's months as a clerk sees them: state, due day, lateness, what stands in the way, and the way to the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.locale import _, date_text, instant_text, month_text, ngettext
from dashboard.window.address import Address
from dashboard.words.notices import mark
from dashboard.words.submissions import clerk_word, timeliness_mark
from metrics.period_states import end_text
from metrics.periods import format_period
from metrics.queries.unit_months import UnitMonth
from metrics.submission_states import FACTS, State

Component = Any


def month_state(row: UnitMonth) -> tuple[str, str]:
    """The sign and the word of a month's state; what was begun and not sent is a draft."""
    if row.state is State.NOT_REPORTED and row.draft is not None:
        return "submission-draft", _("Draft")
    return FACTS[row.state].sign, clerk_word(row.state)


def form_href(row: UnitMonth, address: Address) -> str:
    """The form of the unit and the month."""
    return address.at_desk("/collect", unit=row.unit, period=format_period(row.period))


def left_text(row: UnitMonth) -> str:
    """How long until a submission that has not come is late, or for how long it has been."""
    if row.days_late:
        return ngettext("late by {n} day", "late by {n} days", row.days_late)
    if not row.expected:
        return _("need not report")
    if row.days_left == 0:
        return _("due today")
    return ngettext("{n} day left", "{n} days left", row.days_left)


def obstacles(row: UnitMonth, *, timezone: str) -> list[Component]:
    """Locked, or excepted and until when: marks, each in its own words."""
    found = []
    if row.lock is not None:
        found.append(mark("submission-locked", _("locked")))
    if row.exception is not None:
        until = end_text(row.exception.until, timezone=timezone)
        found.append(mark("submission-excepted", _("exception until {moment}", moment=until)))
    return found


def months_table(
    months: Sequence[UnitMonth], *, caption: str, names: Mapping[str, str], address: Address, timezone: str
) -> Component:
    """Newest month first. `names`: what the people who did something last are called."""
    headings = [_("Month"), _("Where it stands"), _("Due day"), _("Timeliness"), _("Last change"), _("Receipt")]
    return html.Table(
        [
            html.Caption(caption, className="hidden-text"),
            html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
            html.Tbody([_row(row, names=names, address=address, timezone=timezone) for row in months]),
        ],
        className="figures unit-months",
    )


def _row(row: UnitMonth, *, names: Mapping[str, str], address: Address, timezone: str) -> Component:
    sign, word = month_state(row)
    state = html.Span(mark(sign, word), className=f"state-{sign}")
    marks = [state, *obstacles(row, timezone=timezone)]
    return html.Tr(
        [
            html.Th(dcc.Link(month_text(row.period), href=form_href(row, address)), scope="row"),
            html.Td(html.Span(marks, className="notices"), className="month-state"),
            html.Td(date_text(row.due_on), className="month-due", **{"data-label": _("Due day")}),
            html.Td(_timeliness(row), className="month-timeliness"),
            html.Td(_last_change(row, names=names, timezone=timezone), className="month-change"),
            html.Td(_receipt(row, address), className="month-ways"),
        ],
    )


def _timeliness(row: UnitMonth) -> Component:
    if row.sent is not None:
        return timeliness_mark(row.sent)
    return mark("submission-late", left_text(row)) if row.days_late else left_text(row)


def _last_change(row: UnitMonth, *, names: Mapping[str, str], timezone: str) -> Component:
    """What was done last and by whom; a draft that waits says when it was saved."""
    said = []
    if row.sent is not None:
        moment = instant_text(row.sent.recorded_at, timezone=timezone)
        said.append(f"{moment} · {names[row.sent.actor]}")
    if row.draft is not None:
        said.append(_("Draft saved {time}", time=instant_text(row.draft.updated_at, timezone=timezone)))
    return [html.Span(text) for text in said]


def _receipt(row: UnitMonth, address: Address) -> Component:
    if row.sent is None:
        return None
    named = _("Receipt: {month}", month=month_text(row.period))
    href = address.at_desk(f"/collect/receipt/{row.sent.id}")
    return dcc.Link(
        [html.Span(_("Receipt"), **{"aria-hidden": "true"}), html.Span(named, className="hidden-text")], href=href
    )
