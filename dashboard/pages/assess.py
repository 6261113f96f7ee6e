"""Reported beside assessed (第三方评估): table, chart, and for assessors the forms that record and revise."""

from __future__ import annotations

from html import escape
from typing import Any

from dash import dcc, html

from dashboard.charts.dumbbell import Pair, dumbbell_figure
from dashboard.grids.assessments import assessed_table
from dashboard.grids.chart_view import Picture, graph, pictured
from dashboard.grids.reported_and_assessed import assessed_finding, farthest_found
from dashboard.locale import _, month_text
from dashboard.pages.assess_form import assess_form, revise_form
from dashboard.pages.samples import samples_section
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import indicator_name, measure, unit_name, value_text, with_measure
from metrics.plan.model import Indicator
from metrics.principal import Scope
from metrics.queries.assessments import Assessed, assessments
from metrics.queries.blindness import blind_view, is_blind

Component = Any
_CHARTED = 40


def assess_page(reading: Reading) -> Content:
    """The page at `/assess`; `unit=` and `show=` (an indicator) in the address choose what is listed."""
    plan, address = reading.plan, reading.address
    unit, indicator = address.keeps("unit"), address.keeps("show")
    view = blind_view(reading.session, reading.view, principal=reading.principal)
    found = assessments(
        reading.session,
        view,
        units=[unit] if unit in plan.unit_by_code and unit else [],
        indicators=[indicator] if indicator in plan.indicator_by_code and indicator else [],
    )
    title = assessed_finding(plan, found)
    chosen = {name: code for name, code in (("unit", unit), ("indicator", indicator)) if code}
    body = html.Div(
        [
            page_head(title, reading, *([html.P(_blind_words(), className="note")] if _sees_blind(reading) else [])),
            _filters(reading),
            *([assess_form(reading)] if _records(reading) else []),
            section(
                farthest_found(plan, found) if found else _("Reported and assessed"),
                *([_chart(reading, found), assessed_table(reading, found, revise=revise_form)] if found else [_none()]),
                aside=csv_link(address.csv("assessments", **chosen)),
            ),
            *samples_section(reading),
            html.P(_interval_words(), className="note"),
        ]
    )
    return Content(title=_("Assessments"), body=body)


def _records(reading: Reading) -> bool:
    return reading.view.is_now and reading.principal is not None and reading.principal.may(Scope.RECORD_ASSESSMENT)


def _sees_blind(reading: Reading) -> bool:
    return is_blind(reading.principal)


def _blind_words() -> str:
    return _("Assessment is blind: each reported value appears beside yours once yours is recorded.")


def _interval_words() -> str:
    return _(
        "Gap: assessed minus reported. An assessment falls short if it is worse than what was "
        "reported; a sample, if by more than its interval. Beside each interval stands its method;"
        " it reflects chance alone, not how the sample was drawn."
    )


def _none() -> Component:
    return empty(
        _("Nothing has been assessed yet"),
        _("A third party records here what it measured itself; reported figures stay as they are."),
    )


def _filters(reading: Reading) -> Component:
    """Links that narrow the list to one unit or one indicator, and back."""
    plan, address = reading.plan, reading.address
    units = [dcc.Link(_("All units"), href=address.keeping(unit=None))]
    units += [dcc.Link(unit_name(unit), href=address.keeping(unit=unit.code)) for unit in plan.units]
    core = [dcc.Link(_("All indicators"), href=address.keeping(show=None))]
    core += [
        dcc.Link(indicator_name(indicator), href=address.keeping(show=indicator.code)) for indicator in plan.indicators
    ]
    return html.Details(
        [
            html.Summary(_("Filter: {what}", what=_chosen(reading))),
            html.P(units, className="owing"),
            html.P(core, className="owing"),
        ],
        className="table-view",
    )


def _chosen(reading: Reading) -> str:
    plan = reading.plan
    unit = plan.unit_by_code.get(reading.address.keeps("unit") or "")
    indicator = plan.indicator_by_code.get(reading.address.keeps("show") or "")
    words = [unit_name(unit)] * (unit is not None) if unit else []
    words += [indicator_name(indicator)] if indicator else []
    return " · ".join(words) or _("everything")


def _chart(reading: Reading, found: list[Assessed]) -> Component:
    """One chart a unit of measure, shares first: values of different measures share no scale."""
    by_measure: dict[str, list[tuple[Assessed, Indicator]]] = {}
    for assessed in found[-_CHARTED:]:
        indicator = reading.plan.indicator_by_code[assessed.recorded.indicator_code]
        by_measure.setdefault(measure(indicator), []).append((assessed, indicator))
    charts = enumerate(sorted(by_measure.items()), start=1)
    return html.Div([_one_chart(reading, unit, pairs, number=number, whole=found) for number, (unit, pairs) in charts])


def _one_chart(
    reading: Reading, unit: str, found: list[tuple[Assessed, Indicator]], *, number: int, whole: list[Assessed]
) -> Component:
    pairs = [_pair(reading, assessed, indicator) for assessed, indicator in found]
    figure = dumbbell_figure(pairs, reported=_("Reported"), assessed=_("Assessed"), measure=unit, theme=reading.theme)
    label = _("Reported and assessed")
    height = {"height": f"{100 + 38 * max(len(pairs), 2)}px"}
    drawn = graph(reading, figure, label=f"{label}, {unit}", style=height)
    title = assessed_finding(reading.plan, whole)
    picture = Picture(name=f"assessments_{number}", title=title, caption=f"{label} ({unit})")
    return pictured(reading, drawn, picture)


def _pair(reading: Reading, assessed: Assessed, indicator: Indicator) -> Pair:
    row, plan = assessed.recorded, reading.plan
    unit = plan.unit_by_code.get(row.unit_code)
    name = escape(row.unit_code if unit is None else unit_name(unit))
    what = f"{escape(indicator_name(indicator))} · {month_text(row.period)}"
    value = with_measure(value_text(plan, indicator, assessed.value), measure(indicator))
    return Pair(
        name=f"{name}<br>{what}",
        reported=None if assessed.reported is None else assessed.reported.value,
        assessed=assessed.value,
        low=None if assessed.interval is None else assessed.interval.low,
        high=None if assessed.interval is None else assessed.interval.high,
        words=f"{name} · {what}: {value}",
    )
