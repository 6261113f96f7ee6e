"""What the browser sends from the monthly form."""

from __future__ import annotations

import json
from typing import Any

from starlette.testclient import TestClient

from metrics.limits.kinds_of_work import CALLBACKS
from tests.builders import PERIOD, UNIT, whole_values

ACTS = ("typed", "sent", "discarded")


def entries(**changes: Any) -> dict[str, Any]:
    """A whole valid form of a first submission; `values` replaces all cells, `cells` changes some (None: left out)."""
    values = {code: str(value) for code, value in whole_values(**changes.pop("cells", {})).items()}
    body: dict[str, Any] = {
        "unit": UNIT,
        "period": PERIOD,
        "values": values,
        "reason": "",
        "note": "",
        "acknowledged": {},
        "editor": "one",
        "seen": 0,
        "etag": "",
        "key": "attempt-1",
    }
    return body | changes


def form_body(act: str, data: Any, search: str = "") -> dict[str, Any]:
    """The callback request of `act` (typed, sent, discarded) with `data` as the store's content."""
    outputs = [
        {"id": f"collect-{act}-said", "property": "data"},
        {"id": f"collect-{act}-shown", "property": "children"},
    ]
    return {
        "output": f"..collect-{act}-said.data...collect-{act}-shown.children..",
        "outputs": outputs,
        "inputs": [{"id": f"collect-{act}", "property": "data", "value": data}],
        "state": [{"id": "url", "property": "search", "value": search}],
        "changedPropIds": [f"collect-{act}.data"],
    }


def act(client: TestClient, name: str, body: dict[str, Any], *, language: str = "zh") -> tuple[dict[str, Any], Any]:
    """What the server says and shows when the form does `name`."""
    answer = client.post(CALLBACKS, json=form_body(name, json.dumps(body), f"?lang={language}"))
    assert answer.status_code == 200, answer.text
    response = answer.json()["response"]
    return response[f"collect-{name}-said"]["data"], response[f"collect-{name}-shown"]["children"]


def file_body(contents: Any, filename: Any, search: Any = "", *, answers: Any = None) -> dict[str, Any]:
    """The callback request of a dropped file; `answers` as the page gives them."""
    return {
        "output": "..collect-file-said.data...collect-file-shown.children..",
        "outputs": [
            {"id": "collect-file-said", "property": "data"},
            {"id": "collect-file-shown", "property": "children"},
        ],
        "inputs": [
            {"id": "collect-file", "property": "contents", "value": contents},
            {"id": "collect-answers", "property": "data", "value": answers},
        ],
        "state": [
            {"id": "collect-file", "property": "filename", "value": filename},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["collect-file.contents"],
    }


def whole_body(asked: Any, contents: Any, filename: Any, search: Any = "") -> dict[str, Any]:
    """The callback request that sends a dropped file as it is."""
    return {
        "output": "..collect-whole-said.data...collect-whole-shown.children..",
        "outputs": [
            {"id": "collect-whole-said", "property": "data"},
            {"id": "collect-whole-shown", "property": "children"},
        ],
        "inputs": [{"id": "collect-whole", "property": "data", "value": asked}],
        "state": [
            {"id": "collect-file", "property": "contents", "value": contents},
            {"id": "collect-file", "property": "filename", "value": filename},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["collect-whole.data"],
    }
