"""The city's own map as it is drawn: in its proportions, every sign inside its unit, and nobody missing."""

from __future__ import annotations

import math
import re

import pytest
from starlette.testclient import TestClient

from dashboard.charts.boundary_map import map_image, projected
from dashboard.pages import overview
from dashboard.theme import PALETTES, Theme
from metrics.database import WriteSession
from metrics.plan.boundaries import Boundary, Ring
from tests.dashboard.drawn import of_class, said, window


def box(west: float, south: float, east: float, north: float) -> Ring:
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


LEFT, RIGHT = Boundary("441202", ((box(112, 23, 113, 24),),)), Boundary("441203", ((box(113, 23, 114, 24),),))
# A horseshoe open to the south: the middle of its extent is outside it.
SHOE = ((0.0, 0.0), (1.0, 0.0), (1.0, 8.0), (9.0, 8.0), (9.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0))


def test_north_is_up_and_a_degree_across_is_shorter_than_one_upwards() -> None:
    drawn = projected((LEFT, RIGHT))
    assert drawn.height / drawn.width == pytest.approx(1 / (2 * math.cos(math.radians(23.5))))
    assert drawn.places["441202"] == pytest.approx((0.25, 0.5))
    assert drawn.places["441203"] == pytest.approx((0.75, 0.5))
    south_west = re.match(r"M(\S+) (\S+?)L", drawn.outlines["441202"])
    assert south_west is not None
    assert float(south_west[1]) == 0
    assert float(south_west[2]) == pytest.approx(drawn.height, abs=0.1)


@pytest.mark.parametrize("ring", [SHOE, tuple(reversed(SHOE))])
def test_a_sign_stands_within_its_unit(ring: Ring) -> None:
    across, down = projected((Boundary("441202", ((ring,),)),)).places["441202"]
    x, y = across * 10, 10 - down * 10
    assert 0 < y < 10
    assert (0 < x < 1 or 9 < x < 10) if y < 8 else 0 < x < 10


def test_a_ring_without_extent_is_drawn_as_a_point() -> None:
    drawn = projected((Boundary("441202", ((((5.0, 5.0),) * 4,),)),))
    assert all(math.isfinite(number) for number in drawn.places["441202"])


def test_many_points_of_a_fine_outline_are_left_out() -> None:
    circle = [(math.cos(step / 5000 * math.tau), math.sin(step / 5000 * math.tau)) for step in range(5000)]
    drawn = projected((Boundary("441202", (((*circle, circle[0]),),)),))
    assert 500 < drawn.outlines["441202"].count("L") < 3000


def test_outlines_are_tinted_and_nothing_is_asked_of_other_hosts() -> None:
    svg = map_image(projected((LEFT, RIGHT)), {"441202": "#0B7A5E"}, palette=PALETTES[Theme.LIGHT])
    assert svg.count('fill="#0B7A5E"') == 1
    assert svg.count("<path") == 2
    assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/2000/svg"}


def test_the_overview_shows_the_map_and_those_without_a_boundary_below_it(
    evaluator: TestClient, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "boundaries", lambda: (LEFT, RIGHT))
    tree = window(evaluator, "/", "?month=2019-09&map=TG-05A&lang=en")
    signs = [said(node) for node in of_class(tree, "boundary-sign")]
    assert len(signs) == 2
    assert "Behind" in signs[0] or "Overdue" in signs[0] or "Rectifying" in signs[0] or "On track" in signs[0]
    assert "Met" in signs[1]
    others = of_class(tree, "boundary-others")[0]
    assert len(of_class(others, "tile")) == 10
