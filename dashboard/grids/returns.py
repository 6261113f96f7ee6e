"""A unit's returns: when each came, how late, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.locale import _, instant_text, month_text, ngettext
from dashboard.parts import plain_table
from dashboard.returned import Returned
from dashboard.wording import state_word

Component = Any


def returns_table(returns: Sequence[Returned], *, timezone: str, caption: str) -> Component:
    """Newest month first."""
    rows = [
        [
            month_text(row.period),
            instant_text(row.first_recorded_at, timezone=timezone),
            _("on time") if row.days_late == 0 else ngettext("{n} day late", "{n} days late", row.days_late),
            state_word(row.state),
            str(row.revision),
            instant_text(row.recorded_at, timezone=timezone),
            html.Span(row.reason, lang="zh-CN"),
        ]
        for row in returns
    ]
    headings = [
        _("Month"),
        _("First submitted"),
        _("Timeliness"),
        _("State"),
        _("Revision"),
        _("Last change"),
        _("Reason"),
    ]
    return html.Div(plain_table(caption, headings, rows), className="scroll texts returns")
