"""A request reaches the route that it would reach if it were held against every one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Match
from starlette.types import Scope

from api.app import beginnings, hold_against_few


def asked(app: FastAPI, path: str, *, method: str = "GET", root: str = "") -> Scope:
    return {"type": "http", "path": path, "method": method, "root_path": root, "headers": [], "app": app}


def paths(app: FastAPI) -> Iterator[str]:
    """One for each route, and what is nearly it."""
    yield from ("/", "/api", "/api/v1", "/api/v1/", "/api/v1x", "/healthz/", "/targets/TG-05A", "//api/v1/units", "")
    for place, context in enumerate(iter_route_contexts(app.routes)):
        path = re.sub(r"\{[^}]*\}", "441202", context.path or "")
        yield path
        yield (path + "/", path[:-1], path.upper(), path + ".csv", path.replace("/v1", ""))[place % 5]


def test_the_routes_that_answer_are_those_of_the_framework_itself(application: FastAPI) -> None:
    held = {id(route): beginnings(route) for route in application.routes if "matches" in vars(route)}
    reached, spared = set(), 0
    for path in dict.fromkeys(paths(application)):
        for route in application.routes:
            found = route.matches(asked(application, path))[0]
            assert found == type(route).matches(route, asked(application, path))[0], (path, route)
            if found is not Match.NONE:
                reached.add(id(route))
            elif id(route) in held:
                spared += not path.startswith(held[id(route)])
    assert held.keys() <= reached
    assert len(held) > 40
    assert spared > 10_000, "nothing is held against fewer routes"


def test_what_begins_with_a_parameter_and_what_stands_below_another_place_is_held_against_all() -> None:
    app, router = FastAPI(), APIRouter()
    router.add_api_route("/{name}", lambda name: name)
    app.include_router(router)
    (included,) = (route for route in app.routes if not hasattr(route, "path"))
    hold_against_few([included])
    assert beginnings(included) == ("/",)
    assert included.matches(asked(app, "/anything"))[0] is Match.FULL
    assert included.matches(asked(app, "/below/anything", root="/below"))[0] is Match.FULL
    assert included.matches(asked(app, "/below/anything"))[0] is Match.NONE
