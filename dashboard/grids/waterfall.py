"""From one value to the next by what each unit added: a waterfall of bars, each labelled with its part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.grids.chart_view import DRAWN

Component = Any

MOST_BARS = 16


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """One bar: from `start` by `amount`. `href`: where its name leads, empty for none; `text`: how it is written."""

    name: Component
    start: Fraction
    amount: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class WaterfallEnd:
    """One of the two values between which the bars lead."""

    name: str
    value: Fraction
    text: str


def waterfall(before: WaterfallEnd, steps: Sequence[WaterfallBar], after: WaterfallEnd, *, label: str) -> Component:
    """The list, in the order of `steps`. What rises is filled, what falls an outline; each has its sign in words."""
    heights = [before.value, after.value, *(edge for s in steps for edge in (s.start, s.start + s.amount))]
    low, high = min(heights), max(heights)
    span = (high - low) or Fraction(1)

    def share(value: Fraction) -> str:
        return f"{float((value - low) / span):.2%}"

    items = [_end(before, share), *(_step(step, share) for step in steps), _end(after, share)]
    return html.Ol(items, className="waterfall", **{"aria-label": label}, **DRAWN)


def _end(end: WaterfallEnd, share: Any) -> Component:
    notch = html.Span(className="waterfall-notch", style={"left": share(end.value)})
    return _row(html.B(end.name), [notch], html.B(end.text), name="waterfall-end")


def _step(step: WaterfallBar, share: Any) -> Component:
    first, last = sorted((step.start, step.start + step.amount))
    style = {"left": share(first), "width": f"calc({share(last)} - {share(first)})"}
    kind = "falls" if step.amount < 0 else "rises"
    return _row(step.name, [html.Span(className=f"waterfall-bar {kind}", style=style)], step.text)


def _row(named: Component, drawn: list[Component], text: Component, *, name: str = "") -> Component:
    track = html.Span(drawn, className="waterfall-track", **{"aria-hidden": "true"})
    value = html.Span(text, className="waterfall-value")
    return html.Li([html.Span(named, className="waterfall-name"), track, value], className=name)
