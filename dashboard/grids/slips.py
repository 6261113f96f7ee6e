"""Supervision slips as a table: one row a slip, with how it stands and its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.locale import _, ngettext, pgettext
from dashboard.parts import plain_table, scrolled
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.slips import due_words, number_word, origin_word, state_mark
from metrics.queries.slips import SlipRow

Component = Any


def slip_link(reading: Reading, row: SlipRow) -> Component:
    return dcc.Link(number_word(row.number), href=reading.address.to(f"/supervise/slips/{row.number}"))


def slips_table(reading: Reading, rows: Sequence[SlipRow], *, on: date, caption: str) -> Component:
    """One row a slip: its number leads to its page."""
    headings = [
        _("Number"),
        _("Unit"),
        _("Subject"),
        pgettext("matter", "State"),
        _("Due by"),
        _("Age"),
        _("Issued for"),
    ]
    lines = [
        [
            slip_link(reading, row),
            unit_name(reading.plan.unit_by_code[row.unit]),
            html.Span(row.title, lang="zh-CN"),
            state_mark(row.stands, on=on),
            due_words(row.stands, on=on),
            ngettext("{n} day", "{n} days", row.stands.age(on)),
            origin_word(row.origin),
        ]
        for row in rows
    ]
    return scrolled(plain_table(caption, headings, lines, labelled=True), name="texts slips as-cards")
