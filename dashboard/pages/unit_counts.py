"""What a unit counts: every count of the form with its newest value, and the way to the history of each."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, language, month_text, ngettext, of_one
from dashboard.parts import csv_link, section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, with_measure
from metrics.periods import format_period
from metrics.plan.model import Element, Unit
from metrics.queries.newest_counts import NewestCount, newest_counts

Component = Any


def counts_section(reading: Reading, unit: Unit) -> Component:
    """The section of a unit that reports: its counts in the form's order, as known up to the month judged.

    Counts that the reader may not see are left out; nothing where none is there.
    """
    plan = reading.plan
    if unit.code in plan.children or reading.month is None:
        return None
    found = newest_counts(reading.session, reading.view, unit=unit.code, until=reading.month.period)
    if not found:
        return None
    view = reading.view
    every = view.shows_every_count or unit.code in (view.own or ())
    seen = [one for one in plan.elements if every or one.code in plan.published_elements]
    months = sorted({format_period(one.period) for one in found.values()})
    csv = csv_link(reading.address.csv("observations", unit=unit.code, period=months))
    month = max(one.period for one in found.values())
    lines = [_line(reading, unit, one, found.get(one.code), month=month) for one in seen]
    summary = html.Summary(ngettext("{n} count and its value", "{n} counts and their values", len(seen)))
    listed = html.Details([summary, html.Ul(lines, className="unit-tasks unit-counts")], className="fold")
    return section(_finding(found, len(seen)), listed, aside=csv)


def _finding(found: dict[str, NewestCount], of: int) -> str:
    """How many of the counts were sent for the newest month, and how many of the values were corrected."""
    newest = max(one.period for one in found.values())
    there = sum(1 for one in found.values() if one.period == newest)
    corrected = sum(1 for one in found.values() if one.versions > 1)
    said = ngettext(
        "{there} of {n} count sent for {month}",
        "{there} of {n} counts sent for {month}",
        of,
        there=there,
        month=month_text(newest),
    )
    return said + (ngettext("; {n} corrected", "; {n} corrected", corrected) if corrected else "")


def _line(reading: Reading, unit: Unit, element: Element, newest: NewestCount | None, *, month: date) -> Component:
    """The count's name, leading to its history; its value, and its month where that is not `month`, the heading's."""
    name = element.name.in_language(language())
    link = dcc.Link(name, href=reading.address.to(f"/units/{unit.code}/elements/{element.code}"), title=name)
    if newest is None:
        return html.Li([link, html.Span([NOTHING, " ", html.Span(_("never sent"), className="note")])])
    measure = element.unit_of_measure.in_language(language())
    value = with_measure(count_text(Fraction(newest.value)), of_one(measure) if newest.value == 1 else measure)
    told = [month_text(newest.period)] if newest.period != month else []
    told += [ngettext("{n} version", "{n} versions", newest.versions)] if newest.versions > 1 else []
    beside = [" ", html.Span(" · ".join(told), className="note")] if told else []
    return html.Li([link, html.Span([html.B(value), *beside])])
