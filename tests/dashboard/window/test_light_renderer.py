"""Dash's renderer and polyfills as they leave: mended where it is the pinned release, Dash's own if another."""

from __future__ import annotations

import re
from pathlib import Path

import dash
import pytest
from dash import Dash, html
from flask.testing import FlaskClient

from dashboard.window.light_renderer import MENDED, install_light_renderer, mended

DASH = Path(dash.__file__).parent
ITS_OWN = {begins: next(DASH.glob(f"{begins}*min.js")).read_bytes() for begins in MENDED}
PLACES = [(begins, place) for begins, places in MENDED.items() for place in range(len(places))]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = Dash("renderer", enable_mcp=False, compress=False)
    app.layout = html.Div()
    install_light_renderer(app)
    found: FlaskClient = app.server.test_client()
    return found


@pytest.mark.parametrize("begins", MENDED)
def test_what_a_page_loads_is_dashs_own_but_for_the_places_that_are_mended(client: FlaskClient, begins: str) -> None:
    page = client.get("/").get_data(as_text=True)
    address = re.search(f'"(/_dash-component-suites/dash/{begins}[^"]+)"', page)
    assert address is not None
    served = client.get(address[1]).get_data()
    assert served != ITS_OWN[begins]
    for before, after in MENDED[begins]:
        assert (served.count(before), served.count(after)) == (before in after, 1)
        served = served.replace(after, before)
    assert served == ITS_OWN[begins]


@pytest.mark.parametrize(("begins", "place"), PLACES)
def test_a_release_that_is_written_otherwise_is_left_alone(begins: str, place: int) -> None:
    its_own, (before, _after) = ITS_OWN[begins], MENDED[begins][place]
    for other in (its_own.replace(before, b"another"), its_own + before):
        assert mended(other, MENDED[begins]) == other
