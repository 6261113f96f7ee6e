"""The ranking beside a target's figure: units by value, each with a bullet, the threshold as a notch through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from dash import dcc, html

from dashboard.charts.instrument import Scale
from dashboard.grids.chart_view import DRAWN
from dashboard.grids.courses import pressed
from dashboard.locale import _
from dashboard.parts import css_name, hand_mark, hidden, icon, own_mark, why_href
from dashboard.window.address import Address
from dashboard.words.figures import indicator_name, status_word, unit_name, value_text
from metrics.plan.model import Direction, Indicator, Plan
from metrics.results import Progress
from metrics.verdicts.ratios import Whole
from metrics.verdicts.verdict_table import VerdictTable

Component = Any


def ranked(table: VerdictTable, rows: Whole, indicator: Indicator) -> list[tuple[int, int | None]]:
    """`rows` with their ranks, the best value of `indicator` first; equal values stay in display order.

    Those without a value come last and have no rank; nor have those whose own target is judged by another indicator.
    """
    codes = [one.code for one in table.targets.plan.indicators]
    compares = table.valued & (table.indicator == codes.index(indicator.code))
    valued = rows[compares[rows]]
    values = table.value.take(valued)
    order = (-values if indicator.direction is Direction.HIGHER else values).order()
    known = values.take(order)
    is_next = np.concatenate([[True], known.take(slice(1, None)).beyond(known.take(slice(None, -1))) != 0])
    ranks = np.maximum.accumulate(np.where(is_next[: len(order)], np.arange(1, len(order) + 1), 0))
    without = rows[~compares[rows]]
    return [*zip(valued[order].tolist(), ranks.tolist(), strict=True), *((row, None) for row in without.tolist())]


def ranking(
    plan: Plan,
    indicator: Indicator,
    shown: Sequence[tuple[Progress, int | None]],
    *,
    scale: Scale,
    address: Address,
    chosen: Sequence[str],
    last: Mapping[str, str],
) -> Component:
    """The verdicts with their ranks, as they come. A name chooses the unit in the figure, a value explains itself.

    `last`: what a unit reported last, by unit, of those that have not reported.
    """
    rows = [
        _row(plan, indicator, v, rank=rank, scale=scale, address=address, chosen=chosen, last=last) for v, rank in shown
    ]
    return html.Ol(rows, className="ranking", **{"aria-label": _("Ranking")}, **DRAWN)


def _row(
    plan: Plan,
    indicator: Indicator,
    verdict: Progress,
    *,
    rank: int | None,
    scale: Scale,
    address: Address,
    chosen: Sequence[str],
    last: Mapping[str, str],
) -> Component:
    unit = plan.unit_by_code[verdict.unit_code]
    word = status_word(verdict.status)
    own = plan.indicator_by_code[verdict.indicator_code]
    before = last.get(unit.code) if verdict.value is None else None
    written = value_text(plan, own, verdict.value) if verdict.value is not None else word
    other = "" if own.code == indicator.code else indicator_name(own)  # on another scale: no bar, no rank
    parts = [] if other else _bullet(verdict, scale)
    return html.Li(
        [
            html.Span("" if rank is None else str(rank), className="ranking-rank"),
            dcc.Link(
                unit_name(unit),
                href=address.keeping(unit=pressed(chosen, unit.code)),
                className="ranking-name",
                title=unit_name(unit),
            ),
            html.Span(parts, className="bullet", **{"aria-hidden": "true"}),
            html.A(
                [
                    icon(verdict.status),
                    hand_mark(verdict),
                    own_mark(plan, verdict),
                    html.Span(written, className="ranking-figure"),
                    hidden(" ".join(("", *filter(None, (other, word))))),
                ],
                href=why_href(verdict),
                className="ranking-value",
                title=" · ".join(filter(None, (other, word, before))),
            ),
        ],
        className="chosen" if unit.code in chosen else "",
        **{"data-unit": verdict.unit_code},
    )


def _bullet(verdict: Progress, scale: Scale) -> list[Component]:
    """The bar up to the value, and the notch at the threshold."""
    notch = html.Span(className="bullet-notch", style={"left": f"{scale.share(verdict.threshold):.2%}"})
    if verdict.value is None:
        return [notch]
    length = {"width": f"{scale.share(verdict.value):.2%}"}
    return [html.Span(className=f"bullet-fill fill-{css_name(verdict.status)}", style=length), notch]
