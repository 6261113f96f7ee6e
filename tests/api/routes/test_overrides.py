"""Lights set by hand, over HTTP."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from tests.builders import whole_submission
from tests.callers import Caller, Response, caller, refusal

ADDRESS = "/api/v1/overrides"
GOOD: dict[str, Any] = {
    "unit": "441202",
    "target": "TG-05A",
    "period": "2019-09",
    "light": "grey",
    "reason": "=1+1 已核实",
}


@pytest.fixture
def evaluator(client: TestClient, session: WriteSession, clerk: Caller) -> Caller:
    assert clerk.post(whole_submission()).status_code == 201
    return caller(client, session, "han", Role.EVALUATOR)


def set_light(who: Caller, **changes: Any) -> Response:
    return who.client.post(ADDRESS, json=GOOD | changes, headers=who.headers)


def rows(who: Caller, path: str) -> list[dict[str, str]]:
    text = who.client.get(f"/api/v1/{path}", headers=who.headers).text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_light_of_the_export_is_the_one_set(evaluator: Caller) -> None:
    assert set_light(evaluator).status_code == 201
    assert [row["light"] for row in rows(evaluator, "progress.csv?unit=441202&target=TG-05A")] == ["grey"]
    decided = rows(evaluator, "overrides.csv?unit=441202")
    assert [(row["light"], row["reason"], row["actor"]) for row in decided] == [("grey", "'=1+1 已核实", "han")]
    assert rows(evaluator, "overrides.csv?unit=441203") == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"light": "blue"}, 422),
        ({"light": 1}, 422),
        ({"period": "2019-13"}, 422),
        ({"period": "2019-08"}, 404),
        ({"unit": "999999"}, 404),
        ({"target": "TG-99"}, 404),
        ({"reason": ""}, 422),
        ({"light": None}, 409),
        ({"more": 1}, 422),
    ],
)
def test_what_cannot_be_set_is_refused(evaluator: Caller, changes: dict[str, Any], status: int) -> None:
    refusal(set_light(evaluator, **changes), status)
    assert rows(evaluator, "overrides.csv") == []


def test_a_clerk_sets_no_lights(clerk: Caller, evaluator: Caller) -> None:
    assert refusal(set_light(clerk), 403)["code"] == "role_forbidden"


def test_why_a_light_was_set_is_told_to_its_unit_and_not_to_others(
    evaluator: Caller, clerk: Caller, neighbour: Caller, session: WriteSession
) -> None:
    assert set_light(evaluator, reason="系统割接").status_code == 201
    assert [row["reason"] for row in rows(clerk, "overrides.csv")] == ["系统割接"]
    assert rows(neighbour, "overrides.csv") == []
    refused = neighbour.client.get("/api/v1/overrides.csv?unit=441202", headers=neighbour.headers)
    assert refusal(refused, 403)["code"] == "unit_forbidden"
    assert [row["light"] for row in rows(neighbour, "progress.csv?unit=441202&target=TG-05A")] == ["grey"]
    view = view_at(session)
    told = []
    for seen in (view, replace(view, own=frozenset({"441202"})), replace(view, own=frozenset({"441203"}))):
        verdict = progress_by_unit(session, seen, units=["441202"], targets=["TG-05A"]).of("441202", "TG-05A")
        assert verdict is not None
        assert verdict.override is not None
        told.append((verdict.override.light.value, verdict.override.reason, verdict.override.actor))
    assert told == [("grey", "系统割接", "han"), ("grey", "系统割接", "han"), ("grey", "", "")]
