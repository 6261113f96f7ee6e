"""The map of the units: tiles where neighbours expect them, or approved boundaries; in each one target's status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.charts.boundary_map import map_image, projected
from dashboard.charts.instrument import as_image
from dashboard.grids.chart_view import DRAWN, Picture, clauses_of, pictured
from dashboard.locale import _, language
from dashboard.parts import flip_mark, hand_mark, hidden, icon, own_mark, verdict_tint, why_href
from dashboard.theme import Palette
from dashboard.window.address import Address
from dashboard.window.choices import Option, choice_menu
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    STATUS_SIGNS,
    indicator_name,
    measure,
    short_name,
    status_word,
    target_name,
    threshold_text,
    unit_name,
    unreported_text,
    value_text,
    with_measure,
)
from metrics.plan.boundaries import Boundary
from metrics.plan.model import Plan, Target, Tile, Unit
from metrics.results import Progress, Status

Component = Any
_MOST_HEIGHT = 200  # px, so that what needs attention keeps its room above the map


@dataclass(frozen=True, slots=True)
class UnitMap:
    """What a map shows. `target`: the one whose statuses it shows; `targets`: those it can show.

    `verdicts`: unit → verdict on `target`; `flips`: what is said of those that a correction turned, by unit and target.
    """

    reading: Reading
    target: Target
    targets: Sequence[Target]
    verdicts: Mapping[str, Progress]
    flips: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        return self.reading.plan

    @property
    def address(self) -> Address:
        return self.reading.address


def tile_map(shown: UnitMap) -> Component:
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


def map_section(shown: UnitMap, word: str, drawn: Component) -> Component:
    """A map under its heading, with the buttons that save it; a saved one says what its signs mean."""
    label = map_label(shown)
    there = {verdict.status for verdict in shown.verdicts.values()}
    signs = " ".join(f"{STATUS_SIGNS[status]} {status_word(status)}" for status in Status if status in there)
    picture = Picture(
        name=f"{shown.target.code}_map",
        title=label,
        caption=f"{target_name(shown.target)} · {signs}",
        clauses=clauses_of([shown.target]),
    )
    return html.Section([map_heading(shown, word), pictured(shown.reading, drawn, picture)], className="tile-map")


def map_heading(shown: UnitMap, word: str) -> Component:
    """The map's heading: how many meet its target, and how many have not reported; with the choice of its target.

    A unit that need not report is on the map and not among these, as everywhere on the page.
    """
    owing = [verdict for unit, verdict in shown.verdicts.items() if shown.plan.unit_by_code[unit].figures_required]
    counts = Counter(verdict.status for verdict in owing)
    of = counts.total() - counts[Status.NOT_APPLICABLE]
    said = _("{met} of {of} met", met=counts[Status.MET], of=of)
    said += unreported_text(counts[Status.NO_DATA])
    return html.H2([html.Span([word, _(": "), said]), _choice(shown)])


def _choice(shown: UnitMap) -> Component:
    options = [
        Option(
            _named(shown.plan, target),
            shown.address.keeping(map=target.code),
            chosen=target.code == shown.target.code,
        )
        for target in shown.targets
    ]
    return choice_menu(_("Target shown"), options, shows_label=False)


def _named(plan: Plan, target: Target) -> str:
    indicator = plan.indicator_by_code[str(target.indicator)]
    rule = threshold_text(target.comparator, Fraction(target.threshold or 0))
    return f"{indicator_name(indicator)} {with_measure(rule, measure(indicator))}"


def map_label(shown: UnitMap) -> str:
    """What the map shows, for those who listen."""
    return _("Map of the units: {target}", target=_named(shown.plan, shown.target))


def _tile(shown: UnitMap, unit: Unit, tile: Tile) -> Component:
    return html.Li(
        unit_sign(shown, unit, tile.name.in_language(language())),
        className=f"tile {verdict_tint(shown.verdicts[unit.code])}",
        style={"gridColumn": tile.column, "gridRow": tile.row},
    )


def unit_sign(shown: UnitMap, unit: Unit, name: str) -> Component:
    """A unit on the map: the sign of its status and its short name, leading to the explanation."""
    verdict = shown.verdicts[unit.code]
    indicator = shown.plan.indicator_by_code[verdict.indicator_code]
    word = status_word(verdict.status)
    title = unit_name(unit) + _(": ") + word
    if verdict.value is not None and verdict.status is not Status.NO_DATA:
        value = with_measure(value_text(shown.plan, indicator, verdict.value), measure(indicator))
        title = f"{title} · {value}"
    words = html.Span(name, className="tile-name")
    flip = flip_mark(shown.flips.get((unit.code, verdict.target_code)))
    return html.A(
        [icon(verdict.status), words, hand_mark(verdict), flip, own_mark(shown.plan, verdict), hidden(f" {word}")],
        href=why_href(verdict),
        title=title,
    )


def boundary_map(shown: UnitMap, found: tuple[Boundary, ...], *, palette: Palette) -> Component:
    """The map; units with a verdict but without a boundary stand below it, so that none is missing."""
    drawn = projected(found)
    fills = {code: _fill(verdict, palette) for code, verdict in shown.verdicts.items()}
    units = [unit for unit in sorted(shown.plan.units, key=lambda u: (u.order, u.code)) if unit.code in shown.verdicts]
    inside = [unit for unit in units if unit.code in drawn.places]
    outside = [unit for unit in units if unit.code not in drawn.places and unit.code != shown.plan.document.root_unit]
    picture = html.Img(src=as_image(map_image(drawn, fills, palette=palette)), alt="", className="boundaries")
    signs = html.Ul(
        [_sign(shown, unit, *drawn.places[unit.code]) for unit in inside], **{"aria-label": map_label(shown)}
    )
    sheet = html.Div(
        [picture, signs],
        className="boundary-sheet",
        style={
            "aspectRatio": f"{drawn.width:.0f} / {drawn.height:.0f}",
            "maxWidth": f"{_MOST_HEIGHT * drawn.width / drawn.height:.0f}px",
        },
    )
    others = html.Ul(
        [html.Li(unit_sign(shown, unit, short_name(unit)), className=f"tile {_tint(shown, unit)}") for unit in outside],
        className="tiles boundary-others",
    )
    return map_section(shown, _("Map of the units"), html.Div([sheet, others if outside else None], **DRAWN))


def _sign(shown: UnitMap, unit: Unit, across: float, down: float) -> Component:
    place = {"left": f"{across:.2%}", "top": f"{down:.2%}"}
    return html.Li(unit_sign(shown, unit, short_name(unit)), className="boundary-sign", style=place)


def _tint(shown: UnitMap, unit: Unit) -> str:
    return verdict_tint(shown.verdicts[unit.code])


def _fill(verdict: Progress, palette: Palette) -> str:
    """The colour of the status; nothing where there is nothing to show."""
    status = verdict.status
    return "none" if status in (Status.NO_DATA, Status.NOT_APPLICABLE) else palette.statuses[status]
