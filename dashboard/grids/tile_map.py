"""The schematic map: one tile a unit, where its neighbours expect it, in each the sign of one target's status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.chart_view import DRAWN, Picture, clauses_of, pictured
from dashboard.choices import Option, choice_menu
from dashboard.locale import _, language
from dashboard.parts import hand_mark, hidden, shown_status, verdict_icon, verdict_tint, why_href
from dashboard.place import Place
from dashboard.reading import Reading
from dashboard.wording import (
    STATUS_SIGNS,
    indicator_name,
    measure,
    status_word,
    target_name,
    threshold_text,
    unit_name,
    value_text,
    with_measure,
)
from metrics.plan.model import Plan, Target, Tile, Unit
from metrics.results import Progress, Status

Component = Any


@dataclass(frozen=True, slots=True)
class TileMap:
    """What a map shows. `target`: the one whose statuses it shows; `targets`: those it can show.

    `verdicts`: unit → verdict on `target`.
    """

    reading: Reading
    target: Target
    targets: Sequence[Target]
    verdicts: Mapping[str, Progress]

    @property
    def plan(self) -> Plan:
        return self.reading.plan

    @property
    def place(self) -> Place:
        return self.reading.place


def tile_map(shown: TileMap) -> Component:
    """The map with the choice of its target; None where the plan places no unit."""
    placed = [(unit, unit.tile) for unit in shown.plan.units if unit.tile and unit.code in shown.verdicts]
    if not placed:
        return None
    ordered = sorted(placed, key=lambda pair: (pair[1].row, pair[1].column))
    tiles = html.Ul(
        [_tile(shown, unit, tile) for unit, tile in ordered],
        className="tiles",
        **{"aria-label": map_label(shown)},
        **DRAWN,
    )
    return map_section(shown, _("Map"), tiles)


def map_section(shown: TileMap, word: str, drawn: Component) -> Component:
    """A map under its heading, with the buttons that save it; a saved one says what its signs mean."""
    label = map_label(shown)
    there = {shown_status(verdict) for verdict in shown.verdicts.values()}
    signs = " ".join(f"{STATUS_SIGNS[status]} {status_word(status)}" for status in Status if status in there)
    picture = Picture(
        name=f"{shown.target.code}_map",
        title=label,
        caption=f"{target_name(shown.target)} · {signs}",
        clauses=clauses_of([shown.target]),
    )
    return html.Section([map_heading(shown, word), pictured(shown.reading, drawn, picture)], className="tile-map")


def map_heading(shown: TileMap, word: str) -> Component:
    """The map's heading with the choice of its target."""
    return html.H2([word, _choice(shown)])


def _choice(shown: TileMap) -> Component:
    options = [
        Option(
            _named(shown.plan, target),
            shown.place.keeping(map=target.code),
            chosen=target.code == shown.target.code,
        )
        for target in shown.targets
    ]
    return choice_menu(_("Target shown"), options, shows_label=False)


def _named(plan: Plan, target: Target) -> str:
    indicator = plan.indicator_by_code[str(target.indicator)]
    rule = threshold_text(target.comparator, Fraction(target.threshold or 0))
    return f"{indicator_name(indicator)} {with_measure(rule, measure(indicator))}"


def map_label(shown: TileMap) -> str:
    """What the map shows, for those who listen."""
    return _("Map of the units: {target}", target=_named(shown.plan, shown.target))


def _tile(shown: TileMap, unit: Unit, tile: Tile) -> Component:
    return html.Li(
        unit_sign(shown, unit, tile.name.in_language(language())),
        className=f"tile {verdict_tint(shown.verdicts[unit.code])}",
        style={"gridColumn": tile.column, "gridRow": tile.row},
    )


def unit_sign(shown: TileMap, unit: Unit, name: str) -> Component:
    """A unit on the map: the sign of its status and its short name, leading to the explanation."""
    verdict = shown.verdicts[unit.code]
    indicator = shown.plan.indicator_by_code[verdict.indicator_code]
    word = status_word(verdict.status)
    title = unit_name(unit) + _(": ") + word
    if verdict.value is not None and verdict.status is not Status.NO_DATA:
        value = with_measure(value_text(shown.plan, indicator, verdict.value), measure(indicator))
        title = f"{title} · {value}"
    words = html.Span(name, className="tile-name")
    return html.A(
        [verdict_icon(verdict), words, hand_mark(verdict), hidden(f" {word}")], href=why_href(verdict), title=title
    )
