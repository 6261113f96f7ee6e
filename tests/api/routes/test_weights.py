"""Weights over HTTP."""

from __future__ import annotations

from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import Role
from tests.callers import Caller, caller, refusal

ADDRESS = "/api/v1/weights"


@pytest.fixture
def evaluator(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "han", Role.EVALUATOR)


def test_weights_are_set_and_read_as_exact_decimals(evaluator: Caller, session: WriteSession) -> None:
    code = next(iter(plan_at(session).weights_by_target))
    body = f'{{"weights": {{"{code}": 1.125}}, "reason": "重点"}}'.encode()
    headers = evaluator.headers | {"Content-Type": "application/json"}
    answer = evaluator.client.post(ADDRESS, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["changed"], answer.json()["weights"][code]) == ([code], "1.125")
    assert evaluator.client.get(ADDRESS, headers=evaluator.headers).json()["weights"][code] == "1.125"
    assert plan_at(session).weights_by_target[code] == Decimal("1.125")


def test_every_bad_place_is_named(evaluator: Caller) -> None:
    answer = evaluator.client.post(ADDRESS, json={"weights": {"TG-99": 1}, "reason": ""}, headers=evaluator.headers)
    places = {error["pointer"] for error in refusal(answer, 422)["errors"]}
    assert places == {"/weights/TG-99", "/reason"}


@pytest.mark.parametrize("body", [{}, {"weights": 1}, {"weights": {}, "reason": "x", "more": 1}, []])
def test_a_malformed_body_is_refused(evaluator: Caller, body: object) -> None:
    assert evaluator.client.post(ADDRESS, json=body, headers=evaluator.headers).status_code in (400, 422)


def test_a_clerk_sets_no_weights(clerk: Caller, session: WriteSession) -> None:
    code = next(iter(plan_at(session).weights_by_target))
    answer = clerk.client.post(ADDRESS, json={"weights": {code: 2}, "reason": "x"}, headers=clerk.headers)
    assert refusal(answer, 403)["code"] == "role_forbidden"
