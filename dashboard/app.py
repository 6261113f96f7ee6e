"""The dashboard's application. How it is served (a WSGI server of its own) is decided here and hidden from others."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from posixpath import dirname, normpath
from typing import Any, NoReturn

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from flask import Flask, Response, abort, request

from dashboard import rights, theme
from dashboard.dispatch import install_dispatch
from dashboard.form.callbacks import install_form
from dashboard.form.dropped_file import install_dropped_file
from dashboard.frame import install_frame
from dashboard.locale import HTML_LANGUAGE, LANGUAGES, OWN_NAME, _, catalog, other_language, speaking
from dashboard.page_files import install_page_files
from dashboard.pages.account import install_account
from dashboard.pages.confirmation import install_confirmation
from dashboard.pages.flat import install_flat
from dashboard.pages.identity_provider import install_identity_provider
from dashboard.pages.new_account import install_new_account
from dashboard.pages.set_password import install_set_password
from dashboard.pages.sign_in_steps import install_sign_in_steps
from dashboard.routes import embeds, is_known
from dashboard.window.access import install_access
from dashboard.window.address import PROJECTOR, is_embedded
from dashboard.window.asset_files import FOLDER, asset_url, install_assets
from dashboard.window.callback_shape import install_callback_shape
from dashboard.window.delivery import install_delivery, script_hash
from dashboard.window.libraries import install_libraries
from dashboard.window.light_components import install_light_components
from dashboard.window.light_renderer import install_light_renderer
from dashboard.window.newest_entry import install_newest_entry
from dashboard.window.outage import install_outage
from dashboard.window.page_request import PageRequest
from dashboard.window.plain_page import asked_language
from dashboard.window.theme_told import theme_shown, theme_told
from metrics.limits.body_sizes import LARGEST_WITH_FILE, MOST_FIELDS

_HERE = Path(__file__).parent
_PLOTLY = "vendor/plotly-basic.min.js"
_WINDOW = "src/window.js"  # the module that the others are imported by
_SKELETON, _EARLY, _AFTER = "early/skeleton.css", "early/before.js", "early/after.js"
_BARS = 9  # lines of the rail, and of the page
_IMPORTED = re.compile(r'\bfrom "(\.[^"]+)";$', re.MULTILINE)
_PRELOAD = '<link rel="modulepreload" href="{}">'
_OF_TEMPLATES = {
    "other_language": other_language,
    "own_name": OWN_NAME,
    "html_languages": HTML_LANGUAGE,
    "theme_shown": theme_shown,
    "theme_told": theme_told,
}
_INDEX_ENDPOINTS = ("/", "/<path:path>")
_BESIDE_DASH = (
    install_newest_entry,
    install_outage,
    install_confirmation,
    install_sign_in_steps,
    install_set_password,
    install_identity_provider,
    install_account,
    install_new_account,
    install_page_files,
)


@cache
def _in_the_page(path: str) -> str:
    """A style or script that stands in the page itself, which is painted before anything else has come."""
    return (FOLDER / path).read_text(encoding="utf-8")


def _outline_classes() -> str:
    """How the outline stands: without a rail on a projector, with a narrow one where this browser folded it."""
    asked = request.args.get("view") == PROJECTOR
    folded = request.cookies.get("biaochi_rail") == "folded"
    return " ".join(["projecting"] * asked + ["rail-folded"] * folded)


class Page(Dash):
    """Dash with an index page that knows its language and theme before any script runs.

    What it asks for waits until its outline is painted (assets/early/after.js). Dash itself begins once the browser's
    modules are loaded, for it asks for their functions while it draws a page.
    """

    modules: tuple[str, ...] = ()

    def _config(self) -> dict[str, Any]:
        """What the browser is told: Plotly is the part of it that our charts need."""
        config: dict[str, Any] = super()._config()
        return {**config, "serve_locally": False, "plotlyjs_url": asset_url(_PLOTLY)}

    def serve_reload_hash(self) -> NoReturn:
        """Nothing: it is for who changes Dash's files while it runs, and lists its packages."""
        abort(404)

    def interpolate_index(self, **parts: str) -> str:
        language = asked_language()
        return _INDEX.format(
            language=HTML_LANGUAGE[language],
            spoken=language,
            scheme=theme_shown(),
            told=theme_told(),
            classes=_outline_classes(),
            variables=theme.stylesheet(),
            outline=_in_the_page(_SKELETON),
            bars="<i></i>" * _BARS,
            early=_in_the_page(_EARLY),
            modules="".join(_PRELOAD.format(asset_url(path)) for path in self.modules),
            logo=asset_url("logo.svg"),
            later=escape(json.dumps({name: _said_later(name) for name in LANGUAGES}, ensure_ascii=False)),
            **_said_at_first(language),
            **{name: parts[name] for name in ("metas", "title", "css", "config", "scripts", "renderer")},
        )


def create_dashboard() -> Dash:
    """A new dashboard on its own Flask server (`.server`), to be mounted at the root of a site."""
    catalog()
    install_light_components()
    server = Flask("dashboard", template_folder=str(_HERE / "templates"), static_folder=None)
    server.request_class = PageRequest
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_WITH_FILE
    server.config["MAX_FORM_PARTS"] = MOST_FIELDS
    server.jinja_env.globals |= _OF_TEMPLATES
    app = Page(
        "dashboard",
        server=server,
        assets_folder=str(FOLDER),
        assets_url_path=asset_url("").strip("/"),
        assets_path_ignore=["^early$", "^src$", "^vendor$"],  # scripts: the index page names those that it needs
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
    app.modules = imported_by(FOLDER, _WINDOW)
    app.renderer = _in_the_page(_AFTER)
    install_access(server)
    install_callback_shape(app, rights.CALLBACKS)
    install_frame(app)
    install_dispatch(app)
    install_form(app)
    install_dropped_file(app)
    install_flat(app)
    for install in _BESIDE_DASH:
        install(server)
    _number_unknown_pages(server)
    install_assets(server)
    install_delivery(server, script_hashes=_inline_scripts(app), may_be_framed=_may_be_framed)
    install_libraries(app)
    install_light_renderer(app)
    return app


def _inline_scripts(app: Page) -> list[str]:
    """The hashes of the scripts that stand in the page itself: Dash's own, and what runs before anything is drawn."""
    return [*app.csp_hashes(), script_hash(_in_the_page(_EARLY))]


def imported_by(folder: Path, path: str) -> tuple[str, ...]:
    """The module at `path` and every one that it imports, itself or through others, but those imported later on."""
    found = [path]
    for each in found:  # grows while it is walked
        named = _IMPORTED.findall((folder / each).read_text(encoding="utf-8"))
        found += dict.fromkeys(other for name in named if (other := normpath(f"{dirname(each)}/{name}")) not in found)
    return tuple(found)


def _said_at_first(spoken: str) -> dict[str, str]:
    """What stands where the page will be: until it is drawn, and for who has no scripts."""
    with speaking(spoken):
        return {"waiting": _("Loading …"), "noscript": _("This page needs JavaScript.")}


def _said_later(spoken: str) -> dict[str, str]:
    """What the page says where the service is too busy to answer it, or fails (assets/src/window/callbacks.js)."""
    with speaking(spoken):
        return {
            "away": _("The service cannot answer at the moment. Try again shortly."),
            "refused": _("Not accepted. Reload the page and try again, or tell the service's operator."),
            "failed": _("The service failed; it may not have stored what was asked. Try again, or tell its operator."),
            "broken": _("The service failed. What you asked for is not shown yet; the page is the one before."),
            "lost": _("No connection to the service. What you asked for is not shown yet; the page is the one before."),
            "unloaded": _("The page could not be loaded whole; it tries again by itself in {n} s.", n="{n}"),
            "part": _("A part of this page, such as its charts, could not be loaded."),
            "explaining": _("Loading …"),
            "slow": _("The service has not answered yet. What you asked for is not shown yet."),
            "unsent": _(
                "No connection to the service: what was asked may not have been stored. What you typed still stands "
                "here: press again once the connection is back. Another window shows whether it was stored."
            ),
            "typed": _("What you had typed: "),
            "ended": _(
                "Your session has ended; nothing was stored. Sign in in another window, then come back here and press "
                "again: what you typed still stands here."
            ),
            "sign_in": _("Sign in"),
            "again": _("The page tries again by itself in {n} s.", n="{n}"),
            "now": _("Try again now"),
            "close": _("Close"),
        }


def _layout() -> Any:
    scheme = theme_shown()
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="theme", data=scheme),
            dcc.Store(id="described"),
            dcc.Store(id="drawn"),
            dcc.Store(id="explained"),
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


def _may_be_framed() -> bool:
    """True for a page that may stand in another one and is asked for as such; never for signing in, or an account."""
    asked = request.query_string.decode(errors="replace")
    return request.endpoint in _INDEX_ENDPOINTS and is_embedded(asked) and embeds(request.path)


def _number_unknown_pages(server: Flask) -> None:
    """Dash answers every path with its page; one that no page of ours can be at is a 404 all the same."""

    def number(response: Response) -> Response:
        if request.endpoint in _INDEX_ENDPOINTS and response.status_code == 200 and not is_known(request.path):
            response.status_code = 404
        return response

    server.after_request(number)


_INDEX = """<!DOCTYPE html>
<html lang="{language}" class="{classes}" data-mantine-color-scheme="{scheme}" data-theme-told="{told}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="{logo}">
<link rel="alternate" type="application/atom+xml" title="Biaochi 标尺" href="/api/v1/feed.atom?lang={spoken}">
<style>{variables}{outline}</style>
<script>{early}</script>
</head>
<body>
<div id="skeleton" class="skeleton" role="status">
<div class="skeleton-rail"><b>标尺</b>{bars}</div>
<div class="skeleton-window"><div class="skeleton-bar"><i></i></div>
<div class="skeleton-page"><i></i><div class="skeleton-cards"><i></i><i></i><i></i><i></i></div>{bars}</div></div>
<p>{waiting}</p>
</div>
<div id="react-entry-point"></div>
<div id="told-later" class="told-later" role="alert" hidden data-words="{later}">
<p data-told></p><p data-again class="note"></p><button type="button" class="button"></button>
</div>
<noscript><style>.skeleton {{ display: none; }}</style><p class="waiting">{noscript}</p></noscript>
<footer>{config}<template id="needed">{modules}
{css}
{scripts}</template>{renderer}</footer>
</body>
</html>"""
