"""Component libraries that few pages draw with: no part of the index page, named in the answers that need them."""

from __future__ import annotations

from typing import Any

import dash_ag_grid
import pytest
from dash import Dash, Input, Output, html
from flask.testing import FlaskClient

from dashboard.window.libraries import install_libraries
from metrics.limits.kinds_of_work import CALLBACKS


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A page that draws a grid or a line of text, as it is asked."""
    app = Dash("libraries", enable_mcp=False, compress=False)
    app.layout = html.Div([html.Div(id="drawn"), html.Div(id="asked")])

    @app.callback(Output("drawn", "children"), Input("asked", "title"))  # type: ignore[untyped-decorator]
    def draw(asked: str) -> Any:
        return dash_ag_grid.AgGrid() if asked == "grid" else asked

    install_libraries(app)
    found: FlaskClient = app.server.test_client()
    return found


def drawn(client: FlaskClient, asked: str) -> Any:
    answer = client.post(
        CALLBACKS,
        json={
            "output": "drawn.children",
            "outputs": {"id": "drawn", "property": "children"},
            "inputs": [{"id": "asked", "property": "title", "value": asked}],
            "changedPropIds": ["asked.title"],
        },
    )
    assert answer.status_code == 200
    return answer.get_json()


def test_the_index_page_loads_no_grid(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert "dash_html_components" in page
    assert "_dash-component-suites/dash_ag_grid" not in page


def test_an_answer_with_a_grid_names_its_files_and_another_names_none(client: FlaskClient) -> None:
    named = drawn(client, "grid")["dist"]
    assert [file["type"] for file in named] == ["_js_dist"]
    assert "dist" not in drawn(client, "words")


def test_the_file_does_nothing_where_it_ran_before(client: FlaskClient) -> None:
    (file,) = drawn(client, "grid")["dist"]
    script = client.get(file["url"]).get_data(as_text=True)
    assert script.startswith("if (!window.dash_ag_grid) {\n")
    assert script.endswith("\n}")


def test_the_rest_of_the_library_is_there_when_it_asks_for_it(client: FlaskClient) -> None:
    assert client.get("/_dash-component-suites/dash_ag_grid/async-community.js").status_code == 200


def test_a_second_application_knows_the_files_too() -> None:
    app = Dash("another", enable_mcp=False, compress=False)
    app.layout = html.Div()
    install_libraries(app)
    assert "_dash-component-suites/dash_ag_grid" not in app.server.test_client().get("/").get_data(as_text=True)
