"""A database that goes while somebody works: said in words, and nothing that was typed is taken away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.rights import ACTS
from metrics.errors import Message, Unavailable
from metrics.limits.kinds_of_work import CALLBACKS
from tests.dashboard.drawn import ask_body, draw_body, nodes, said, window


def test_a_database_that_is_away_is_said_and_a_way_back_given(
    evaluator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise Unavailable(code="database_away", message=Message("不可用", "away"))

    monkeypatch.setattr("dashboard.window.access.read_session", away)
    monkeypatch.setattr("dashboard.frame.read_session", away)
    tree = window(evaluator, "/targets/TG-05A", "?lang=en")
    assert "The figures cannot be reached at the moment" in said(tree)
    assert any(n["props"].get("href") == "/targets/TG-05A?lang=en" for n in nodes(tree) if n["type"] == "A")
    assert evaluator.get("/").status_code == 200


def asked(act: str) -> dict[str, Any]:
    return {"do": act, "fields": {}, "chosen": [], "nth": 1}


def test_a_database_that_goes_leaves_what_is_typed_where_it_is(
    evaluator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window that stands is not replaced by a page that says no: neither by a drawing nor by an act of any kind."""

    def away(*_: object) -> Any:
        raise Unavailable(code="disk_full", message=Message("磁盘已满。", "The disk is full."))

    before = json.dumps({"": "x"})
    ask = ask_body(evaluator, None, before=before)
    asks = [ask | {"inputs": [ask["inputs"][0] | {"value": json.dumps(asked(act))}]} for act in ACTS]
    monkeypatch.setattr("dashboard.window.access.read_session", away)
    monkeypatch.setattr("dashboard.frame.read_session", away)
    for body in (draw_body("/targets/TG-05A", before=before), *asks):
        answer = evaluator.post(CALLBACKS, json=body)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "磁盘已满" in answer.json()["message"]["zh"]
