"""Scores of inquiries as a table: one row a score, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.grids.evidence import evidence
from dashboard.locale import _, date_text, instant_text, pgettext
from dashboard.parts import plain_table, scrolled
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.scores import form_word
from metrics.forms import plain
from metrics.queries.inquiry_scores import InquiryRow

Component = Any


def inquiry_table(reading: Reading, rows: Sequence[InquiryRow]) -> Component:
    """Scores of inquiries, those recorded last first; a unit leads to its sheet."""
    headings = [
        _("Unit"),
        pgettext("inquiry", "Round"),
        _("Form of inquiry"),
        _("Score"),
        _("Full marks"),
        _("Measured on"),
        _("Evidence"),
        _("Recorded"),
    ]
    names = reading.names({row.actor for row in rows})
    lines = [_line(reading, row, names[row.actor]) for row in sorted(rows, key=lambda row: -row.seq)]
    return scrolled(plain_table(_("Inquiry scores"), headings, lines), name="texts")


def _line(reading: Reading, row: InquiryRow, who: str) -> list[Component]:
    unit = unit_name(reading.plan.unit_by_code[row.unit])
    recorded = [
        instant_text(row.recorded_at, timezone=reading.timezone),
        " · ".join((who, _("no. {seq}", seq=row.seq))),
    ]
    words = [text for text in (row.note, row.reason) if text]
    return [
        dcc.Link(unit, href=reading.address.to(f"/scores/{row.unit}")),
        row.round,
        form_word(reading.plan, row.task, row.form),
        plain(row.score),
        plain(row.full_marks),
        date_text(row.measured_on),
        [
            html.Div(evidence(reading, row.evidence, row.attachments)),
            *(html.P(text, lang="zh-CN", className="note") for text in words),
        ],
        [recorded[0], html.Span(recorded[1], className="note beside-mark")],
    ]
