"""Dash's components as a browser would show them: their texts, their links, their attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from dash._utils import to_json
from starlette.testclient import TestClient

from dashboard.window.access import COOKIE
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from tests import people
from tests.people import NOW

DRAW = "..frame.children...drawn.data...described.data.."
_ASKED_OUTPUTS = WeakKeyDictionary[Any, str]()  # by application
WHY = "..why.title...why.children...explained.data.."


def plain(component: Any) -> Any:
    """A component as the JSON that is sent to the browser."""
    return json.loads(to_json(component))


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every component in `tree`, outermost first."""
    if isinstance(tree, list):
        for part in tree:
            yield from nodes(part)
    elif isinstance(tree, dict) and "props" in tree:
        yield tree
        yield from nodes(tree["props"].get("children"))


def texts(tree: Any) -> list[str]:
    """Every piece of text in `tree`, in reading order."""
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, list):
        return [text for part in tree for text in texts(part)]
    if isinstance(tree, dict) and "props" in tree:
        return texts(tree["props"].get("children"))
    return [] if tree is None or isinstance(tree, dict) else [str(tree)]


def said(tree: Any) -> str:
    return "".join(texts(tree))


def of_class(tree: Any, name: str) -> list[dict[str, Any]]:
    """The components of `tree` that carry the CSS class `name`."""
    return [node for node in nodes(tree) if name in str(node["props"].get("className", "")).split()]


def signed_in(session: WriteSession, username: str = "chen") -> str:
    """The secret of a new session of an account that is there already."""
    return people.signed_in(session, username, now=NOW).secret


def outputs_of(output: str) -> list[dict[str, str]]:
    """The outputs of the callback named `output`."""
    names = [name.rpartition(".") for name in output.removeprefix("..").removesuffix("..").split("...")]
    return [{"id": identity, "property": place} for identity, _, place in names]


def draw_body(path: str, search: str = "", theme: str = "light", *, before: str | None = None) -> dict[str, Any]:
    """What the browser sends to have the window drawn; `before`: the digests of what it shows already."""
    return {
        "output": DRAW,
        "outputs": outputs_of(DRAW),
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "theme", "property": "data", "value": theme},
            {"id": "recorded", "property": "data", "value": None},
        ],
        "state": [{"id": "drawn", "property": "data", "value": before}],
        "changedPropIds": ["url.pathname"],
    }


def why_body(fragment: str, path: str = "/", search: str = "", *, before: str | None = None) -> dict[str, Any]:
    """What the browser sends to have a verdict explained; `before`: what it shows already."""
    return {
        "output": WHY,
        "outputs": outputs_of(WHY),
        "inputs": [
            {"id": "url", "property": "hash", "value": fragment},
            {"id": "recorded", "property": "data", "value": None},
        ],
        "state": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "theme", "property": "data", "value": "light"},
            {"id": "explained", "property": "data", "value": before},
        ],
        "changedPropIds": ["url.hash"],
    }


def window(client: TestClient, path: str, search: str = "") -> Any:
    """The window at an address, as the signed-in `client` gets it."""
    answer = client.post(CALLBACKS, json=draw_body(path, search))
    assert answer.status_code == 200, answer.text
    return answer.json()["response"]["frame"]["children"]


def use_secret(client: TestClient, secret: str) -> None:
    """Make `client` the browser of whoever has the session; it says of what it sends that our own page sent it."""
    client.cookies.set(COOKIE, secret)
    client.headers["Sec-Fetch-Site"] = "same-origin"


def ask_body(
    client: TestClient, asked: Any, path: str = "/review", search: str = "", *, before: str | None = None
) -> dict[str, Any]:
    """What the browser sends to have something done; `asked` as the page's script writes it, or any text.

    `before`: the digests of what it shows; without them it is answered the whole window.
    """
    output = _asked_output(client)
    text = asked if asked is None or isinstance(asked, str) else json.dumps(asked)
    return {
        "output": output,
        "outputs": outputs_of(output),
        "inputs": [{"id": "asked", "property": "data", "value": text}],
        "state": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "theme", "property": "data", "value": "light"},
            {"id": "drawn", "property": "data", "value": before},
        ],
        "changedPropIds": ["asked.data"],
    }


def _asked_output(client: TestClient) -> str:
    """The callback that does what is asked, as the application says; one application has one for ever."""
    if client.app not in _ASKED_OUTPUTS:
        (_ASKED_OUTPUTS[client.app],) = (
            entry["output"]
            for entry in client.get("/_dash-dependencies").json()
            if [given["id"] for given in entry["inputs"]] == ["asked"]
        )
    return _ASKED_OUTPUTS[client.app]


def asked_window(client: TestClient, asked: Any, path: str = "/review", search: str = "") -> Any:
    """The window after something was asked on it, the outcome above the page."""
    answer = client.post(CALLBACKS, json=ask_body(client, asked, path, search))
    assert answer.status_code == 200, answer.text
    return answer.json()["response"]["frame"]["children"]


def forms(tree: Any) -> dict[str, dict[str, Any]]:
    """The forms of a page that ask for something: what they ask → what goes with it."""
    return {
        node["props"]["data-asks"]: {
            "do": node["props"]["data-asks"],
            "fields": json.loads(node["props"]["data-fields"]),
        }
        for node in nodes(tree)
        if "data-asks" in node["props"]
    }
