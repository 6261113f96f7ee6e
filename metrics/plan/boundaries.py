"""A city's own approved map (GeoJSON, RFC 7946), read once and checked before it is drawn.

No boundary comes with this program: what may be published of a country's administrative boundaries is for its approved
maps to say. A feature is one unit: its `id`, or else its property `unit_code`, is the unit's code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from metrics.errors import Invalid, Message, Problem
from metrics.settings import settings

MOST_BYTES = 20_000_000
_MOST_NAMED = 20
Point = tuple[float, float]  # degrees east, degrees north
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """`polygons`: each its outer ring and then its holes."""

    unit_code: str
    polygons: tuple[tuple[Ring, ...], ...]


@lru_cache(maxsize=1)
def boundaries() -> tuple[Boundary, ...]:
    """The boundaries that the settings name, read once; none if they name no file. Raises Invalid."""
    path = settings().map_geojson
    return () if path is None else read_boundaries(path)


def require_known(found: tuple[Boundary, ...], codes: set[str]) -> None:
    """Raise Invalid, naming them, if boundaries are of units that the plan does not know."""
    unknown = [boundary.unit_code for boundary in found if boundary.unit_code not in codes]
    if unknown:
        raise _refusal(
            [
                _problem(f"/features/{index}", "unit_unknown", "方案中没有此单位代码", "is no unit of the plan", code)
                for index, code in enumerate(boundary.unit_code for boundary in found)
                if code not in codes
            ]
        )


def read_boundaries(path: Path) -> tuple[Boundary, ...]:
    """The boundaries in a file. Raises Invalid, naming every bad feature by its pointer."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refusal(
                [_problem("", "map_too_large", "文件超过 20 MB", "the file is larger than 20 MB", path.name)]
            )
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        shown = f"{path.name}: {error}"
        raise _refusal(
            [_problem("", "map_unreadable", "文件无法读取", "the file cannot be read as JSON", shown)]
        ) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise _refusal(
            [_problem("/type", "map_not_a_collection", "须为 FeatureCollection", "is no FeatureCollection", path.name)]
        )
    return _read_features(features)


def _read_features(features: list[Any]) -> tuple[Boundary, ...]:
    found: dict[str, Boundary] = {}
    problems: list[Problem] = []
    for index, feature in enumerate(features):
        pointer = f"/features/{index}"
        code = _code(feature)
        if code is None:
            problems.append(
                _problem(pointer, "map_unit_missing", "没有 id 或 unit_code", "has neither an id nor a unit_code", "")
            )
            continue
        if code in found:
            problems.append(_problem(pointer, "map_unit_twice", "单位重复", "is there twice", code))
            continue
        polygons = _polygons(feature.get("geometry"))
        if polygons is None:
            problems.append(
                _problem(
                    f"{pointer}/geometry",
                    "map_geometry_invalid",
                    "须为 Polygon 或 MultiPolygon,环首尾相接,坐标为经纬度",
                    "is no Polygon or MultiPolygon of closed rings in degrees",
                    code,
                )
            )
            continue
        found[code] = Boundary(code, polygons)
    if not problems and not found:
        problems.append(_problem("/features", "map_empty", "没有任何单位", "holds no unit", ""))
    if problems:
        raise _refusal(problems)
    return tuple(found.values())


def _code(feature: Any) -> str | None:
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties")
    code = feature.get("id") or (properties.get("unit_code") if isinstance(properties, dict) else None)
    if isinstance(code, int) and not isinstance(code, bool):
        code = str(code)
    return code if isinstance(code, str) and code else None


def _polygons(geometry: Any) -> tuple[tuple[Ring, ...], ...] | None:
    """The polygons of a geometry, None if it is none that can be drawn."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return None
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        return None
    read = []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            return None
        rings = [_ring(ring) for ring in polygon]
        if any(ring is None for ring in rings):
            return None
        read.append(tuple(ring for ring in rings if ring is not None))
    return tuple(read)


def _ring(ring: Any) -> Ring | None:
    if not isinstance(ring, list) or len(ring) < 4:
        return None
    points = [_point(position) for position in ring]
    if any(point is None for point in points) or points[0] != points[-1]:
        return None
    return tuple(point for point in points if point is not None)


def _point(position: Any) -> Point | None:
    """A position in degrees; heights are left out. None for what is none, NaN and infinity included."""
    if not isinstance(position, list) or len(position) < 2:
        return None
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in position[:2]):
        return None
    within = abs(position[0]) <= 180 and abs(position[1]) <= 90  # neither is true of NaN
    return (float(position[0]), float(position[1])) if within else None


def _problem(pointer: str, code: str, zh: str, en: str, given: str) -> Problem:
    shown = given[:200]
    named = f"{shown} " if shown else ""
    return Problem(code=code, message=Message(f"{named}{zh}。", f"{named}{en}."), pointer=pointer, given=shown or None)


def _refusal(problems: list[Problem]) -> Invalid:
    named = problems[:_MOST_NAMED]
    zh = ";".join(f"{problem.pointer or '/'} {problem.message.zh.rstrip('。')}" for problem in named)
    en = "; ".join(f"{problem.pointer or '/'} {problem.message.en.rstrip('.')}" for problem in named)
    return Invalid(
        code="map_invalid",
        message=Message(
            f"地图文件(BIAOCHI_MAP_GEOJSON)有误:{zh}。", f"The map (BIAOCHI_MAP_GEOJSON) cannot be used: {en}."
        ),
        problems=problems,
    )
