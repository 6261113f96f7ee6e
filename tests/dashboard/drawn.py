"""Dash's components as a browser would show them: their texts, their links, their attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dash._utils import to_json
from starlette.testclient import TestClient

from dashboard.access import CALLBACKS, COOKIE
from metrics.database import WriteSession
from tests.people import NOW, PASSWORD

DRAW = "..frame.children...described.data.."
WHY = "..why.opened...why.title...why.children.."


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
    from metrics.commands.sign_in import SignedIn, sign_in

    answer = sign_in(session, username, password=PASSWORD, address="127.0.0.1", now=NOW)
    assert isinstance(answer, SignedIn)
    return answer.secret


def draw_body(path: str, search: str = "", theme: str = "light") -> dict[str, Any]:
    """What the browser sends to have the window drawn."""
    return {
        "output": DRAW,
        "outputs": [{"id": "frame", "property": "children"}, {"id": "described", "property": "data"}],
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "theme", "property": "data", "value": theme},
            {"id": "recorded", "property": "data", "value": None},
        ],
        "state": [],
        "changedPropIds": ["url.pathname"],
    }


def why_body(fragment: str, path: str = "/", search: str = "") -> dict[str, Any]:
    """What the browser sends to have a verdict explained."""
    return {
        "output": WHY,
        "outputs": [
            {"id": "why", "property": "opened"},
            {"id": "why", "property": "title"},
            {"id": "why", "property": "children"},
        ],
        "inputs": [{"id": "url", "property": "hash", "value": fragment}],
        "state": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "theme", "property": "data", "value": "light"},
        ],
        "changedPropIds": ["url.hash"],
    }


def window(client: TestClient, path: str, search: str = "") -> Any:
    """The window at an address, as the signed-in `client` gets it."""
    answer = client.post(CALLBACKS, json=draw_body(path, search))
    assert answer.status_code == 200, answer.text
    return answer.json()["response"]["frame"]["children"]


def use_secret(client: TestClient, secret: str) -> None:
    client.cookies.set(COOKIE, secret)


def ask_body(client: TestClient, asked: Any, path: str = "/review", search: str = "") -> dict[str, Any]:
    """What the browser sends to have something done; `asked` as the page's script writes it, or any text."""
    (output,) = (
        entry["output"]
        for entry in client.get("/_dash-dependencies").json()
        if [given["id"] for given in entry["inputs"]] == ["asked"]
    )
    names = [name.rsplit(".", 1) for name in output.removeprefix("..").removesuffix("..").split("...")]
    text = asked if asked is None or isinstance(asked, str) else json.dumps(asked)
    return {
        "output": output,
        "outputs": [{"id": name, "property": place} for name, place in names],
        "inputs": [{"id": "asked", "property": "data", "value": text}],
        "state": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
            {"id": "theme", "property": "data", "value": "light"},
        ],
        "changedPropIds": ["asked.data"],
    }


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
