"""A map of units as SVG text, drawn from their boundaries: an equirectangular projection, true in the map's middle.

Nothing is fetched: no tiles, no base map. Signs and names are put over it by :mod:`dashboard.grids.unit_map`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dashboard.charts.instrument import as_svg
from dashboard.theme import Palette
from metrics.plan.boundaries import Boundary, Ring

WIDTH, _MOST_HEIGHT = 480.0, 480.0
_LEAST_STEP = 0.6  # points nearer to each other than this are one on the map
Place = tuple[float, float]  # of the map's width and height, 0 to 1 each, from the top left


@dataclass(frozen=True, slots=True)
class Projected:
    """`outlines`: unit → an SVG path; `places`: unit → where its sign stands, within its largest part."""

    width: float
    height: float
    outlines: Mapping[str, str]
    places: Mapping[str, Place]


@lru_cache(maxsize=4)
def projected(found: tuple[Boundary, ...]) -> Projected:
    """The boundaries on a sheet 480 wide, less where they are taller than wide."""
    points = [point for boundary in found for polygon in boundary.polygons for ring in polygon for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    narrowing = max(math.cos(math.radians((south + north) / 2)), 0.01)
    across, up = max((east - west) * narrowing, 1e-9), max(north - south, 1e-9)
    scale = min(WIDTH / across, _MOST_HEIGHT / up)
    width, height = max(across * scale, 1.0), max(up * scale, 1.0)

    def on_sheet(ring: Ring) -> Ring:
        return tuple(((x - west) * narrowing * scale, (north - y) * scale) for x, y in ring)

    outlines, places = {}, {}
    for boundary in found:
        sheets = [[on_sheet(ring) for ring in polygon] for polygon in boundary.polygons]
        outlines[boundary.unit_code] = "".join(_path(ring) for polygon in sheets for ring in polygon)
        x, y = _inside(max((polygon[0] for polygon in sheets), key=lambda ring: abs(_area(ring))))
        places[boundary.unit_code] = (x / width, y / height)
    return Projected(width, height, outlines, places)


def map_image(drawn: Projected, fills: Mapping[str, str], *, palette: Palette) -> str:
    """The map with every unit filled in the colour that `fills` gives it, faintly, so that ink reads on it."""
    shapes = "".join(
        f'<path d="{outline}" fill="{fills.get(unit, "none")}" fill-opacity=".24" fill-rule="evenodd"'
        f' stroke="{palette.muted}" stroke-width="1.2" stroke-linejoin="round"/>'
        for unit, outline in drawn.outlines.items()
    )
    return as_svg(round(drawn.width), round(drawn.height), shapes)


def _path(ring: Sequence[tuple[float, float]]) -> str:
    """A closed path; points that would fall together are left out, but for three."""
    kept = [ring[0]]
    for x, y in ring[1:-1]:
        if math.hypot(x - kept[-1][0], y - kept[-1][1]) >= _LEAST_STEP:
            kept.append((x, y))
    if len(kept) < 3:
        kept = list(ring[:3])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


def _area(ring: Sequence[tuple[float, float]]) -> float:
    """Signed area (the shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def _inside(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """A point inside the ring: the middle of its widest stretch at the height of its centre."""
    y = (min(point[1] for point in ring) + max(point[1] for point in ring)) / 2
    area = _area(ring)
    if abs(area) > 1e-9:
        crosses = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in itertools.pairwise(ring)]
        y = sum((a[1] + b[1]) * cross for a, b, cross in crosses) / (6 * area)
    cuts = sorted(
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in itertools.pairwise(ring)
        if (a[1] <= y) != (b[1] <= y)
    )
    if len(cuts) < 2:
        return ring[0]
    start, end = max(zip(cuts[::2], cuts[1::2], strict=False), key=lambda stretch: stretch[1] - stretch[0])
    return ((start + end) / 2, y)
