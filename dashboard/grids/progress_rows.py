"""One row a target for one unit: rod, value, change, paces, projected date, sparkline with its step line, light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from dash import dcc, html

from dashboard.charts.instrument import Scale, Step, as_image, scale_of, sparkline
from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.parts import hidden, own_mark, rod_image, scrolled, verdict_mark, verdict_tint, why_href
from dashboard.theme import Palette
from dashboard.window.address import Address
from dashboard.words.figures import (
    NOTHING,
    change_between,
    last_text,
    measure,
    measure_of_change,
    shortfall_text,
    signed,
    target_name,
    target_rule,
    value_text,
    with_measure,
)
from dashboard.words.paces import few_points, points_there, reached_text, too_slow_text
from metrics.due_line import Corner, between, due_runs, due_steps, judged_run, judged_still, stages_of, way_to
from metrics.periods import last_day, month_position
from metrics.plan.model import Indicator, Plan, Target
from metrics.projection import Unprojected, why_unprojected
from metrics.queries.assessments import Assessed
from metrics.results import Progress, Rate, Status

Component = Any

Row = tuple[Target, Progress, Sequence[Rate]]
Revised = Collection[tuple[str, date]]
"""Indicator and month of each value that was another before."""


def progress_rows(
    plan: Plan,
    rows: Sequence[Row],
    *,
    assessed: Mapping[str, Assessed],
    address: Address,
    palette: Palette,
    caption: str,
    revised: Revised = (),
    core: Collection[str] = (),
) -> Component:
    """The table; a target's name leads to its page, its value and its status open the explanation.

    On a phone, where each row is a card, those that nobody has to look at and that are none of `core` are folded.
    `assessed`: what a third party measured for the month judged, by indicator; it stands under the reported value.
    Differences are in the measure that the headings name, what is in another says so itself.
    """
    common = _common_measure(plan, rows)
    changed = [_measured_in(name, common) for name in _changes()]
    headings = [
        _("Target"),
        _("Required"),
        hidden(_("Gauge")),
        _("Value"),
        *changed,
        _("Reached at this pace on"),
        _("Over time"),
        _("Status"),
    ]
    calm = [row[0].code for row in rows if row[0].code not in core and _is_calm(row[1])]
    drawn = [
        _row(
            plan,
            row,
            assessed=assessed,
            revised=revised,
            common=common,
            address=address,
            palette=palette,
            calm=row[0].code in calm,
        )
        for row in rows
    ]
    table = html.Table(
        [
            html.Caption(caption, className="hidden-text"),
            html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
            html.Tbody(drawn),
        ],
        className="progress",
    )
    shown = scrolled(table, tabIndex="0", role="region", **{"aria-label": caption})
    return html.Div([shown, _folded(len(calm))], className="progress-part")


def _is_calm(progress: Progress) -> bool:
    """True for what is met or on track, and of which there is no more to say."""
    well = progress.status in {Status.MET, Status.ON_TRACK}
    return well and progress.override is None and not progress.needs_more_than_it_makes


def _folded(calm: int) -> Component:
    """What unfolds the calm rows on a phone; the style sheet shows it there alone."""
    if not calm:
        return None
    words = ngettext("{n} more target, met or on track", "{n} more targets, all met or on track", calm)
    return html.Details(html.Summary(words), className="fold calm-rows")


def _row(
    plan: Plan,
    row: Row,
    *,
    assessed: Mapping[str, Assessed],
    revised: Revised,
    common: str,
    address: Address,
    palette: Palette,
    calm: bool,
) -> Component:
    target, progress, course = row
    indicator = plan.indicator_by_code[progress.indicator_code]
    values = [rate.value for rate in course if rate.value is not None]
    scale = scale_of(indicator, [*values, progress.threshold])
    measured = measure_of_change(indicator)
    unit = "" if measured == common else measured
    labels = [f"{name} ({measured})" if measured else name for name in _changes()]
    return html.Tr(
        [
            html.Th(dcc.Link(target_name(target), href=address.to(f"/targets/{target.code}")), scope="row"),
            html.Td(_demands(plan, target, progress), className="demands"),
            html.Td(
                rod_image(
                    scale,
                    level=progress.value,
                    steps=[progress.threshold],
                    status=progress.status,
                    palette=palette,
                ),
                className="gauge",
            ),
            html.Td(_value(plan, indicator, row, assessed.get(indicator.code)), className="value"),
            _figure(_with(signed(change_between(course)), unit), labels[0]),
            _figure(_distance(plan, progress, unit), labels[1]),
            _figure(_with(signed(progress.required_pace), unit), labels[2]),
            _figure(_present(plan, progress, unit), labels[3]),
            _figure(_reached(plan, progress), _("Reached at this pace on"), "date"),
            html.Td(_spark(plan, row, revised=revised, palette=palette), className="spark"),
            html.Td(
                [
                    html.A(verdict_mark(progress), href=why_href(progress), title=_("Why this colour?")),
                    _slow(plan, progress),
                ],
                className=f"light {verdict_tint(progress)}",
            ),
        ],
        className="calm" if calm else None,
    )


def _common_measure(plan: Plan, rows: Sequence[Row]) -> str:
    """What most of the rows are measured in, as far as they change: percentage points, as a rule."""
    measures = Counter(measure_of_change(plan.indicator_by_code[progress.indicator_code]) for _t, progress, _r in rows)
    return measures.most_common(1)[0][0] if measures else ""


def _changes() -> tuple[str, ...]:
    return _("Change"), _("Distance"), _("Pace needed per month"), _("Present pace per month")


def _measured_in(name: str, measured: str) -> Component:
    return html.Span([name, " ", html.Span(f"({measured})", className="unbroken")]) if measured else name


def _slow(plan: Plan, progress: Progress) -> Component:
    """Under the status of what is on track and yet too slow, that it is; the words whole when it is pointed at."""
    if not progress.needs_more_than_it_makes:
        return None
    return html.Span(_("needs more than it makes"), className="note", title=too_slow_text(plan, progress))


def _demands(plan: Plan, target: Target, progress: Progress) -> list[Component]:
    rule = target_rule(target, plan.indicator_by_code[progress.indicator_code])
    return [html.Span([rule, own_mark(plan, progress)]), html.Span(_due(target), className="note")]


def _figure(written: Component, label: str, name: str = "") -> Component:
    """A cell that names itself where there is no heading above it (on a phone), and is left out there if empty."""
    return html.Td(written, className=f"{name} nothing" if written == NOTHING else name, **{"data-label": label})


def _value(plan: Plan, indicator: Indicator, row: Row, found: Assessed | None) -> list[Component]:
    """The reported value, and under it the assessed one with the gap; of what is not reported what was last."""
    _target, progress, course = row
    written = value_text(plan, indicator, progress.value)
    if progress.value is None:
        last = last_text(plan, indicator, course) if progress.status is Status.NO_DATA else ""
        return [written, html.Span(html.Span(last), className="note")] if last else [written]
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
    return text if text == NOTHING or not unit else [text, html.Span(unit, className="unit")]


def _distance(plan: Plan, progress: Progress, unit: str) -> Component:
    """The distance to the threshold, and under it what that is in items, documents or days."""
    short = shortfall_text(plan, progress)
    distance = _with(signed(progress.gap), unit)
    return html.Span([html.Span(distance), html.Span(short, className="note shortfall")]) if short else distance


def _present(plan: Plan, progress: Progress, unit: str) -> Component:
    monthly = progress.present_pace
    if progress.gap is None:
        return NOTHING
    return (
        html.Span(points_there(plan, progress), className="note") if monthly is None else _with(signed(monthly), unit)
    )


def _reached(plan: Plan, progress: Progress) -> Component:
    """When the present pace reaches the target; why nothing is projected where the points are too few for one."""
    if progress.status is Status.MET or progress.value is None:
        return NOTHING
    reason = why_unprojected(progress)
    if reason is None:
        return reached_text(plan, progress)
    if reason is Unprojected.FEW_POINTS:
        return html.Span(_("not enough points"), className="note", title=few_points(plan, progress))
    return NOTHING


def _spark(plan: Plan, row: Row, *, revised: Revised, palette: Palette) -> Component:
    """The course, what was due meanwhile, and the path to the next stage, as far as they lie in the time shown."""
    target, progress, course = row
    if len(course) < 2:
        return None
    ends = last_day(course[0].period), last_day(course[-1].period)
    indicator, on = plan.indicator_by_code[progress.indicator_code], progress.evaluated_on
    steps = due_steps(plan, indicator, stages_of(plan, target, on=on, unit=progress.unit_code), by=on)
    due = [step for run in due_runs(steps, begins=ends[0], ends=ends[1]) for step in _stretches(run, ends)]
    judged = judged_run(judged_still(steps, target, by=on), begins=ends[0], ends=ends[1])
    ways = _stretches(between(way_to(target, course), *ends), ends) if target.due_on and target.due_on > on else []
    heights = [progress.threshold, *(rate.value for rate in course if rate.value is not None)]
    heights += [height for step in (*due, *ways) for height in (step.height, step.risen)]
    drawn = sparkline(
        course,
        due=due,
        ways=ways,
        judged=_stretches(judged, ends),
        scale=Scale(foot=min(heights), head=max(max(heights), min(heights) + 1)),
        colour=palette.statuses[progress.status],
        palette=palette,
        revised=[(rate.indicator_code, rate.period) in revised for rate in course],
    )
    corrected = [month_text(rate.period) for rate in course if (rate.indicator_code, rate.period) in revised]
    said = _("corrected") + _(": ") + _(", ").join(corrected) if corrected else ""
    return html.Img(src=as_image(drawn), alt=said, title=said, className="sparkline", width=120, height=28)


def _stretches(corners: Sequence[Corner], ends: tuple[date, date]) -> list[Step]:
    first, newest = map(month_position, ends)

    def along(day: date) -> float:
        return float((month_position(day) - first) / (newest - first))

    return [Step(along(start), along(end), low, high) for (start, low), (end, high) in pairwise(corners)]


def in_display_order(plan: Plan, targets: Sequence[Target]) -> list[Target]:
    """Core targets first, by indicator and due date, then the others as the plan orders them."""
    indicators: dict[str, Indicator] = plan.indicator_by_code

    def place(target: Target) -> tuple[bool, int, str, int]:
        indicator = indicators[str(target.indicator)]
        core = indicator.core and target.due_on is not None
        return (not core, indicator.order if core else 0, str(target.due_on) if core else "", target.order)

    return sorted(targets, key=place)
