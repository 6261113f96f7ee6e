"""One row a target for one unit: rod, value, change, pace, projected date, sparkline with its step line, light."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.charts.instrument import Scale, Step, as_image, scale_of, sparkline
from dashboard.locale import _, date_text
from dashboard.parts import hidden, rod_image, verdict_mark, verdict_tint, why_href
from dashboard.place import Place
from dashboard.theme import Palette
from dashboard.wording import (
    NOTHING,
    change_between,
    measure,
    measure_of_change,
    signed,
    target_name,
    target_rule,
    value_text,
)
from metrics.periods import last_day, month_position
from metrics.plan.model import Indicator, Plan, Target
from metrics.results import Progress, Rate, Status

Component = Any


def progress_rows(
    plan: Plan, rows: Sequence[tuple[Target, Progress, Sequence[Rate]]], *, place: Place, palette: Palette, caption: str
) -> Component:
    """The table; a target's name leads to its page, its status opens the explanation."""
    headings = [
        _("Target"),
        _("Demands"),
        hidden(_("Gauge")),
        _("Value"),
        _("Change"),
        _("Distance"),
        _("Pace needed a month"),
        _("Trend reaches it"),
        _("Course"),
        _("Status"),
    ]
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="hidden-text"),
                html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
                html.Tbody([_row(plan, *row, place=place, palette=palette) for row in rows]),
            ],
            className="progress",
        ),
        className="scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def _row(
    plan: Plan, target: Target, progress: Progress, course: Sequence[Rate], *, place: Place, palette: Palette
) -> Component:
    indicator = plan.indicator_by_code[progress.indicator_code]
    values = [rate.value for rate in course if rate.value is not None]
    scale = scale_of(indicator, [*values, progress.threshold])
    unit = measure_of_change(indicator)
    value = [value_text(plan, indicator, progress.value)]
    if progress.value is not None:
        value.append(html.Span(measure(indicator), className="unit"))
    return html.Tr(
        [
            html.Th(dcc.Link(target_name(target), href=place.to(f"/targets/{target.code}")), scope="row"),
            html.Td(
                [html.Span(target_rule(target, indicator)), html.Span(_due(target), className="note")],
                className="demands",
            ),
            html.Td(
                rod_image(
                    scale, level=progress.value, steps=[progress.threshold], status=progress.status, palette=palette
                )
            ),
            html.Td(value, className="value"),
            html.Td(_with(signed(change_between(course)), unit), **{"data-label": _("Change")}),
            html.Td(_with(signed(progress.gap), unit), **{"data-label": _("Distance")}),
            html.Td(_with(signed(progress.required_pace), unit), **{"data-label": _("Pace needed a month")}),
            html.Td(_reached(progress), className="date", **{"data-label": _("Trend reaches it")}),
            html.Td(_spark(course, target, progress=progress, palette=palette)),
            html.Td(
                html.A(verdict_mark(progress), href=why_href(progress), title=_("Why this colour?")),
                className=f"light {verdict_tint(progress)}",
            ),
        ]
    )


def _due(target: Target) -> str:
    return _("no date printed") if target.due_on is None else date_text(target.due_on)


def _with(text: str, unit: str) -> Component:
    return text if text == NOTHING else [text, html.Span(unit, className="unit")]


def _reached(progress: Progress) -> str:
    """When the trend reaches the target; why there is no date where there is none."""
    if progress.status is Status.MET or progress.value is None:
        return NOTHING
    if progress.projection is None:
        past = progress.due_on is not None and progress.due_on <= progress.evaluated_on
        return NOTHING if past or progress.due_on is None else _("not enough months")
    return date_text(progress.projection.on) if progress.projection.on else _("never at this pace")


def _spark(course: Sequence[Rate], target: Target, *, progress: Progress, palette: Palette) -> Component:
    """The course between its lowest and its highest value, the target's line included."""
    heights = [progress.threshold, *(rate.value for rate in course if rate.value is not None)]
    if len(heights) < 2:
        return None
    scale = Scale(foot=min(heights), head=max(max(heights), min(heights) + 1))
    lines = [Step(start=0.0, end=_share_of_time(course, target), height=Fraction(progress.threshold))]
    drawn = sparkline(course, steps=lines, scale=scale, colour=palette.statuses[progress.status], palette=palette)
    return html.Img(src=as_image(drawn), alt="", className="sparkline", width=120, height=28)


def _share_of_time(course: Sequence[Rate], target: Target) -> float:
    """How far along the sparkline the due date is, at most its end."""
    if target.due_on is None or len(course) < 2:
        return 1.0
    first, newest = month_position(last_day(course[0].period)), month_position(last_day(course[-1].period))
    return float(min(max((month_position(target.due_on) - first) / (newest - first), Fraction(0)), Fraction(1)))


def in_display_order(plan: Plan, targets: Sequence[Target]) -> list[Target]:
    """Core targets first, by indicator and due date, then the others as the plan orders them."""
    indicators: dict[str, Indicator] = plan.indicator_by_code

    def place(target: Target) -> tuple[bool, int, str, int]:
        indicator = indicators[str(target.indicator)]
        core = indicator.core and target.due_on is not None
        return (not core, indicator.order if core else 0, str(target.due_on) if core else "", target.order)

    return sorted(targets, key=place)
