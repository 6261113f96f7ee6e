"""Files of the browser's part: at an address for ever where it holds their digest, as they are now elsewhere."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from dashboard.app import create_dashboard
from dashboard.window.asset_files import FOLDER, asset_url, assets_version, install_assets
from dashboard.window.delivery import install_delivery

FILE = "src/window.js"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    server = Flask("files", static_folder=None)
    install_assets(server)
    install_delivery(server, script_hashes=())
    return server.test_client()


def test_an_address_with_the_digest_is_asked_for_once(client: FlaskClient) -> None:
    with client.get(asset_url(FILE)) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.data == (FOLDER / FILE).read_bytes()


@pytest.mark.parametrize("address", [f"/assets/{FILE}", f"/assets/0123456789abcdef/{FILE}"])
def test_any_other_address_is_asked_for_again(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        assert (answer.status_code, answer.data) == (200, (FOLDER / FILE).read_bytes())
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_file_that_is_not_there_is_not_kept(client: FlaskClient) -> None:
    answer = client.get(asset_url("src/nothing.js"))
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.fixture(scope="module")
def index() -> str:
    """The index page, before anything is drawn in it."""
    app = create_dashboard()
    with app.server.test_request_context("/"):
        page: str = app.index()
    return page


def test_the_index_page_names_every_file_with_the_digest(index: str) -> None:
    named = re.findall(r'"(/assets/[^"?]+)', index)
    assert len(named) > 20
    assert {name.split("/")[2] for name in named} == {assets_version()}


def test_the_browser_is_told_of_plotly_s_part(index: str) -> None:
    config = re.search(r'<script id="_dash-config" type="application/json">(.*?)</script>', index)
    assert config is not None
    assert json.loads(config[1])["plotlyjs_url"] == asset_url("vendor/plotly-basic.min.js")


def test_plotly_s_part_is_of_the_version_that_draws_the_figures() -> None:
    head = (FOLDER / "vendor" / "plotly-basic.min.js").read_text(encoding="utf-8")[:200]
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}\n" in head
