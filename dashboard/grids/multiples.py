"""Small multiples: one small chart a unit, all on one scale, each with its value, status, distance and paces."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from dash import dcc, html

from dashboard.charts.course import CourseChart, UnitCourse
from dashboard.charts.instrument import as_image
from dashboard.charts.multiple import HEIGHT, WIDTH, Ground, shared_scale, small_course
from dashboard.grids.courses import pressed
from dashboard.locale import _, date_text, ngettext
from dashboard.parts import choice, hand_mark, hidden, icon, own_mark, why_href
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    STATUS_SIGNS,
    measure,
    measure_of_change,
    signed,
    status_word,
    unit_name,
    unsigned,
    value_text,
    with_measure,
)
from dashboard.words.paces import few_points
from metrics.plan.model import Direction, Indicator, Plan
from metrics.results import Progress, Status
from metrics.verdicts.ratios import Whole
from metrics.verdicts.verdict_figures import VerdictFigures
from metrics.verdicts.verdict_table import VerdictTable

Component = Any
MOST = 60
ORDERS = ("best", "worst")
"""What `multiples` in an address may be: by value, the best or the worst first."""


def multiples(
    reading: Reading, indicator: Indicator, chart: CourseChart, shown: Sequence[Progress], *, chosen: Sequence[str]
) -> Component:
    """The charts of `shown`, in that order."""
    courses = {course.unit: course for course in chart.courses}
    ground = ground_of(chart)
    tiles = [
        _tile(reading, indicator, ground, verdict, courses.get(verdict.unit_code), chosen=chosen) for verdict in shown
    ]
    return html.Ul(tiles, className="multiples")


def arranged(reading: Reading, indicator: Indicator, shown: Sequence[Progress]) -> list[Progress]:
    """`shown` in the order that the address asks for: by value, those without one last; else as given."""
    asked = reading.address.keeps("multiples")
    if asked not in ORDERS:
        return list(shown)
    there = [verdict for verdict in shown if verdict.value is not None]
    highest_first = (indicator.direction is Direction.HIGHER) == (asked == "best")
    ordered = sorted(there, key=lambda verdict: verdict.value or Fraction(0), reverse=highest_first)
    return ordered + [verdict for verdict in shown if verdict.value is None]


def order_ways(reading: Reading) -> Component:
    """The ways to the same charts in another order; the one shown stands out."""
    here = asked if (asked := reading.address.keeps("multiples")) in ORDERS else None
    words = {None: _("As listed"), "best": _("Best first"), "worst": _("Worst first")}
    links = [choice(word, reading.address.keeping(multiples=way), here=way == here) for way, word in words.items()]
    return html.Ul(links, className="filters", **{"aria-label": _("Order of the small charts")})


def ground_of(chart: CourseChart) -> Ground:
    values = [point.value for course in chart.courses for point in course.points if point.value is not None]
    values += [stage.threshold for stage in chart.stages]
    values += [height for course in chart.courses for way in course.ways for _day, height in way]
    values += [height for course in chart.courses for _day, height in course.due if height is not None]
    return Ground(begins=chart.begins, ends=chart.ends, scale=shared_scale(values, share=chart.share))


def farthest(table: VerdictTable, rows: Whole) -> Whole:
    """Those of `rows` whose courses are drawn and tabled: all of up to sixty, else those farthest from the target."""
    if len(rows) <= MOST:
        return rows
    judged = rows[table.judged[rows]]
    distance = VerdictFigures(table.only(judged)).gap
    found: Whole = np.concatenate([judged[distance.order()], rows[~table.judged[rows]]])[:MOST]
    return found


def left_out(units: int) -> str:
    """That some units are left out, where some are."""
    if units <= MOST:
        return ""
    return ngettext(
        "The {n} unit farthest from the target is shown; the CSV has them all.",
        "The {n} units farthest from the target are shown; the CSV has them all.",
        MOST,
    )


def scale_words(chart: CourseChart) -> str:
    """What all small charts share."""
    scale = ground_of(chart).scale
    return _(
        "All on one scale: {foot} to {head} vertically, {begins} to {ends} horizontally.",
        foot=with_measure(str(round(float(scale.foot), 1)).removesuffix(".0"), chart.measure),
        head=with_measure(str(round(float(scale.head), 1)).removesuffix(".0"), chart.measure),
        begins=date_text(chart.begins),
        ends=date_text(chart.ends),
    )


def _tile(
    reading: Reading,
    indicator: Indicator,
    ground: Ground,
    verdict: Progress,
    course: UnitCourse | None,
    *,
    chosen: Sequence[str],
) -> Component:
    unit = reading.plan.unit_by_code[verdict.unit_code]
    course = course or UnitCourse(unit=unit.code, name=unit_name(unit), points=())
    drawn = small_course(ground, course, colour=reading.palette.statuses[verdict.status], palette=reading.palette)
    word = status_word(verdict.status)
    said = word
    if verdict.value is not None:
        said = f"{with_measure(value_text(reading.plan, indicator, verdict.value), measure(indicator))} · {word}"
    return html.Li(
        [
            dcc.Link(
                unit_name(unit),
                href=reading.address.keeping(unit=pressed(chosen, unit.code)),
                className="multiple-name",
                title=unit_name(unit),
            ),
            html.A(
                [
                    icon(verdict.status),
                    html.Span(said, className="multiple-value"),
                    hand_mark(verdict),
                    own_mark(reading.plan, verdict),
                    hidden(_(": ") + unit_name(unit)),
                ],
                href=why_href(verdict),
                className="multiple-why",
                title=_("Why this colour?"),
            ),
            html.Img(src=as_image(drawn), alt="", className="multiple-course", width=WIDTH, height=HEIGHT),
            html.P(_paces(reading.plan, verdict, indicator, course), className="note"),
        ],
        className="multiple chosen" if unit.code in chosen else "multiple",
        **{"data-sign": STATUS_SIGNS[verdict.status], "data-unit": verdict.unit_code},
    )


def _paces(plan: Plan, verdict: Progress, indicator: Indicator, course: UnitCourse) -> list[Component]:
    """The distance or the pace that is needed, and below it the present pace or that there are not enough points.

    Of what is not reported: what was reported last.
    """
    if verdict.gap is None:
        return [(course.last if verdict.status is Status.NO_DATA else "") or NOTHING]
    unit = measure_of_change(indicator)
    monthly = verdict.present_pace
    return [
        _distance(verdict, indicator),
        html.Br(),
        few_points(plan, verdict)
        if monthly is None
        else _("now {pace} {unit} a month", pace=signed(monthly), unit=unit),
    ]


def _distance(verdict: Progress, indicator: Indicator) -> str:
    unit = measure_of_change(indicator)
    if verdict.required_pace is not None:
        return _("needs {pace} {unit} a month", pace=signed(verdict.required_pace), unit=unit)
    gap = unsigned(verdict.gap or Fraction(0))
    if verdict.status is Status.MET and not verdict.gap:
        return _("exactly as required")
    if verdict.status is Status.MET:
        return _("ahead by {gap} {unit}", gap=gap, unit=unit)
    return _("short by {gap} {unit}", gap=gap, unit=unit)
