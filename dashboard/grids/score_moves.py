"""What another rule makes of a month's scores, as a table: who moves, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import html

from dashboard.locale import _, month_text, ngettext
from dashboard.parts import plain_table, scrolled
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.scores import difference_text, points_text
from metrics.plan.model import Plan
from metrics.queries.score_sheets import RankedSheet, ScoreMove

Component = Any


def moves_table(plan: Plan, moves: Sequence[ScoreMove], *, period: date) -> Component:
    """How many units change, and a row for each that does, in the new order; ranks before and after."""
    changed = [move for move in moves if move.changes]
    month = month_text(period)
    if not changed:
        return html.P(_("No score and no rank of {month} changes", month=month))
    moved = sum(move.before.rank != move.after.rank for move in changed)
    said = ngettext("{month}: {n} score changes", "{month}: {n} scores change", len(changed), month=month)
    said += _("; ") + ngettext("{n} unit changes rank", "{n} units change rank", moved)
    lines = [
        [
            unit_name(plan.unit_by_code[move.after.sheet.unit]),
            points_text(move.before.sheet.score),
            points_text(move.after.sheet.score),
            difference_text(move.before.sheet.score, move.after.sheet.score),
            f"{_rank(move.before)} → {_rank(move.after)}",
        ]
        for move in changed
    ]
    headings = [_("Unit"), _("Score so far"), _("Score then"), _("Difference"), _("Rank")]
    return html.Div([html.P(said), scrolled(plain_table(_("Whose rank changes"), headings, lines))])


def _rank(row: RankedSheet) -> str:
    return NOTHING if row.rank is None else str(row.rank)
