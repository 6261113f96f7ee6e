"""The page at `/freshness`: datasets and units that stopped, what was owed, since when and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dash import dcc, html

from dashboard.levels import breadcrumbs, pages
from dashboard.locale import _, count_text, date_text, language, month_text, ngettext
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.section_findings import stopped_found
from metrics.periods import due_on
from metrics.queries.freshness import freshness, freshness_day
from metrics.supervision.freshness import STREAM_TEXTS, Stopped, Stream, what_was_owed

Component = Any


def freshness_page(reading: Reading) -> Content:
    """Whole datasets, then units, the longest first; of a chosen month, as it stood once that was due."""
    on, found = day_of(reading), stopped_in(reading)
    whole, units = [row for row in found if row.unit is None], [row for row in found if row.unit is not None]
    title = finding(found)
    listed = reading.paged(units)
    words = _(
        "Rows {first}–{last} of {all}",
        first=count_text(listed.first + 1),
        last=count_text(listed.first + len(listed.shown)),
        all=count_text(len(units)),
    )
    csv = csv_link(reading.address.csv("freshness", on=on.isoformat()))
    said = html.P(_("Due by {date} and not received.", date=date_text(on)), className="note")
    if found:
        parts = [
            section(_found(reading, whole), _table(reading, whole, _("Dataset")), aside=csv) if whole else None,
            section(
                _found(reading, units) if units else _("No unit has stopped"),
                _table(reading, listed.shown, _("Unit")) if units else None,
                pages(reading.address, listed, words=words),
                aside=None if whole else csv,
            ),
        ]
    else:
        parts = [section(_found(reading, ()), empty(_("Every unit is up to date"), said), aside=csv)]
    body = html.Div([page_head(title, reading, breadcrumbs(reading), said, dated=False), *parts])
    return Content(title=title, body=body)


def day_of(reading: Reading) -> date:
    """The day that is looked at: the first on which the chosen month is late, else that of the reading's moment."""
    month = reading.address.month
    if month is not None:
        return due_on(month, rule=reading.plan.due_rule) + timedelta(days=1)
    address = reading.address
    return freshness_day(reading.view, as_of=address.as_of, released=address.release is not None)


def stopped_in(reading: Reading) -> tuple[Stopped, ...]:
    """What stopped on the level shown, whole datasets included."""
    level = reading.level
    below = {unit.code for unit in reading.plan.reporting_units_under(level.under.code)} if level.above else None
    return freshness(reading.session, reading.view, on=day_of(reading), units=below)


def finding(found: Sequence[Stopped]) -> str:
    """How many units stopped sending their submission, and how many whole datasets did."""
    units = len({row.unit for row in found if row.unit is not None and row.stream is not Stream.BLOCK})
    whole = sum(row.unit is None for row in found)
    if not found:
        return _("Nothing has stopped")
    text = ngettext("{n} unit has stopped reporting", "{n} units have stopped reporting", units)
    return text + (_("; ") + ngettext("{n} dataset has stopped", "{n} datasets have stopped", whole) if whole else "")


def _found(reading: Reading, rows: Sequence[Stopped]) -> str:
    return stopped_found(rows, [_name_text(reading, row) for row in rows])


def _name_text(reading: Reading, row: Stopped) -> str:
    if row.unit is not None:
        return unit_name(reading.plan.unit_by_code[row.unit])
    return STREAM_TEXTS[row.stream].in_language(language())


def _table(reading: Reading, rows: Sequence[Stopped], what: str) -> Component:
    headings = [
        what,
        _("What was owed"),
        _("Last received"),
        _("Missing since"),
        _("Was due by"),
        html.Span(_("Months"), className="number"),
        html.Span(_("Days since"), className="number"),
    ]
    return scrolled(
        plain_table(what, headings, [_row(reading, row) for row in rows], labelled=True), name="texts as-cards"
    )


def _row(reading: Reading, row: Stopped) -> list[Component]:
    return [
        _name(reading, row),
        what_was_owed(reading.plan, row).in_language(language()),
        NOTHING if row.newest is None else month_text(row.newest),
        month_text(row.since),
        date_text(row.due_on),
        html.Span(count_text(row.periods), className="number"),
        html.Span(count_text(row.days), className="number"),
    ]


def _name(reading: Reading, row: Stopped) -> Component:
    """The unit or the dataset, and the way to where it is followed."""
    name = _name_text(reading, row)
    if row.unit is not None:
        return dcc.Link(name, href=reading.address.to(f"/units/{row.unit}"))
    paths = {Stream.SUBMISSIONS: "/periods", Stream.TASK_REPORTS: "/tasks", Stream.RELEASES: "/releases"}
    return dcc.Link(name, href=reading.address.to(paths[row.stream]))
