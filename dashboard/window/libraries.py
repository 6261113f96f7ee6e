"""Libraries of components that few pages draw with: the browser loads one with the first answer that needs it.

Dash would have every page load every library that was ever imported. What is named here is left out of the index page;
an answer that holds one of its components names its files, as Dash's own answers do when a library is new, and the
browser loads them before it draws.
"""

from __future__ import annotations

import json

import dash_ag_grid
from dash import Dash
from dash.development.base_component import ComponentRegistry
from dash.fingerprint import check_fingerprint
from flask import Response, jsonify, request

from metrics.limits.kinds_of_work import CALLBACKS

_LATER = (dash_ag_grid.__name__,)
_SUITES = "/_dash-component-suites/"
_ENDING = b"}"


def install_libraries(app: Dash) -> None:
    """Leave the libraries out of the index page, and name them in the answers that need them."""
    files = {name: _files(app, name) for name in _LATER}

    def refuse_unknown() -> tuple[Response, int] | None:
        return (jsonify(code="file_unknown"), 404) if _is_no_file(app, request.path) else None

    app.server.before_request(refuse_unknown)

    def finish(response: Response) -> Response:
        if response.status_code == 200:
            if request.path == CALLBACKS:
                _name_files(response, files)
            else:
                _load_once(response)
        return response

    app.server.after_request(finish)


def _is_no_file(app: Dash, path: str) -> bool:
    """True for an address below Dash's libraries at which none of their files is; Dash itself fails there."""
    if not path.startswith(_SUITES):
        return False
    package, _, name = path.removeprefix(_SUITES).partition("/")
    plain, _ = check_fingerprint(name)
    return plain not in app.registered_paths.get(package, ())


def _files(app: Dash, name: str) -> bytes:
    """The library's files as an answer names them. Only then is it forgotten: what is forgotten has no files."""
    ComponentRegistry.registry.add(name)
    files = app.get_dist([name])
    ComponentRegistry.registry.discard(name)
    return json.dumps(files)[1:-1].encode()


def _name_files(response: Response, files: dict[str, bytes]) -> None:
    body = response.get_data()
    needed = [found for name, found in files.items() if b'"namespace":"%s"' % name.encode() in body]
    if needed and body.endswith(_ENDING):
        response.set_data(body.removesuffix(_ENDING) + b',"dist":[' + b",".join(needed) + b"]}")


def _load_once(response: Response) -> None:
    """The browser runs a file again with every answer that names it; the second time there is nothing to do."""
    for name in _LATER:
        if request.path.startswith(f"{_SUITES}{name}/{name}") and request.path.endswith(".js"):
            response.direct_passthrough = False
            response.set_data(b"if (!window.%s) {\n%s\n}" % (name.encode(), response.get_data()))
