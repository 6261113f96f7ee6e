"""One row a target for one unit: rod, value, change, paces, projected date, sparkline with its step line, light."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.charts.instrument import Scale, Step, as_image, scale_of, sparkline
from dashboard.commitments import stages_of
from dashboard.locale import _, date_text
from dashboard.pace import few_points, months_there, present_pace, reached_text
from dashboard.parts import hidden, rod_image, shown_status, verdict_mark, verdict_tint, why_href
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
    with_measure,
)
from metrics.periods import last_day, month_position
from metrics.plan.model import Indicator, Plan, Target
from metrics.projection import Unprojected, why_unprojected
from metrics.queries.assessments import Assessed
from metrics.results import Progress, Rate, Status

Component = Any

Row = tuple[Target, Progress, Sequence[Rate]]


def progress_rows(
    plan: Plan,
    rows: Sequence[Row],
    *,
    assessed: Mapping[str, Assessed],
    place: Place,
    palette: Palette,
    caption: str,
) -> Component:
    """The table; a target's name leads to its page, its value and its status open the explanation.

    `assessed`: what a third party measured for the month judged, by indicator; it stands under the reported value.
    """
    headings = [
        _("Target"),
        _("Demands"),
        hidden(_("Gauge")),
        _("Value"),
        _("Change"),
        _("Distance"),
        _("Pace needed a month"),
        _("Pace now a month"),
        _("Trend reaches it"),
        _("Course"),
        _("Status"),
    ]
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="hidden-text"),
                html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
                html.Tbody([_row(plan, row, assessed=assessed, place=place, palette=palette) for row in rows]),
            ],
            className="progress",
        ),
        className="scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def _row(plan: Plan, row: Row, *, assessed: Mapping[str, Assessed], place: Place, palette: Palette) -> Component:
    target, progress, course = row
    indicator = plan.indicator_by_code[progress.indicator_code]
    values = [rate.value for rate in course if rate.value is not None]
    scale = scale_of(indicator, [*values, progress.threshold])
    unit = measure_of_change(indicator)
    return html.Tr(
        [
            html.Th(dcc.Link(target_name(target), href=place.to(f"/targets/{target.code}")), scope="row"),
            html.Td(
                [html.Span(target_rule(target, indicator)), html.Span(_due(target), className="note")],
                className="demands",
            ),
            html.Td(
                rod_image(
                    scale,
                    level=progress.value,
                    steps=[progress.threshold],
                    status=shown_status(progress),
                    palette=palette,
                ),
                className="gauge",
            ),
            html.Td(_value(plan, indicator, progress, assessed.get(indicator.code)), className="value"),
            _figure(_with(signed(change_between(course)), unit), _("Change")),
            _figure(_with(signed(progress.gap), unit), _("Distance")),
            _figure(_with(signed(progress.required_pace), unit), _("Pace needed a month")),
            _figure(_present(progress, course, unit), _("Pace now a month")),
            _figure(_reached(progress, course), _("Trend reaches it"), "date"),
            html.Td(
                _spark(course, stages_of(plan, target, on=progress.evaluated_on), progress, palette=palette),
                className="spark",
            ),
            html.Td(
                html.A(verdict_mark(progress), href=why_href(progress), title=_("Why this colour?")),
                className=f"light {verdict_tint(progress)}",
            ),
        ]
    )


def _figure(written: Component, label: str, name: str = "") -> Component:
    """A cell that names itself where there is no heading above it (on a phone), and is left out there if empty."""
    return html.Td(written, className=f"{name} nothing" if written == NOTHING else name, **{"data-label": label})


def _value(plan: Plan, indicator: Indicator, progress: Progress, found: Assessed | None) -> list[Component]:
    """The reported value, and under it the assessed one with the gap."""
    written = value_text(plan, indicator, progress.value)
    if progress.value is None:
        return [written]
    unit = html.Span(measure(indicator), className="unit")
    shown = [html.A([written, unit], href=why_href(progress), title=_("Why this colour?"))]
    if found is not None and not found.hidden:
        value = with_measure(value_text(plan, indicator, found.value), measure(indicator))
        words = [html.Span(_("assessed {value}", value=value)), " ", html.Span(f"({signed(found.gap)})")]
        shown.append(html.Span(words, className="note"))
    return shown


def _due(target: Target) -> str:
    return _("no date printed") if target.due_on is None else date_text(target.due_on)


def _with(text: str, unit: str) -> Component:
    return text if text == NOTHING else [text, html.Span(unit, className="unit")]


def _present(progress: Progress, course: Sequence[Rate], unit: str) -> Component:
    monthly = present_pace(course)
    if progress.value is None:
        return NOTHING
    return html.Span(months_there(course), className="note") if monthly is None else _with(signed(monthly), unit)


def _reached(progress: Progress, course: Sequence[Rate]) -> Component:
    """When the trend reaches the target; why none is computed where the points are too few for one."""
    if progress.status is Status.MET or progress.value is None:
        return NOTHING
    reason = why_unprojected(progress)
    if reason is None:
        return reached_text(progress, course)
    if reason is Unprojected.FEW_POINTS:
        return html.Span(_("not enough points"), className="note", title=few_points(course))
    return NOTHING


def _spark(course: Sequence[Rate], stages: Sequence[Target], progress: Progress, *, palette: Palette) -> Component:
    """The course and the stepped line of the target's stages, as far as they lie in the time shown."""
    lines = _lines(course, stages) or [Step(start=0.0, end=1.0, height=progress.threshold)]
    heights = [*(line.height for line in lines), *(rate.value for rate in course if rate.value is not None)]
    if len(course) < 2:
        return None
    scale = Scale(foot=min(heights), head=max(max(heights), min(heights) + 1))
    drawn = sparkline(
        course, steps=lines, scale=scale, colour=palette.statuses[shown_status(progress)], palette=palette
    )
    return html.Img(src=as_image(drawn), alt="", className="sparkline", width=120, height=28)


def _lines(course: Sequence[Rate], stages: Sequence[Target]) -> list[Step]:
    """The stages as steps, each from the due date before it to its own; the last one goes on to the end."""
    if len(course) < 2:
        return []
    first, newest = (month_position(last_day(rate.period)) for rate in (course[0], course[-1]))

    def along(day: date) -> float:
        return float(min(max((month_position(day) - first) / (newest - first), Fraction(0)), Fraction(1)))

    steps, start = [], 0.0
    for stage in stages:
        end = 1.0 if stage is stages[-1] or stage.due_on is None else along(stage.due_on)
        if end > start:
            steps.append(Step(start=start, end=end, height=Fraction(stage.threshold or 0)))
        start = max(start, end)
    return steps


def in_display_order(plan: Plan, targets: Sequence[Target]) -> list[Target]:
    """Core targets first, by indicator and due date, then the others as the plan orders them."""
    indicators: dict[str, Indicator] = plan.indicator_by_code

    def place(target: Target) -> tuple[bool, int, str, int]:
        indicator = indicators[str(target.indicator)]
        core = indicator.core and target.due_on is not None
        return (not core, indicator.order if core else 0, str(target.due_on) if core else "", target.order)

    return sorted(targets, key=place)
