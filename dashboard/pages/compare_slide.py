"""The slide of `/compare`: values of what is in percent side by side, and every verdict with its sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.locale import _
from dashboard.pages.compare import compared_units, finding
from dashboard.pages.flipped import Flipped, flipped_said, flipped_verdicts
from dashboard.pages.slide_parts import (
    cell_of,
    hands_said,
    labels_of,
    own_rules,
    own_targets,
    signs_of,
    slide_of,
    written_value,
)
from dashboard.theme import PALETTES, Theme
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    measure,
    unit_name,
)
from metrics.queries.comparison import FEWEST, MOST, ComparedTarget, compared_targets
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.slides.slide import MOST_ROWS, Slide, SlideChart, SlideSeries, SlideTable

MOST_BARS = 20  # of a chart that can still be read


def compare_slide(reading: Reading) -> Slide | None:
    """The slide of `/compare`, headline targets first; None unless two to five units have been judged."""
    units, day = compared_units(reading), reading.on
    if day is None or not FEWEST <= len(units) <= MOST:
        return None
    codes = [unit.code for unit in units]
    judged = progress_by_unit(reading.session, reading.view, month=reading.month, units=codes, whole_courses=True)
    compared = compared_targets(judged, codes)
    if not compared or judged.period is None:
        return None
    core = {target.code for target in core_targets(reading.view, on=day)}
    rows = sorted(compared, key=lambda one: one.code not in core)
    plan, names = reading.plan, [unit_name(unit) for unit in units]
    shown = [verdict for one in rows[:MOST_ROWS] for verdict in one.verdicts]
    own, flipped = own_targets(reading, shown), flipped_verdicts(reading, shown)
    targets = {one.code: plan.target_in_force(one.code, day) or plan.general_targets[one.code][-1] for one in rows}
    labels = labels_of(plan, targets)
    said = _("Compared: {units}", units=_(", ").join(names))
    marks = own_rules(reading, own, named=True), hands_said(reading, shown), flipped_said(reading, flipped)
    told = (said, *signs_of(shown), *marks)
    return slide_of(
        reading,
        "_".join(("compare", *codes)),
        title=finding(reading, units, compared),
        under=" · ".join(filter(None, told)),
        chart=_chart(reading, rows, labels, names),
        table=_table(reading, rows[:MOST_ROWS], labels, names, flipped),
        targets=[*(targets[one.code] for one in rows if one.code in core), *(target for _unit, target in own)],
        rows=len(rows),
    )


def _chart(
    reading: Reading, rows: Sequence[ComparedTarget], labels: Mapping[str, str], names: Sequence[str]
) -> SlideChart | None:
    """A bar a unit for the first targets of which at least two units have a value; in percent, as one axis needs."""
    plan = reading.plan
    drawn = [
        one
        for one in rows
        if sum(verdict is not None and verdict.value is not None for verdict in one.verdicts) >= FEWEST
        and measure(plan.indicator_by_code[one.indicator]) == "%"
    ][: MOST_BARS // len(names)]
    if not drawn:
        return None
    series = []
    for place, name in enumerate(names):
        verdicts = [one.verdicts[place] for one in drawn]
        figures = (None if v is None or v.value is None else written_value(reading, v) for v in verdicts)
        colour = PALETTES[Theme.LIGHT].series[place].removeprefix("#")
        series.append(SlideSeries(name, tuple(figures), (colour,)))
    caption = _("Value, {unit}", unit="%")
    return SlideChart(caption, tuple(labels[one.code] for one in drawn), tuple(series), named=True)


def _table(
    reading: Reading,
    rows: Sequence[ComparedTarget],
    labels: Mapping[str, str],
    names: Sequence[str],
    flipped: Flipped,
) -> SlideTable:
    """A row a target, the sign of each status before its value."""
    cells = tuple(
        (
            labels[one.code],
            *(cell_of(reading, v, flipped) for v in one.verdicts),
        )
        for one in rows
    )
    return SlideTable(_("All measured targets"), (_("Target"), *names), cells)
