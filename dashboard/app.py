"""The dashboard's application. How it is served (a WSGI server of its own) is decided here and hidden from others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from flask import Flask, Response, request

from dashboard import theme
from dashboard.access import install_access
from dashboard.asking import install_asking
from dashboard.callback_shape import install_callback_shape
from dashboard.collecting import install_collecting
from dashboard.confirmation import install_confirmation
from dashboard.delivery import install_delivery
from dashboard.dropped_file import install_dropped_file
from dashboard.following import install_following
from dashboard.frame import install_frame
from dashboard.locale import DEFAULT, HTML_LANGUAGE, LANGUAGES, catalog
from dashboard.routes import is_known

_HERE = Path(__file__).parent
_INDEX_ENDPOINTS = ("/", "/<path:path>")


class Page(Dash):
    """Dash with an index page that knows its language and theme before any script runs."""

    def interpolate_index(self, **parts: str) -> str:
        language = request.args.get("lang", DEFAULT)
        chosen = theme.theme_of(request.cookies.get("biaochi_theme")).value
        return _INDEX.format(
            language=HTML_LANGUAGE.get(language, HTML_LANGUAGE[DEFAULT]),
            scheme=chosen,
            variables=theme.stylesheet(),
            early=self.get_asset_url("early/before.js"),
            logo=self.get_asset_url("logo.svg"),
            waiting="Loading …" if language == "en" else "正在载入…",
            noscript="This page needs JavaScript." if language == "en" else "本页需要启用 JavaScript。",
            **{name: parts[name] for name in ("metas", "title", "css", "config", "scripts", "renderer")},
        )


def create_dashboard() -> Dash:
    """A new dashboard on its own Flask server (`.server`), to be mounted at the root of a site."""
    for language in LANGUAGES:
        catalog(language)
    server = Flask("dashboard", template_folder=str(_HERE / "templates"), static_folder=None)
    server.config["MAX_CONTENT_LENGTH"] = 8_000_000
    app = Page(
        "dashboard",
        server=server,
        assets_folder=str(_HERE / "assets"),
        assets_ignore=r"before\.js",
        assets_path_ignore=["^src$"],  # modules: assets/collect.js loads them
        requests_pathname_prefix="/",
        serve_locally=True,
        compress=False,
        enable_mcp=False,
        suppress_callback_exceptions=True,  # what the callbacks name is drawn by another callback
        title="标尺 Biaochi",
        update_title="",
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = _layout
    install_access(server)
    install_callback_shape(app)
    install_frame(app)
    install_asking(app)
    install_collecting(app)
    install_dropped_file(app)
    install_following(server)
    install_confirmation(server)
    _number_unknown_pages(server)
    install_delivery(server, script_hashes=app.csp_hashes())
    return app


def _layout() -> Any:
    scheme = theme.theme_of(request.cookies.get("biaochi_theme")).value
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="theme", data=scheme),
            dcc.Store(id="described"),
            dcc.Store(id="asked"),
            dcc.Store(id="recorded"),
            html.Div(id="frame", className="frame"),
            html.Div(id="announced", className="hidden-text", role="status"),
            dmc.Drawer(
                id="why",
                position="right",
                size=420,
                opened=False,
                padding="md",
                overlayProps={"backgroundOpacity": 0.25},
                closeButtonProps={"aria-label": "关闭 / Close"},
                transitionProps={"duration": 120},
            ),
        ],
        id="mantine",
        theme=theme.mantine_theme(),
        forceColorScheme=scheme,
    )


def _number_unknown_pages(server: Flask) -> None:
    """Dash answers every path with its page; one that no page of ours can be at is a 404 all the same."""

    def number(response: Response) -> Response:
        if request.endpoint in _INDEX_ENDPOINTS and response.status_code == 200 and not is_known(request.path):
            response.status_code = 404
        return response

    server.after_request(number)


_INDEX = """<!DOCTYPE html>
<html lang="{language}" data-mantine-color-scheme="{scheme}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="{logo}">
<style>{variables}</style>
<script src="{early}"></script>
{css}
</head>
<body>
<div id="react-entry-point">
<div class="waiting" role="status"><span class="logo waiting-logo"></span><p>{waiting}</p></div>
</div>
<noscript><p class="waiting">{noscript}</p></noscript>
<footer>{config}{scripts}{renderer}</footer>
</body>
</html>"""
