"""The city's own map: what is read, and that everything else is refused with its place, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metrics.errors import Invalid
from metrics.plan.boundaries import Boundary, boundaries, read_boundaries, require_known
from metrics.settings import settings

SQUARE = [[112.0, 23.0], [113.0, 23.0], [113.0, 24.0], [112.0, 24.0], [112.0, 23.0]]
HOLE = [[112.4, 23.4], [112.6, 23.4], [112.6, 23.6], [112.4, 23.4]]


def feature(code: Any = "441202", geometry: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"unit_code": code},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]} if geometry is None else geometry,
    } | more


def written(folder: Path, *features: Any, **whole: Any) -> Path:
    path = folder / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)} | whole), encoding="utf-8")
    return path


def test_polygons_with_holes_and_parts_are_read_by_id_or_property(tmp_path: Path) -> None:
    parts = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [HOLE]]}
    found = read_boundaries(written(tmp_path, feature(), feature(None, parts, id=441203)))
    assert [boundary.unit_code for boundary in found] == ["441202", "441203"]
    assert [len(polygon) for polygon in found[1].polygons] == [2, 1]
    assert found[0].polygons[0][0][1] == (113.0, 23.0)


@pytest.mark.parametrize(
    ("features", "pointer", "code"),
    [
        ([], "/features", "map_empty"),
        ([{"type": "Feature"}], "/features/0", "map_unit_missing"),
        ([feature(True)], "/features/0", "map_unit_missing"),
        ([7], "/features/0", "map_unit_missing"),
        ([feature(), feature()], "/features/1", "map_unit_twice"),
        ([feature(geometry={"type": "Point", "coordinates": [1, 2]})], "/features/0/geometry", "map_geometry_invalid"),
        ([feature(geometry={"type": "Polygon", "coordinates": []})], "/features/0/geometry", "map_geometry_invalid"),
        ([feature(geometry={"type": "Polygon", "coordinates": [[]]})], "/features/0/geometry", "map_geometry_invalid"),
        (
            [feature(geometry={"type": "Polygon", "coordinates": [SQUARE[:-1]]})],
            "/features/0/geometry",
            "map_geometry_invalid",
        ),
        (
            [feature(geometry={"type": "Polygon", "coordinates": {"a": 1}})],
            "/features/0/geometry",
            "map_geometry_invalid",
        ),
        *(
            (
                [feature(geometry={"type": "Polygon", "coordinates": [[*SQUARE[:2], bad, *SQUARE[3:]]]})],
                "/features/0/geometry",
                "map_geometry_invalid",
            )
            for bad in (
                [200, 23],
                [113, 91],
                ["113", "24"],
                [113],
                [True, False],
                5,
                [float("nan"), 1],
                [float("inf"), 1],
                [10**400, 2],
            )
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_place(
    tmp_path: Path, features: list[Any], pointer: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_boundaries(written(tmp_path, *features))
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [(pointer, code)]
    assert "BIAOCHI_MAP_GEOJSON" in refused.value.message.zh
    assert pointer in refused.value.message.en


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"[]", b"{}", b"null", b"\xff\xfe", b'{"type":"FeatureCollection"}', b"[" * 100_000, b"1" * 5000],
)
def test_what_is_no_collection_of_features_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "map.geojson"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        read_boundaries(path)


def test_a_file_that_is_not_there_or_far_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="map_unreadable"):
        read_boundaries(tmp_path / "none.geojson")
    with (tmp_path / "large.geojson").open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(Invalid, match="map_too_large"):
        read_boundaries(tmp_path / "large.geojson")


def test_units_that_the_plan_does_not_know_are_named() -> None:
    found = (Boundary("441202", ()), Boundary("999999", ()))
    require_known(found[:1], {"441202"})
    with pytest.raises(Invalid) as refused:
        require_known(found, {"441202"})
    assert refused.value.problems[0].pointer == "/features/1"
    assert "999999" in refused.value.message.zh


def test_without_the_setting_there_is_no_map(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    try:
        assert boundaries() == ()
        monkeypatch.setenv("BIAOCHI_MAP_GEOJSON", str(written(tmp_path, feature())))
        settings.cache_clear()
        boundaries.cache_clear()
        assert [boundary.unit_code for boundary in boundaries()] == ["441202"]
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        boundaries.cache_clear()
