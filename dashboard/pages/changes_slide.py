"""The slide of `/changes`: how many statuses turned which way in each unit, and which, what turned worse first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashboard.locale import _
from dashboard.pages.changes import (
    BETTER,
    WORSE,
    compared_months,
    finding,
    group_word,
    grouped,
    held_against,
    shown_groups,
)
from dashboard.pages.slide_parts import slide_of
from dashboard.theme import PALETTES, Theme
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    STATUS_SIGNS,
    measure,
    status_word,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.target_names import target_name_on
from metrics.errors import BadRequest
from metrics.queries.turned_statuses import OneChange
from metrics.results import Progress, Status
from metrics.slides.slide import MOST_ROWS, Slide, SlideChart, SlideSeries, SlideTable

MOST_TURNED = 10  # rows of the table: a unit and a target take two lines


def changes_slide(reading: Reading) -> Slide | None:
    """None where no status got better or worse, and where the address names no moment that can be understood."""
    if reading.month is None:
        return None
    try:
        compared = compared_months(reading, reading.month)
    except BadRequest:
        return None
    groups = shown_groups(reading, grouped(compared))
    turned = [*groups[WORSE], *groups[BETTER]]
    if not turned:
        return None
    shown = turned[:MOST_TURNED]
    rows = tuple(
        (
            f"{_unit(reading, one)} · {target_name_on(reading.plan, str(one.target), reading.on)}",
            _status(one.before),
            _status(one.after),
            _value(reading, one.now),
        )
        for one in shown
    )
    headings = (_("Unit and target"), _("Before"), _("After"), _("Value"))
    on = reading.month.on
    targets = [reading.plan.target_in_force(code, on) for code in dict.fromkeys(str(one.target) for one in shown)]
    return slide_of(
        reading,
        "changes",
        title=finding(reading, grouped(compared)),
        under=held_against(reading, compared),
        chart=_chart(reading, groups[WORSE], groups[BETTER]),
        table=SlideTable(_("What changed"), headings, rows, texts=frozenset({0, 1, 2})),
        targets=[target for target in targets if target is not None],
        rows=len(turned),
    )


def _chart(reading: Reading, worse: Sequence[OneChange], better: Sequence[OneChange]) -> SlideChart:
    """A pair of bars a unit, those with most that turned worse on top."""
    counts = [Counter(_unit(reading, one) for one in changes) for changes in (worse, better)]
    units = sorted({**counts[0], **counts[1]}, key=lambda name: (-counts[0][name], -counts[1][name], name))[:MOST_ROWS]
    statuses = PALETTES[Theme.LIGHT].statuses
    colours = (statuses[Status.OVERDUE], statuses[Status.MET])
    series = tuple(
        SlideSeries(group_word(name), tuple(str(count[unit]) for unit in units), (colour.removeprefix("#"),))
        for name, count, colour in zip((WORSE, BETTER), counts, colours, strict=True)
    )
    return SlideChart(_("Changes of status"), tuple(units), series, decimals=0, named=True)


def _unit(reading: Reading, change: OneChange) -> str:
    unit = reading.plan.unit_by_code.get(str(change.unit))
    return str(change.unit) if unit is None else unit_name(unit)


def _status(status: str | None) -> str:
    return _("not judged") if status is None else f"{STATUS_SIGNS[Status(status)]} {status_word(Status(status))}"


def _value(reading: Reading, verdict: Progress | None) -> str:
    """The value with its measure, which differs from row to row."""
    if verdict is None:
        return NOTHING
    indicator = reading.plan.indicator_by_code[verdict.indicator_code]
    return with_measure(value_text(reading.plan, indicator, verdict.value), measure(indicator))
