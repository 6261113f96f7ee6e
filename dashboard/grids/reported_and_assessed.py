"""Reported beside assessed on the pages of a unit and of a target: both values, the gap, the interval of a sample."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.chart_view import until
from dashboard.locale import _, month_text, ngettext
from dashboard.parts import csv_link, plain_table, scrolled, section, unit_link
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    indicator_name,
    measure,
    measure_of_change,
    method_word,
    signed,
    unit_name,
    value_text,
    with_measure,
)
from metrics.assessments import Method, falls_short
from metrics.plan.model import Indicator, Plan, Target
from metrics.queries.assessments import Assessed, assessments
from metrics.queries.blindness import blind_view
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.rounding import shown

Component = Any


def assessed_section(reading: Reading, judged: JudgedProgress, found: Sequence[Assessed], **chosen: str) -> Component:
    """The section; nothing where nothing was assessed. `chosen`: the `unit` or `indicator` that the page is about."""
    if not found:
        return None
    link = reading.address.to(
        "/assess", **{"show" if name == "indicator" else name: code for name, code in chosen.items()}
    )
    aside = [
        dcc.Link(_("All assessments"), href=link, className="quiet-link"),
        csv_link(reading.address.csv("assessments", **chosen, **until(judged))),
    ]
    caption = _("Reported and assessed")
    headings = [
        _("Indicator") if "unit" in chosen else _("Unit"),
        *(_("Month"), _("Reported"), _("Assessed"), _("Gap"), _("95 % interval"), _("Method")),
    ]
    rows = [_row(reading, judged, one, named_by_unit="unit" not in chosen) for one in reversed(found)]
    note = html.P(
        _("Gap: assessed minus reported. The interval is given for shares found in samples."), className="note"
    )
    found_here = assessed_finding(reading.plan, found)
    return section(found_here, scrolled(plain_table(caption, headings, rows), name="beside"), note, aside=aside)


def assessed_finding(plan: Plan, found: Sequence[Assessed]) -> str:
    """How many fall short of what was reported, of those that have a reported value to be seen; then those without.

    Worse in the indicator's direction, and in a sample by more than its interval.
    """
    if not found:
        return _("Nothing has been assessed yet")
    compared = [one for one in found if one.reported is not None and one.reported.value is not None]
    without = len(found) - len(compared)
    alone = ngettext(
        "{n} assessment has no reported value beside it",
        "{n} assessments have no reported value beside them",
        without,
    )
    if not compared:
        return alone
    said = ngettext(
        "{short} of {n} assessment falls short of what was reported",
        "{short} of {n} assessments fall short of what was reported",
        len(compared),
        short=sum(_falls_short(plan, one) for one in compared),
    )
    return _("{compared}; {alone}", compared=said, alone=alone) if without else said


def _falls_short(plan: Plan, one: Assessed) -> bool:
    if one.reported is None or one.reported.value is None:
        return False
    indicator = plan.indicator_by_code[one.recorded.indicator_code]
    reported = Fraction(one.reported.value)
    return falls_short(indicator, assessed=one.value, reported=reported, interval=one.interval)


def farthest_found(plan: Plan, found: Sequence[Assessed]) -> str:
    """Which assessment lies farthest from what was reported: of those in %, or where none is, of the first measure."""
    apart = [(one, plan.indicator_by_code[one.recorded.indicator_code]) for one in found if one.gap is not None]
    if not apart:
        return _("No assessment has a reported value beside it")
    measures = [measure(indicator) for _one, indicator in apart]
    chosen = "%" if "%" in measures else measures[0]
    alike = [(one, indicator) for one, indicator in apart if measure(indicator) == chosen]
    one, indicator = max(alike, key=lambda pair: abs(pair[0].gap or Fraction(0)))
    if not one.gap:
        return _("No assessment differs from what was reported")
    reporting = plan.unit_by_code.get(one.recorded.unit_code)
    return _(
        "Farthest from what was reported: {unit}, {indicator}, {month}, by {gap}",
        unit=one.recorded.unit_code if reporting is None else unit_name(reporting),
        indicator=indicator_name(indicator),
        month=month_text(one.recorded.period),
        gap=with_measure(signed(one.gap), measure_of_change(indicator)),
    )


def _row(reading: Reading, judged: JudgedProgress, one: Assessed, *, named_by_unit: bool) -> list[Component]:
    plan, row = reading.plan, one.recorded
    indicator, unit = plan.indicator_by_code[row.indicator_code], plan.unit_by_code.get(row.unit_code)
    named = row.unit_code if unit is None else unit_link(unit, reading.address)
    return [
        named if named_by_unit else indicator_name(indicator),
        month_text(row.period),
        _reported(reading, judged, one, indicator),
        with_measure(value_text(plan, indicator, one.value), measure(indicator)),
        NOTHING if one.gap is None else with_measure(signed(one.gap), measure_of_change(indicator)),
        NOTHING if one.interval is None else f"{shown(one.interval.low)} – {shown(one.interval.high)} %",
        method_word(Method(row.method)),
    ]


def _reported(reading: Reading, judged: JudgedProgress, one: Assessed, indicator: Indicator) -> Component:
    """The reported value, leading to the verdict on it in its month where a target judges it."""
    if one.hidden:
        return _("hidden from you")
    if one.reported is None or one.reported.value is None:
        return _("Not reported")
    text = with_measure(value_text(reading.plan, indicator, one.reported.value), measure(indicator))
    target = _target(reading, judged, indicator)
    if target is None:
        return text
    month = reading.address.in_month(one.recorded.period)
    return dcc.Link(text, href=f"{month}#why={one.recorded.unit_code}/{target.code}", title=_("Why this colour?"))


def _target(reading: Reading, judged: JudgedProgress, indicator: Indicator) -> Target | None:
    """The first target in force that judges the indicator; on a target's own page that is this target."""
    shown_here = [p.target_code for p in judged.progress if p.indicator_code == indicator.code]
    in_force = [] if judged.on is None else reading.plan.targets_in_force(judged.on)
    return next((target for target in in_force if target.code in shown_here), None)


def assessed_until(
    reading: Reading, period: date | None, *, units: Collection[str] = (), indicators: Collection[str] = ()
) -> list[Assessed]:
    """What was assessed of months up to `period`, in the order of recording.

    Nothing to those who did not sign in, since assessments are not released; reported values are left out where the
    reader has to measure first.
    """
    if reading.principal is None or period is None:
        return []
    view = blind_view(reading.session, reading.view, principal=reading.principal)
    return assessments(reading.session, view, units=units, indicators=indicators, period_to=period)
