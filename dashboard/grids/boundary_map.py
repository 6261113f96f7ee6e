"""The map of a city that loaded its own approved boundaries: outlines tinted by status, a sign and a name in each."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.chart_view import DRAWN
from dashboard.charts.boundary_map import map_image, projected
from dashboard.charts.instrument import as_image
from dashboard.grids.tile_map import TileMap, map_label, map_section, unit_sign
from dashboard.locale import _, language
from dashboard.parts import shown_status, verdict_tint
from dashboard.theme import Palette
from dashboard.wording import unit_name
from metrics.plan.boundaries import Boundary
from metrics.plan.model import Unit
from metrics.results import Progress, Status

Component = Any
_MOST_HEIGHT = 200  # px, so that what needs attention keeps its room above the map


def boundary_map(shown: TileMap, found: tuple[Boundary, ...], *, palette: Palette) -> Component:
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
        [html.Li(unit_sign(shown, unit, _short(unit)), className=f"tile {_tint(shown, unit)}") for unit in outside],
        className="tiles boundary-others",
    )
    return map_section(shown, _("Map of the units"), html.Div([sheet, others if outside else None], **DRAWN))


def _sign(shown: TileMap, unit: Unit, across: float, down: float) -> Component:
    place = {"left": f"{across:.2%}", "top": f"{down:.2%}"}
    return html.Li(unit_sign(shown, unit, _short(unit)), className="boundary-sign", style=place)


def _short(unit: Unit) -> str:
    return unit.tile.name.in_language(language()) if unit.tile else unit_name(unit)


def _tint(shown: TileMap, unit: Unit) -> str:
    return verdict_tint(shown.verdicts[unit.code])


def _fill(verdict: Progress, palette: Palette) -> str:
    """The colour of the status, or of a light set by hand; nothing where there is nothing to show."""
    status = shown_status(verdict)
    return "none" if status in (Status.NO_DATA, Status.NOT_APPLICABLE) else palette.statuses[status]
