"""Two to five units beside each other: verdicts on every measured target, how far they lie apart, a year of courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.grids.compared import apart, as_displayed, compared_table
from dashboard.grids.compared_charts import MONTHS, compared_charts
from dashboard.grids.level_folded import level_folded
from dashboard.locale import _, ngettext
from dashboard.pages.corrected import corrections_section, corrections_shown, rolled_up_shown
from dashboard.parts import csv_link, empty, hidden, page_head, scrolled, section, unit_link
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.comparison_findings import apart_found
from dashboard.words.figures import unit_name
from metrics.periods import add_months
from metrics.plan.model import Unit
from metrics.queries.comparison import FEWEST, MOST, ComparedTarget, best_counts, compared_targets
from metrics.queries.corrected_rates import CorrectedRate
from metrics.queries.progress_by_unit import progress_by_unit

Component = Any


def compare_page(reading: Reading) -> Content:
    """The page at `/compare`. The address names each `unit`; all are held against the first."""
    units = compared_units(reading)
    if not FEWEST <= len(units) <= MOST:
        return _choosing(reading, units)
    codes = [unit.code for unit in units]
    judged = progress_by_unit(reading.session, reading.view, month=reading.month, units=codes, whole_courses=True)
    compared = compared_targets(judged, codes)
    title = finding(reading, units, compared)
    on = {} if judged.on is None else {"on": judged.on.isoformat()}
    csv = csv_link(reading.address.csv("comparison", unit=codes, **on))
    if compared and judged.period is not None:
        shown = as_displayed(reading, compared)
        corrected = _corrected(reading, codes, shown, judged.period)
        tables = level_folded(
            shown,
            is_level=lambda one: one.all_level,
            table=lambda ones: scrolled(compared_table(reading, units, ones, judged.courses), name="compared"),
        )
        parts = [
            section(apart_found(apart(reading, shown)), html.P(_measures(), className="note"), *tables, aside=csv),
            compared_charts(reading, judged, units, shown, title=title, corrected=corrected),
            corrections_section(reading, corrected, targets=[one.code for one in shown], named=True),
        ]
    else:
        parts = [empty(_("Nothing has been reported yet"), _("Units can be compared once they have sent figures."))]
    slides = bool(compared) and judged.period is not None
    body = html.Div([page_head(title, reading, slides=slides), _chosen(reading, units), *parts])
    return Content(title=title, body=body)


def _corrected(reading: Reading, codes: list[str], shown: Sequence[ComparedTarget], month: date) -> list[CorrectedRate]:
    """What was corrected in the months drawn of what is compared, oldest first."""
    indicators, first = {one.indicator for one in shown}, add_months(month, 1 - MONTHS)
    found = [
        *corrections_shown(reading, units=codes, indicators=indicators, first=first, last=month),
        *rolled_up_shown(reading, codes, indicators=indicators, first=first, last=month),
    ]
    return sorted(found, key=lambda one: one.seq)


def _measures() -> str:
    """In what the table's figures without a measure are."""
    return _("Differences, distances and paces: percentage points of what is in %, else in the target's own measure.")


def compared_units(reading: Reading) -> list[Unit]:
    """The units that the address names, however many; the first is the one that the others are held against."""
    return [found for code in reading.address.keeps_all("unit") if (found := reading.plan.unit_by_code.get(code))]


def finding(reading: Reading, units: list[Unit], compared: tuple[ComparedTarget, ...]) -> str:
    """Who is ahead on how many targets; only who is compared where nothing can be."""
    alone, level, of = best_counts(reading.plan, compared)
    names = [unit_name(unit) for unit in units]
    if not of:
        return _("Compared: {units}", units=_(", ").join(names))
    if len(units) == FEWEST:
        first, second = (names[0], alone[0]), (names[1], alone[1])
        leading, other = (second, first) if second[1] > first[1] else (first, second)
        said = ngettext(
            "{unit} is ahead of {other} on {count} of {n} target, behind on {less}",
            "{unit} is ahead of {other} on {count} of {n} targets, behind on {less}",
            of,
            unit=leading[0],
            other=other[0],
            count=leading[1],
            less=other[1],
        )
        return said + (_(", level on {count}", count=level) if level else "")
    counts = [_("{unit} {count}", unit=name, count=alone[place]) for place, name in enumerate(names)]
    said = ngettext("Targets led, of {n}", "Targets led, of {n}", of) + _(": ") + _(", ").join(counts)
    return said + (_("; tied on {count}", count=level) if level else "")


def _chosen(reading: Reading, units: list[Unit]) -> Component:
    """The units compared, each with the ways to take it out or to hold the others against it; and to one more."""
    codes = [unit.code for unit in units]
    items = []
    for place, unit in enumerate(units):
        rest = [code for code in codes if code != unit.code]
        name = unit_name(unit)
        first = html.Span(_("reference"), className="note")
        if place:
            first = dcc.Link(
                _("make it the reference"),
                href=reading.address.keeping(unit=[unit.code, *rest]),
                className="quiet-link",
                title=_("Compare the others with {unit}", unit=name),
            )
        words = _("Take {unit} out", unit=name)
        out = dcc.Link(
            [html.Span("×", **{"aria-hidden": "true"}), hidden(words)],
            href=reading.address.keeping(unit=rest),
            className="quiet-link take-out",
            title=words,
        )
        mark = html.Span(className=f"series-mark series-{place}", **{"aria-hidden": "true"})
        items.append(html.Li([mark, unit_link(unit, reading.address), first, out]))
    return html.Div(
        [html.Ul(items, className="compared-units"), *([_more(reading, codes)] if len(codes) < MOST else [])],
        className="compared-chosen",
    )


def _more(reading: Reading, chosen: list[str]) -> Component:
    """The units that may be added, folded."""
    offered = [unit for unit in (reading.level.under, *reading.level.units) if unit.code not in chosen]
    return html.Details(
        [html.Summary(_("Add a unit")), _offered(reading, offered, chosen)], className="table-view add-unit"
    )


def _offered(reading: Reading, offered: list[Unit], chosen: list[str]) -> Component:
    links = [
        html.Li(dcc.Link(unit_name(unit), href=reading.address.keeping(unit=[*chosen, unit.code]), className="filter"))
        for unit in offered
    ]
    return html.Ul(links, className="filters", **{"aria-label": _("Add a unit")})


def _choosing(reading: Reading, units: list[Unit]) -> Content:
    """The page while too few or too many units are chosen: what is wrong, and the ways to put it right."""
    codes = [unit.code for unit in units]
    if len(units) > MOST:
        title = ngettext(
            "{n} unit is chosen; at most five stand beside each other",
            "{n} units are chosen; at most five stand beside each other",
            len(units),
        )
        way = _("Take some of them out.")
    elif units:
        title = _("One unit is chosen; a comparison takes two to five")
        way = _("Choose another one to set beside {unit}.", unit=unit_name(units[0]))
    else:
        title = _("Which units are to be compared?")
        way = _("Choose two to five of them.")
    out = [
        html.Li(
            [
                unit_link(unit, reading.address),
                dcc.Link(
                    _("Take out"),
                    href=reading.address.keeping(unit=[code for code in codes if code != unit.code]),
                    className="quiet-link",
                    title=_("Take {unit} out", unit=unit_name(unit)),
                ),
            ]
        )
        for unit in units
    ]
    offered = [unit for unit in (reading.level.under, *reading.level.units) if unit.code not in codes]
    body = html.Div(
        [
            page_head(title, reading),
            html.P(way, className="note"),
            html.Ul(out, className="compared-units") if out else None,
            section(_("Units"), _offered(reading, offered, codes)) if len(units) < MOST else None,
        ]
    )
    return Content(title=_("Compare"), body=body)
