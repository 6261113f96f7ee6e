"""Dash's renderer as it leaves: mended where the pinned release is, and Dash's own wherever it is another."""

from __future__ import annotations

import re
from pathlib import Path

import dash
import pytest
from dash import Dash, html
from flask.testing import FlaskClient

from dashboard.window.light_renderer import MENDED, install_light_renderer, mended

ITS_OWN = (Path(dash.__file__).parent / "dash-renderer" / "build" / "dash_renderer.min.js").read_bytes()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = Dash("renderer", enable_mcp=False, compress=False)
    app.layout = html.Div()
    install_light_renderer(app)
    found: FlaskClient = app.server.test_client()
    return found


def test_what_a_page_loads_is_dashs_own_but_for_the_places_that_are_mended(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    address = re.search(r'"(/_dash-component-suites/dash/dash-renderer/[^"]+)"', page)
    assert address is not None
    served = client.get(address[1]).get_data()
    assert served != ITS_OWN
    for before, after in MENDED:
        assert (served.count(before), served.count(after)) == (before in after, 1)
        served = served.replace(after, before)
    assert served == ITS_OWN


@pytest.mark.parametrize("place", range(len(MENDED)))
def test_a_release_that_is_written_otherwise_is_left_alone(place: int) -> None:
    before, _after = MENDED[place]
    for other in (ITS_OWN.replace(before, b"another"), ITS_OWN + before):
        assert mended(other) == other
