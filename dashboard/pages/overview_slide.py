"""The slide of `/`: the headline commitments; where the address chooses rows, order or columns, the matrix as shown."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.grids.chosen_table import Row
from dashboard.grids.matrix_choice import MatrixChoice, choice_said
from dashboard.locale import _
from dashboard.pages.flipped import flipped_said, flipped_verdicts
from dashboard.pages.overview import finding, judged_level
from dashboard.pages.overview_matrix import chosen_matrix
from dashboard.pages.slide_parts import (
    cell_of,
    hands_said,
    labels_of,
    of_targets,
    own_rules,
    own_targets,
    signs_of,
    slide_of,
)
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.months import before_plan, without_data
from metrics.plan.model import Unit
from metrics.queries.headline_commitments import headline_commitments
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Progress
from metrics.slides.slide import MOST_ROWS, Slide, SlideTable
from metrics.tally import Tally

MOST_ACROSS = 6  # targets of the matrix beside each other


def overview_slide(reading: Reading) -> Slide | None:
    """The slide of `/`; None where nothing is judged."""
    if reading.on is None:
        return None
    whole = reading.address.keeps("targets") == "all"
    judged, counted = judged_level(reading, whole=whole)
    title = without_data(reading) or before_plan(reading) or finding(counted)
    choice, rows, units = chosen_matrix(reading, judged, whole=whole)
    if choice.arranges or choice.shape.columns:
        return _matrix(reading, judged, choice, rows, units, title=title)
    verdicts = [one.current for one in headline_commitments(reading.view, judged, unit=reading.level.under.code)]
    return _headline(reading, verdicts, counted, title=title) if verdicts else None


def _headline(reading: Reading, verdicts: Sequence[Progress], counted: Tally, *, title: str) -> Slide:
    met = [counted.meeting(verdict.target_code) for verdict in verdicts]
    return of_targets(
        reading,
        "overview",
        verdicts,
        title=title,
        under=unit_name(reading.level.under),
        more=(_("Units that meet it"), [f"{good} / {of}" for good, of in met]),
    )


def _matrix(
    reading: Reading,
    judged: JudgedProgress,
    choice: MatrixChoice,
    rows: Sequence[Row],
    units: Sequence[Unit],
    *,
    title: str,
) -> Slide:
    """The rows and columns of the matrix in their order, as many as there is room for; the level's top first."""
    level = reading.level
    targets = choice.shown[:MOST_ACROSS]
    drawn = (level.under, *units)[:MOST_ROWS]
    found = {(one.unit_code, one.target_code): one for one in judged.of_units({unit.code for unit in drawn})}
    cells = [[found.get((unit.code, target.code)) for target in targets] for unit in drawn]
    every = [verdict for row in cells for verdict in row]
    own, flipped = own_targets(reading, every), flipped_verdicts(reading, every)
    labels = labels_of(reading.plan, {target.code: target for target in targets})
    said = choice_said(reading, choice, shown=len(units), of=sum(row["unit_code"] != level.under.code for row in rows))
    across = _across(choice)
    table = SlideTable(
        _("Units and targets"),
        (_("Unit"), *(labels[target.code] for target in targets)),
        tuple(
            (unit_name(unit), *(cell_of(reading, verdict, flipped) for verdict in row))
            for unit, row in zip(drawn, cells, strict=True)
        ),
    )
    by_what = own_rules(reading, own, named=True), hands_said(reading, every), flipped_said(reading, flipped)
    told = (unit_name(level.under), said, across, *signs_of(every), *by_what)
    return slide_of(
        reading,
        "overview",
        title=title,
        under=" · ".join(filter(None, told)),
        chart=None,
        table=table,
        targets=[*targets, *(target for _unit, target in own)],
        rows=1 + len(units),
    )


def _across(choice: MatrixChoice) -> str:
    """Which of the columns there is room for; empty where for all."""
    shown = len(choice.shown)
    if shown <= MOST_ACROSS:
        return ""
    return _("Targets {first} to {last} of {all}", first=1, last=MOST_ACROSS, all=shown)
