"""How often and how far a unit's first figures were revised: a table on its page, and the file it is of."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, count_text, month_text, ngettext
from dashboard.parts import csv_link, plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    indicator_name,
    measure,
    measure_of_change,
    signed,
    value_text,
    with_measure,
)
from metrics.plan.model import Unit
from metrics.queries.revision_records import revision_records
from metrics.revisions import RevisionRecord
from metrics.rounding import shown, shown_share

Component = Any


def revision_section(reading: Reading, unit: Unit) -> list[Component]:
    """Its indicators that were revised, the most often revised first; nothing for a unit without any value."""
    records = revision_records(reading.session, reading.view, units=[unit.code])
    if not records:
        return []
    revised = sorted((one for one in records if one.revised), key=lambda one: -one.revisions)
    headings = [
        _("Indicator"),
        _("Months revised"),
        _("Times revised"),
        _("Mean change"),
        _("Mean size of change"),
        _("Furthest: first → newest"),
        _("Median days until revised"),
        _("Revised after the deadline"),
    ]
    table = plain_table(_("Revision record"), headings, [_row(reading, one) for one in revised])
    note = _(
        "Change: newest minus first value of the months that were revised. Any month may be corrected at any time, with"
        " a reason; earlier values are kept, and corrected ones marked."
    )
    said = section(
        _title(len(revised), len(records)),
        *([scrolled(table, name="revisions")] if revised else []),
        html.P(note, className="note"),
        aside=csv_link(reading.address.csv("revisions", unit=unit.code)),
    )
    return [said]


def _title(revised: int, of: int) -> str:
    if not revised:
        return _("Revision record: no first figure was revised")
    return ngettext(
        "Revision record: first figures of {n} indicator of {of} were revised",
        "Revision record: first figures of {n} indicators of {of} were revised",
        revised,
        of=count_text(of),
    )


def _row(reading: Reading, one: RevisionRecord) -> list[Component]:
    indicator = reading.plan.indicator_by_code[one.indicator_code]
    mean, size, furthest = one.mean_change, one.mean_absolute_change, one.furthest
    months = _("{n} of {all}", n=count_text(len(one.revised)), all=count_text(one.months))
    moved = NOTHING
    if furthest is not None:
        ends = [value_text(reading.plan, indicator, value) for value in (furthest.first, furthest.newest)]
        moved = month_text(furthest.period) + _(": ") + with_measure(" → ".join(ends), measure(indicator))
    return [
        indicator_name(indicator),
        months,
        count_text(one.revisions),
        NOTHING if mean is None else with_measure(signed(mean), measure_of_change(indicator)),
        NOTHING if size is None else with_measure(shown(size), measure_of_change(indicator)),
        moved,
        NOTHING if one.median_days is None else shown(one.median_days, decimals=1),
        NOTHING if one.late_percent is None else f"{shown_share(one.late_percent)} %",
    ]
