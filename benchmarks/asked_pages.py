"""What P7 asks for: every page as the browser has it drawn, rows of a grid, slides, and the trial of a revision."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from typing import Any

from dashboard.routes import ROUTES
from dashboard.window.access import COOKIE
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Role

BARE = "/nowhere"
_FURTHER = (
    "/?targets=all",
    "/units/441200",
    "/units/441202?group=pilots",
    "/leaderboard?unit=441202",
    "/data?dataset=progress",
    "/data?dataset=changes",
)
BELOW = ("/?under=700000", "/?under=800000", "/targets?under=700000", "/review?under=800000")  # levels of the tree
_FORM = "/targets/TG-05A/revise"
_SEEN = re.compile(rb'\\"seen\\": ?\\"([^"\\]*)\\"')  # in the form's fields, a text in the answer
_SLIDES = ("/", "/targets/TG-05A", "/units/441202", "/leaderboard", "/targets/TG-05A/moved")


@dataclass(frozen=True, slots=True)
class PageAsked:
    """One thing that somebody asks for. `body`: of a callback; without one, `path` is a file."""

    name: str
    path: str = CALLBACKS
    body: dict[str, Any] | None = None
    role: Role = Role.REVIEWER


def asked_of(
    connection: http.client.HTTPConnection, secret: str, *, further: tuple[str, ...] = (), made: bool = False
) -> tuple[PageAsked, ...]:
    """Every page that is there at its example's address, and `further` ones; rows, slides, and two trials.

    Tried is what a postponement would change, for one unit and for all. `made`: of a country only counties that were
    made have figures, so that these stand in the place of the city's.
    """
    of = _made_county if made else str
    acts, seen = _output_of_acts(connection, secret), _revision_seen(connection, secret)
    pages = ((of(route.example[1]), Role(route.example[0])) for route in ROUTES if not route.unwalked)
    read = ((of(page), Role.REVIEWER) for page in (BARE, *_FURTHER, *further))
    windows = (read_of(page, role) for page, role in (*read, *pages))
    slides = (PageAsked(f"slide of {page}", path=f"/slides/pptx{page}") for page in map(of, _SLIDES))
    trials = (
        PageAsked(f"trial of TG-05A {whom}", body=_trial(chosen, acts, seen), role=Role.EVALUATOR)
        for whom, chosen in (("for one unit", [of("unit:441202")]), ("for all", []))
    )
    return (*windows, PageAsked("rows of /flat, by value", body=_BY_VALUE), *slides, *trials)


def read_of(page: str, role: Role = Role.REVIEWER) -> PageAsked:
    """The window of an address, as the browser has it drawn."""
    return PageAsked(page, body=_window(page), role=role)


def _made_county(text: str) -> str:
    """`text` with the codes of made counties (`benchmarks/scaled.py`) for those of the city's."""
    return re.sub(r"44120([1-9])", r"90000\1", text)


def answered(connection: http.client.HTTPConnection, asked: PageAsked, secret: str) -> int:
    """How many bytes the answer has. Raises RuntimeError where it is another than 200."""
    headers = {"Cookie": f"{COOKIE}={secret}", "Sec-Fetch-Site": "same-origin"}
    if asked.body is None:
        connection.request("GET", asked.path, headers=headers)
    else:
        connection.request("POST", asked.path, json.dumps(asked.body), headers | {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200 or b"outcome-refused" in content:
        raise RuntimeError(f"{asked.name}: {answer.status} {content[:500]!r}")
    return len(content)


def _window(page: str) -> dict[str, Any]:
    """What the browser sends to have the window of an address drawn."""
    path, _, search = page.partition("?")
    return {
        "output": "..frame.children...drawn.data...described.data..",
        "outputs": [
            {"id": "frame", "property": "children"},
            {"id": "drawn", "property": "data"},
            {"id": "described", "property": "data"},
        ],
        "inputs": [
            *_at(path, f"?{search}" if search else ""),
            {"id": "recorded", "property": "data", "value": None},
        ],
        "state": [{"id": "drawn", "property": "data", "value": None}],
        "changedPropIds": ["url.pathname"],
    }


def _at(path: str, search: str) -> list[dict[str, Any]]:
    return [
        {"id": "url", "property": "pathname", "value": path},
        {"id": "url", "property": "search", "value": search},
        {"id": "theme", "property": "data", "value": "light"},
    ]


def _output_of_acts(connection: http.client.HTTPConnection, secret: str) -> str:
    """What the callback that has something done answers with, as the service names it."""
    connection.request("GET", "/_dash-dependencies", headers={"Cookie": f"{COOKIE}={secret}"})
    callbacks = json.loads(connection.getresponse().read())
    (output,) = (one["output"] for one in callbacks if [given["id"] for given in one["inputs"]] == ["asked"])
    return str(output)


def _revision_seen(connection: http.client.HTTPConnection, secret: str) -> str:
    """Which revision of the target the form says that it was drawn by; a trial that names another is refused."""
    headers = {"Cookie": f"{COOKIE}={secret}", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    connection.request("POST", CALLBACKS, json.dumps(_window(_FORM)), headers)
    (seen,) = set(_SEEN.findall(connection.getresponse().read()))
    return str(seen.decode())


def _trial(chosen: list[str], output: str, seen: str) -> dict[str, Any]:
    """What the browser sends to have a postponement tried: for these units, or for all."""
    fields = {
        "target": "TG-05A",
        "seen": seen,
        "comparator": ">=",
        "threshold": "70",
        "due_on": "2020-12-31",
        "effective_from": "2020-05-15",
        "reason": "系统上线较晚",
        "trajectory": "",
        "where": "肇府办〔2020〕12号",
        "quote": "同意延期",
        "step": "try",
    }
    asked = {"do": "target.revise", "fields": fields, "chosen": chosen, "nth": 1}
    return {
        "output": output,
        "outputs": [
            {"id": identity, "property": place}
            for identity, _, place in (name.rpartition(".") for name in output.strip(".").split("..."))
        ],
        "inputs": [{"id": "asked", "property": "data", "value": json.dumps(asked)}],
        "state": [*_at(_FORM, ""), {"id": "drawn", "property": "data", "value": None}],
        "changedPropIds": ["asked.data"],
    }


_BY_VALUE: dict[str, Any] = {
    "output": "..flat-grid.getRowsResponse...flat-printed.href..",
    "outputs": [{"id": "flat-grid", "property": "getRowsResponse"}, {"id": "flat-printed", "property": "href"}],
    "inputs": [
        {
            "id": "flat-grid",
            "property": "getRowsRequest",
            "value": {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "TG-05A-value", "sort": "asc"}]},
        }
    ],
    "state": [{"id": "url", "property": "search", "value": ""}],
    "changedPropIds": ["flat-grid.getRowsRequest"],
}
