"""Units beside each other: a table with a row a target and a column a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.progress_rows import in_display_order
from dashboard.locale import _, date_text
from dashboard.parts import hidden, own_mark, verdict_mark, verdict_tint, why_href
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    last_text,
    measure,
    short_name,
    shortfall_text,
    signed,
    target_name,
    target_rule,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.paces import reached_text
from metrics.plan.model import Indicator, Plan, Target, Unit
from metrics.queries.comparison import ComparedTarget
from metrics.results import Progress, Rate, Status

Component = Any
Courses = Mapping[tuple[str, str], Sequence[Rate]]


def compared_table(
    reading: Reading, units: Sequence[Unit], compared: Sequence[ComparedTarget], courses: Courses
) -> Component:
    """A row a target: what it demands, and of each unit its verdict and how far it lies from the first unit.

    `courses`: by unit and indicator; of who has not reported they hold what was reported last.
    """
    names = [unit_name(unit) for unit in units]
    headings = [html.Th(_("Target"), scope="col"), html.Th(_("Required"), scope="col")]
    for place, name in enumerate(names):
        mark = html.Span(className=f"series-mark series-{place}", **{"aria-hidden": "true"})
        under = [] if place == 0 else [html.Small(_("against {unit}", unit=names[0]))]
        headings.append(html.Th([mark, name, *under], scope="col", style={"width": f"{60 / len(units):.0f}%"}))
    rows = [_row(reading, target, units, courses) for target in compared]
    caption = html.Caption(_("All measured targets"), className="hidden-text")
    return html.Table([caption, html.Thead(html.Tr(headings)), html.Tbody(rows)], className="figures compared-table")


def as_displayed(reading: Reading, compared: Sequence[ComparedTarget]) -> list[ComparedTarget]:
    """`compared` in the order of a unit's page: the core targets first."""
    found = {one.code: one for one in compared}
    return [
        found[target.code] for target in in_display_order(reading.plan, [_target(reading, one) for one in compared])
    ]


def apart(reading: Reading, compared: Sequence[ComparedTarget]) -> dict[str, Fraction]:
    """Of each target in %, by its name, how many points the best and the worst of the units lie apart."""
    found = {}
    for one in compared:
        values = one.values.values()
        if len(values) > 1 and measure(reading.plan.indicator_by_code[one.indicator]) == "%":
            found[target_name(_target(reading, one))] = max(values) - min(values)
    return found


def _target(reading: Reading, compared: ComparedTarget) -> Target:
    in_force = None if reading.on is None else reading.plan.target_in_force(compared.code, reading.on)
    return in_force or reading.plan.general_targets[compared.code][-1]


def _row(reading: Reading, compared: ComparedTarget, units: Sequence[Unit], courses: Courses) -> Component:
    plan, target = reading.plan, _target(reading, compared)
    indicator = plan.indicator_by_code[str(target.indicator)]
    due = _("no date printed") if target.due_on is None else date_text(target.due_on)
    cells = [_cell(reading, compared, place, units[place], courses) for place in range(len(compared.verdicts))]
    return html.Tr(
        [
            html.Th(dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}")), scope="row"),
            html.Td([html.Span(target_rule(target, indicator)), html.Span(due, className="note")], className="demands"),
            *cells,
        ]
    )


def _cell(reading: Reading, compared: ComparedTarget, place: int, unit: Unit, courses: Courses) -> Component:
    """Value and status, leading to why, and the difference; below them the distance, the paces, where they lead."""
    verdict, plan = compared.verdicts[place], reading.plan
    if verdict is None:
        return html.Td(NOTHING, className="nothing", **{"data-label": short_name(unit)})
    indicator = plan.indicator_by_code[verdict.indicator_code]
    written = (
        NOTHING
        if verdict.value is None
        else with_measure(value_text(plan, indicator, verdict.value), measure(indicator))
    )
    head = [html.Span(written, className="cell-value"), verdict_mark(verdict)]
    why = html.A(head, href=why_href(verdict), title=_("Why this colour?"), className="compared-verdict")
    difference = compared.difference(place)
    apart = None if difference is None else html.B([hidden(_("Apart") + _(": ")), signed(difference)])
    facts = _facts(plan, indicator, verdict, courses.get((verdict.unit_code, indicator.code), ()))
    lines = [part for fact in facts for part in (" · ", html.Span(fact))][1:]
    return html.Td(
        [
            html.Div([apart, why, own_mark(plan, verdict)], className="compared-first"),
            html.Span(lines, className="compared-facts"),
        ],
        className=f"cell {verdict_tint(verdict)}",
        **{"data-label": short_name(unit)},
    )


def _facts(plan: Plan, indicator: Indicator, verdict: Progress, course: Sequence[Rate]) -> list[str]:
    """Distance and shortfall; of what is not met the paces and the projection; of what was not reported the value
    reported last. Measures stand above the table.
    """
    if verdict.status is Status.NO_DATA:
        return [last] if (last := last_text(plan, indicator, course)) else []
    if verdict.gap is None:
        return []
    found = [_("to the target {distance}", distance=signed(verdict.gap)), shortfall_text(plan, verdict)]
    if verdict.status is not Status.MET:
        found.append(_paces(verdict))
        if verdict.projection is not None:
            value = value_text(plan, indicator, verdict.projection.value)
            found.append(_("projected {value} on the due date", value=value))
            found.append(_("reaches it: {when}", when=reached_text(plan, verdict)))
    return [fact for fact in found if fact]


def _paces(verdict: Progress) -> str:
    """What is needed a month and what is made, as far as they are known."""
    needed, made = verdict.required_pace, verdict.present_pace
    if needed is not None and made is not None:
        return _("needs {needed}, makes {made} a month", needed=signed(needed), made=signed(made))
    if needed is not None:
        return _("needs {needed} a month", needed=signed(needed))
    return "" if made is None else _("makes {made} a month", made=signed(made))
