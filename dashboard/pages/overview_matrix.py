"""The matrix on the overview: units and targets, which of them and in which order the address says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from dash import dcc, html

from dashboard.grids.chosen_table import Row
from dashboard.grids.chosen_units import compare_chosen
from dashboard.grids.matrix import Matrix, MatrixCell, matrix, matrix_cells
from dashboard.grids.matrix_choice import (
    TARGET,
    MatrixChoice,
    choice_line,
    matrix_choice,
    means_targets,
    menus,
    pinned_at,
)
from dashboard.levels import adds_up, flat_way, pages
from dashboard.locale import _, month_text, ngettext
from dashboard.pages.flipped import Flipped, flip_texts, flipped_list, flipped_meaning
from dashboard.parts import hand_sign, icon, section
from dashboard.window.reading import Reading
from dashboard.window.shapes import PARAMETERS, means_shape
from dashboard.words.figures import status_word, target_name
from metrics.plan.level import Level
from metrics.plan.model import Target, Unit
from metrics.publish.dataset import Wording
from metrics.publish.progress import PROGRESS, verdict_cells
from metrics.publish.shaped import CELLS, KEYS, wide
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Status
from metrics.tally import Tally

Component = Any
ACROSS_A_ROOM = 5  # targets beside each other at 18 px on 1280


def matrix_section(
    reading: Reading, judged: JudgedProgress, counted: Tally, *, whole: bool, flipped: Flipped
) -> Component:
    """The section with the matrix, its menus and its files. `whole`: of every measured target."""
    plan, address, level = reading.plan, reading.address, reading.level
    choice, all_rows, units = chosen_matrix(reading, judged, whole=whole)
    listed = reading.paged(units)
    drawn = (level.under, *listed.shown)
    cells = matrix_cells(judged, {unit.code for unit in drawn})
    there = {unit for unit, _target in cells}
    whole_matrix = Matrix(
        plan=plan,
        address=address,
        level=level,
        units=[unit for unit in drawn if unit.code in there],
        targets=choice.shown,
        cells=cells,
        counted=counted if adds_up(plan, level) else None,
        shape=choice.shape,
        pinned=tuple(target.code for target in choice.shown if target.code in choice.pinned),
        flips=flip_texts(reading, flipped),
    )
    caption = _("Units and targets")
    if judged.period is not None:
        caption = _("Units and targets, {month}", month=month_text(judged.period))
    below = [row for row in all_rows if row["unit_code"] != level.under.code]
    on = judged.on.isoformat() if judged.on else None
    codes = [unit.code for unit in (level.under, *level.units)]
    return section(
        _fewest(judged, counted, choice.shown) or caption,
        choice_line(reading, choice, shown=len(listed.rows), of=len(below)),
        *_drawn(whole_matrix, caption=caption),
        pages(address, listed),
        compare_chosen(address),
        _legend(cells.values(), flips=flipped_meaning(reading) if flipped.changes else None),
        flipped_list(reading, flipped, with_way=not flipped.changes),
        aside=[
            *menus(reading, choice, below, level.units),
            flat_way(reading, "verdicts"),
            _switch(reading, whole=whole),
            *choice.files(address, units=codes, on=on, by_hand=_by_hand(judged, (level.under, *listed.rows))),
        ],
        name="matrix-section",
    )


def _by_hand(judged: JudgedProgress, units: Sequence[Unit]) -> set[str]:
    """The targets on which somebody set the light of one of `units` by hand."""
    if judged.table is None or not judged.table.by_hand:
        return set()
    codes = {unit.code for unit in units}
    hands = judged.table.only(np.array(sorted(judged.table.by_hand), dtype=np.int64)).codes()
    return {target for unit, target in hands if unit in codes}


def chosen_matrix(
    reading: Reading, judged: JudgedProgress, *, whole: bool
) -> tuple[MatrixChoice, list[Row], Sequence[Unit]]:
    """What the address asks of the matrix, all of its rows, and the units below the level's top that it shows."""
    choice = matrix_choice(reading, across(reading, whole=whole))
    rows = _wide_rows(reading, judged, choice)
    return choice, rows, _in_order(reading.level, choice, rows)


def _drawn(shown: Matrix, *, caption: str) -> list[Component]:
    """The matrix; for a room, where nobody moves it sideways, columns that do not fit in further ones below it."""
    targets = shown.targets
    if not shown.address.projected or len(targets) <= ACROSS_A_ROOM:
        return [matrix(shown, caption=caption)]
    drawn = [matrix(replace(shown, targets=targets[:ACROSS_A_ROOM]), caption=caption)]
    for first in range(ACROSS_A_ROOM, len(targets), ACROSS_A_ROOM):
        part = replace(shown, targets=targets[first : first + ACROSS_A_ROOM])
        said = _(
            "Targets {first} to {last} of {all}", first=first + 1, last=first + len(part.targets), all=len(targets)
        )
        drawn += [html.P(said, className="note matrix-part"), matrix(part, caption=caption + _(": ") + said)]
    return drawn


def _fewest(judged: JudgedProgress, counted: Tally, targets: Sequence[Target]) -> str:
    """Which of the targets across is met by the fewest of those to which it applies; nothing before any figure."""
    meeting = [(target, *counted.meeting(target.code)) for target in targets]
    standing = [(Fraction(met, of), target, met, of) for target, met, of in meeting if of]
    if judged.period is None or not standing:
        return ""
    share, target, met, of = min(standing, key=lambda one: one[0])
    month = month_text(judged.period)
    if share == 1:
        return _("{month}: every target shown is met by every unit", month=month)
    said = {"month": month, "target": target_name(target), "met": met, "of": of}
    return _("{month}: {target} is met by the fewest, {met} of {of} units", **said)


def _switch(reading: Reading, *, whole: bool) -> Component:
    """The way from the core targets to all, or back."""
    if whole:
        return dcc.Link(_("Core targets only"), href=reading.address.keeping(targets=None), className="quiet-link")
    words = _("All {n} measured targets", n=len(_measured(reading)))
    return dcc.Link(words, href=reading.address.keeping(targets="all"), className="quiet-link")


def _in_order(level: Level, choice: MatrixChoice, rows: Sequence[Row]) -> Sequence[Unit]:
    """The units below the level's top that are chosen, in the order chosen."""
    if not choice.arranges:
        return level.units
    units = {unit.code: unit for unit in level.units}
    return [units[str(row["unit_code"])] for row in choice.rows(rows) if row["unit_code"] in units]


def _wide_rows(reading: Reading, judged: JudgedProgress, choice: MatrixChoice) -> list[Row]:
    """A row for each of the level's units with value and status of every target, in display order."""
    if judged.table is None:
        return []
    level = reading.level
    codes = {unit.code for unit in (level.under, *level.units)}
    targets = {target.code for target in choice.targets}
    units = [place for place, unit in enumerate(reading.plan.units) if unit.code in codes]
    table = judged.table
    of_target = np.array([target.code in targets for target in table.targets.targets], dtype=bool)
    rows = np.flatnonzero(np.isin(table.unit, units) & of_target[table.target])
    words = Wording(reading.session, reading.view, language=reading.address.language)
    cells = verdict_cells(judged, rows, words, names={*KEYS, "target_code", *CELLS})
    return [*wide((), cells, list(choice.headings))[1]]


def matrix_targets(reading: Reading, *, whole: bool) -> list[Target]:
    """The targets across, in the order that the address asks for."""
    return matrix_choice(reading, across(reading, whole=whole)).shown


def across(reading: Reading, *, whole: bool) -> list[Target]:
    """The targets across, core ones first in their indicators' order; `whole`: every measured one."""
    if reading.on is None:
        return []
    core = core_targets(reading.view, on=reading.on)
    indicators = reading.plan.indicator_by_code
    first = sorted(core, key=lambda target: (indicators[str(target.indicator)].order, target.due_on))
    codes = {target.code for target in core}
    return [*first, *(target for target in _measured(reading) if whole and target.code not in codes)]


def _measured(reading: Reading) -> list[Target]:
    return [target for target in reading.plan.targets_in_force(reading.on) if target.measured] if reading.on else []


def _legend(cells: Collection[MatrixCell], *, flips: Component) -> Component:
    """What the signs mean; where cells have what was reported last, that it is that; and how many verdicts are by
    targets of units' own, which are counted among those that meet it.
    """
    marks = [html.Span([icon(s), status_word(s)], className="status") for s in Status if s is not Status.NOT_APPLICABLE]
    marks.append(html.Span([hand_sign(), _("Light set by hand")], className="status"))
    if own := sum(bool(cell.target.for_units) for cell in cells):
        said = ngettext("§ own target, counted by it: {n}", "§ own targets, counted by them: {n}", own)
        marks.append(html.Span(said, className="status"))
    if flips is not None:
        marks.append(flips)
    if any(cell.last is not None for cell in cells):
        marks.append(html.Span(_("Month: value – last reported, not judged"), className="status"))
    return html.Span(marks, className="legend")


def _means(parameter: str, reading: Reading, value: str) -> bool:
    """True if `value` says which rows and columns are shown, or in which order."""
    targets = across(reading, whole=reading.address.keeps("targets") == "all")
    codes = {target.code for target in targets}
    if parameter == "pinned":
        return ",".join(pinned_at(reading.address, codes)) == value
    return means_shape(reading, parameter, value, PROGRESS, codes, TARGET) and means_targets(parameter, value, codes)


MATRIX_KEEPS: Mapping[str, Callable[[Reading, str], bool]] = {
    parameter: partial(_means, parameter) for parameter in (*PARAMETERS, "pinned")
}
