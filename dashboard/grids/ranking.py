"""The ranking beside a target's figure: units by value, each with a bullet, the threshold as a notch through it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.chart_view import DRAWN
from dashboard.charts.instrument import Scale
from dashboard.locale import _
from dashboard.parts import css_name, hand_mark, hidden, shown_status, verdict_icon, why_href
from dashboard.place import Place
from dashboard.wording import status_word, unit_name, value_text
from metrics.plan.model import Direction, Indicator, Plan
from metrics.ranking import ranks
from metrics.results import Progress

Component = Any


def ranked(verdicts: Sequence[Progress], indicator: Indicator) -> list[Progress]:
    """Best value first, units without one last; equal values stay in display order."""
    sign = -1 if indicator.direction is Direction.HIGHER else 1
    return sorted(verdicts, key=lambda verdict: (verdict.value is None, sign * (verdict.value or Fraction(0))))


def ranking(
    plan: Plan, indicator: Indicator, verdicts: Sequence[Progress], *, scale: Scale, place: Place, chosen: str | None
) -> Component:
    """The list. A name chooses the unit in the figure, a value opens its explanation."""
    better = 1 if indicator.direction is Direction.HIGHER else -1
    places = ranks({v.unit_code: None if v.value is None else better * v.value for v in verdicts})
    rows = [
        _row(plan, indicator, v, rank=places[v.unit_code], scale=scale, place=place, chosen=v.unit_code == chosen)
        for v in ranked(verdicts, indicator)
    ]
    return html.Ol(rows, className="ranking", **{"aria-label": _("Ranking")}, **DRAWN)


def _row(
    plan: Plan, indicator: Indicator, verdict: Progress, *, rank: int | None, scale: Scale, place: Place, chosen: bool
) -> Component:
    unit = plan.unit_by_code[verdict.unit_code]
    word = status_word(verdict.status)
    notch = html.Span(className="bullet-notch", style={"left": f"{scale.share(verdict.threshold):.2%}"})
    parts = [notch]
    if verdict.value is not None:
        length = {"width": f"{scale.share(verdict.value):.2%}"}
        parts.insert(0, html.Span(className=f"bullet-fill fill-{css_name(shown_status(verdict))}", style=length))
    written = value_text(plan, indicator, verdict.value) if verdict.value is not None else word
    return html.Li(
        [
            html.Span("" if rank is None else str(rank), className="ranking-rank"),
            dcc.Link(
                unit_name(unit),
                href=place.keeping(unit=None if chosen else unit.code),
                className="ranking-name",
                title=unit_name(unit),
            ),
            html.Span(parts, className="bullet", **{"aria-hidden": "true"}),
            html.A(
                [verdict_icon(verdict), html.Span(written), hand_mark(verdict), hidden(f" {word}")],
                href=why_href(verdict),
                className="ranking-value",
                title=word,
            ),
        ],
        className="chosen" if chosen else "",
    )
