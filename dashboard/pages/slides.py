"""Pages as slides: what a page finds, its chart as bars, its table, the clause, in the language of the page.

Every figure is written as on the page, which is as in its CSV. A page without figures has no slide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np

from dashboard.grids.chosen_table import shown_of
from dashboard.grids.progress_rows import in_display_order
from dashboard.grids.ranking import ranked
from dashboard.locale import _, month_text
from dashboard.pages.changes_slide import changes_slide
from dashboard.pages.compare_slide import compare_slide
from dashboard.pages.flipped import flipped_said, flipped_verdicts
from dashboard.pages.leaderboard import finding as leaderboard_finding
from dashboard.pages.leaderboard import ranked_among, ranked_rows
from dashboard.pages.moved import moved_rate
from dashboard.pages.overview_slide import overview_slide
from dashboard.pages.slide_parts import (
    ACCENT,
    GREY,
    OWN,
    by_status,
    hands_said,
    marked_name,
    of_targets,
    own_rules,
    own_targets,
    slide_of,
    written_value,
)
from dashboard.pages.target import finding as target_finding
from dashboard.pages.target_measured import level_courses, level_rows
from dashboard.pages.target_rows import chosen_rows
from dashboard.pages.unit import finding as unit_finding
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    STATUS_SIGNS,
    due_text,
    indicator_name,
    measure,
    measure_of_change,
    signed,
    status_word,
    target_name,
    target_rule,
    unit_name,
    value_text,
)
from dashboard.words.months import without_data
from dashboard.words.movements import effect_texts, part_word, total_text
from dashboard.words.movements import finding as moved_finding
from dashboard.words.scores import movement_text
from metrics.periods import last_day
from metrics.plan.model import Indicator, Target
from metrics.queries.leaderboard import core_targets, weighed_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.tally_below import tally_below
from metrics.results import Progress, Rank
from metrics.rounding import shown_score
from metrics.slides.slide import MOST_ROWS, Slide, SlideChart, SlideSeries, SlideTable


def target_slide(reading: Reading, code: str) -> Slide | None:
    """The slide of `/targets/{code}`: the units by value against the threshold."""
    plan = reading.plan
    target = None if reading.on is None or code not in plan.general_targets else plan.target_in_force(code, reading.on)
    if target is None or not target.measured:
        return None
    judged = level_courses(reading, code)
    if judged.table is None:
        return None
    counted = tally_below(reading.session, reading.view, judged, reading.level, month=reading.month, targets=[code])
    indicator = plan.indicator_by_code[str(target.indicator)]
    order, shown = _ranked_as_shown(reading, judged, indicator)
    if not order:
        return None
    verdicts = judged.some(np.array([row for row, _rank in order[:MOST_ROWS]], dtype=np.int64))
    flipped = flipped_verdicts(reading, verdicts)
    names = [marked_name(reading, unit_name(plan.unit_by_code[one.unit_code]), one, flipped) for one in verdicts]
    own = own_targets(reading, verdicts)
    caption = f"{indicator_name(indicator)}, {measure(indicator)} ({_asked(target, indicator)})"
    rows = [
        ("" if rank is None else str(rank), written_value(reading, one), signed(one.gap), _status(one))
        for one, (_row, rank) in zip(verdicts, order, strict=False)
    ]
    marks = own_rules(reading, own), hands_said(reading, verdicts), flipped_said(reading, flipped)
    told = (code, target_name(target), due_text(target), shown, *marks)
    headings = (
        _("Unit"),
        _("Rank"),
        _("Value, {unit}", unit=measure(indicator)),
        _("Distance, {unit}", unit=measure_of_change(indicator)),
        _("Status"),
    )
    return slide_of(
        reading,
        code,
        title=without_data(reading) or target_finding(reading, judged, target, counted=counted),
        under=" · ".join(filter(None, told)),
        chart=by_status(reading, caption, names, verdicts, line=target),
        table=SlideTable(caption, headings, _named(names, rows), texts=frozenset({0, 4})),
        targets=[target, *(one for _unit, one in own)],
        rows=len(order),
    )


def _asked(target: Target, indicator: Indicator) -> str:
    return _("target {rule}", rule=target_rule(target, indicator))


def _ranked_as_shown(
    reading: Reading, judged: JudgedProgress, indicator: Indicator
) -> tuple[list[tuple[int, int | None]], str]:
    """Rows of verdicts with their ranks among all, of the units that the page's table shows and in its order; and how
    many of how many these are, where some are left out. Best first where the address asks for no order. Units to which
    the target does not apply have no row.
    """
    assert judged.table is not None  # noqa: S101  a period is judged
    order = ranked(judged.table, level_rows(reading, judged.table), indicator)
    chosen = chosen_rows(reading, judged)
    if not chosen.arranges:
        return order, ""
    units = reading.plan.units
    placed = {units[judged.table.unit[row]].code: (row, rank) for row, rank in order}
    shown = [placed[code] for code in chosen.ranked]
    return shown, shown_of(len(shown), of=len(order)) if len(shown) < len(order) else ""


def moved_slide(reading: Reading, code: str) -> Slide | None:
    """The slide of `/targets/{code}/moved`: each unit's part of the change, what rises most on top."""
    plan = reading.plan
    target = None if reading.on is None or code not in plan.general_targets else plan.target_in_force(code, reading.on)
    found = None if target is None or not target.measured else moved_rate(reading, target)
    if target is None or found is None or found[0].moved is None:
        return None
    rate, earlier, later = found
    moved = found[0].moved
    pairs = sorted(zip(moved.parts, moved.written, strict=True), key=lambda pair: -pair[0].total)
    told = [pair for pair in pairs if pair[0].counts.state.is_in_a_sum]
    largest = sorted(told, key=lambda pair: -abs(pair[0].total))[:MOST_ROWS]
    shown = [pair for pair in told if pair in largest]
    names = [unit_name(plan.unit_by_code[part.counts.unit_code]) for part, _cells in shown]
    unit = measure_of_change(rate.indicator)
    caption = _("{caption}, in {unit}", caption=_("What each unit contributed to the change"), unit=unit)
    rows = [(*effect_texts(part, cells), part_word(part.counts.state)) for part, cells in shown]
    values = [value_text(plan, rate.indicator, value) for value in (moved.before, moved.after)]
    steps = " → ".join(
        f"{month_text(m)} {v} {measure(rate.indicator)}" for m, v in zip((earlier, later), values, strict=True)
    )
    headings = (_("Unit"), _("Part, {unit}", unit=unit), _("own rate"), _("denominator"), _("In the sums"))
    parts = tuple(total_text(part, cells) for part, cells in shown)
    return slide_of(
        reading,
        f"{code}_moved",
        title=moved_finding(plan, rate, earlier, later),
        under=f"{code} · {target_name(target)} · {steps}",
        chart=SlideChart(caption, tuple(names), (SlideSeries(caption, parts, (GREY,)),), moved.decimals, signed=True),
        table=SlideTable(caption, headings, _named(names, rows), texts=frozenset({0, 4})),
        targets=[target],
        rows=len(told),
    )


def unit_slide(reading: Reading, code: str) -> Slide | None:
    """The slide of `/units/{code}`: its core targets against what they ask for."""
    unit = reading.plan.unit_by_code.get(code)
    if unit is None or reading.on is None:
        return None
    judged = progress_by_unit(reading.session, reading.view, month=reading.month, units=[code])
    core = {target.code for target in core_targets(reading.view, on=reading.on)}
    found = {one.target_code: one for one in judged.progress if one.target_code in core}
    stated = [reading.plan.target_revision(code, one.target_revision) for code, one in found.items()]
    verdicts = [found[target.code] for target in in_display_order(reading.plan, stated)]
    if not verdicts:
        return None
    return of_targets(
        reading,
        code,
        verdicts,
        title=unit_finding(reading, judged, unit),
        under=unit_name(unit) + (f" · {OWN} " + _("own target") if own_targets(reading, verdicts) else ""),
        more=(_("Distance"), [signed(verdict.gap) for verdict in verdicts]),
    )


def leaderboard_slide(reading: Reading) -> Slide | None:
    """The slide of `/leaderboard`: the scores, drawn as what is short of 1, since bars of 0.98 and 1.00 look alike."""
    every, rows = ranked_rows(reading)
    if not rows:
        return None
    shown = rows[:MOST_ROWS]
    plan, day = reading.plan, last_day(rows[0].period)
    codes = list(weighed_targets(reading.view, on=day))
    own = _own_of_ranked(reading, shown, codes)
    marked = {unit for unit, _target in own}
    names = tuple(
        unit_name(plan.unit_by_code[row.unit_code]) + (f" {OWN}" if row.unit_code in marked else "") for row in shown
    )
    scores = tuple(None if row.score is None else shown_score(row.score) for row in shown)
    caption = " · ".join((_("Score"), month_text(rows[0].period)))
    short = tuple(None if score is None else f"{1 - Decimal(score):.4f}" for score in scores)
    bars = " · ".join((_("Short of 1"), month_text(rows[0].period)))
    cells = tuple(
        (name, _("unranked") if row.rank is None else str(row.rank), score or NOTHING, movement_text(row.movement))
        for name, row, score in zip(names, shown, scores, strict=True)
    )
    targets = [*(plan.target_in_force(code, day) for code in codes), *(target for _unit, target in own)]
    group = reading.address.keeps("show")
    among = ranked_among(plan, group) if group else ""
    return slide_of(
        reading,
        "leaderboard",
        title=leaderboard_finding(reading, rows, of=sum(row.rank is not None for row in every)),
        under=" · ".join(filter(None, (_("Leaderboard"), among, own_rules(reading, own, named=True)))),
        chart=SlideChart(bars, names, (SlideSeries(_("Short of 1"), short, (ACCENT,)),), decimals=4),
        table=SlideTable(caption, (_("Unit"), _("Rank"), _("Score"), _("Movement")), cells),
        targets=[target for target in targets if target is not None],
        rows=len(rows),
    )


def _own_of_ranked(reading: Reading, rows: Sequence[Rank], codes: Sequence[str]) -> list[tuple[str, Target]]:
    """The targets of their own that the units are scored by, each with its unit."""
    on = last_day(rows[0].period)
    found = [(row.unit_code, reading.plan.target_in_force(c, on, unit=row.unit_code)) for row in rows for c in codes]
    return [(unit, target) for unit, target in found if target is not None and target.for_units]


def _named(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Rows, each after its name."""
    return tuple((name, *row) for name, row in zip(names, rows, strict=True))


def _status(verdict: Progress) -> str:
    return f"{STATUS_SIGNS[verdict.status]} {status_word(verdict.status)}"


SLIDES: dict[str, Callable[..., Slide | None]] = {
    "/": overview_slide,
    "/targets/{code}": target_slide,
    "/targets/{code}/moved": moved_slide,
    "/units/{code}": unit_slide,
    "/leaderboard": leaderboard_slide,
    "/compare": compare_slide,
    "/changes": changes_slide,
}
"""By the path of the page."""
