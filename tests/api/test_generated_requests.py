"""S1, bounded: every operation of the API asked with what its schema generates, by each role and by nobody.

The cases are the same in every run. `make torture` asks a running service with many more (`benchmarks/schemas.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
import structlog
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from starlette.testclient import TestClient

from api.security.routes import ROUTES
from metrics.database import WriteSession
from metrics.principal import Role
from tests.callers import Response
from tests.people import bearer, person, token

_ASKERS = (*Role, None)
_TOLD = ("[SQL", "[parameters", "sqlalchemy", "psycopg", "Traceback")  # what an error of the database would show
_SHORTEST = 6  # characters of a text that stands nowhere by chance
_ONCE = settings(
    max_examples=len(_ASKERS),
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

Case = Mapping[str, Any]


@pytest.fixture(scope="module")
def cases(application: FastAPI) -> dict[str, list[Case]]:
    """What to send for each operation, as named in `ROUTES`: one case for everybody who asks."""
    schema: Any = schemathesis.openapi.from_dict(application.openapi())
    return {
        f"{operation.method} {operation.path.removeprefix('/api/v1')}": _drawn(operation)
        for operation in (found.ok() for found in schema.get_all_operations())
    }


def _drawn(operation: Any) -> list[Case]:
    """The first is the simplest that there is; an operation that takes nothing has no second."""
    drawn: list[Case] = []

    @seed(1)
    @_ONCE
    @given(case=operation.as_strategy())
    def draw(case: Any) -> None:
        drawn.append(case.as_transport_kwargs(base_url="http://127.0.0.1:8000"))

    draw()
    return drawn


@pytest.mark.parametrize("asker", _ASKERS)
def test_whatever_is_asked_ends_in_an_answer_that_tells_nothing_of_it(
    client: TestClient,
    session: WriteSession,
    application: FastAPI,
    cases: dict[str, list[Case]],
    asker: Role | None,
) -> None:
    known = json.dumps(application.openapi(), ensure_ascii=False)  # with every word that is one of a few
    # The documentation is not among what it describes, and takes nothing.
    assert ROUTES.keys() - cases.keys() == {"get /docs", "get /docs/{name}", "get /openapi.json"}
    headers = None
    if asker is not None:
        person(session, "somebody", role=asker)
        headers = bearer(token(session, "somebody").secret)
    odd: list[object] = []
    for name, drawn in cases.items():
        case = drawn[_ASKERS.index(asker) % len(drawn)]
        with structlog.testing.capture_logs() as logged:
            answer = _sent(client, case, headers)
        lines = json.dumps(logged, default=str, ensure_ascii=False)
        told = [word for word in _TOLD if word in answer.text or word in lines]
        told += [text for text in _texts(case) if text in lines and text not in known]
        if answer.status_code >= 500 or told:
            odd.append((name, answer.status_code, told, answer.text[:200]))
    assert odd == []


def _sent(client: TestClient, case: Case, headers: Mapping[str, str] | None) -> Response:
    """The answer to a case; the credentials that it made up are nobody's."""
    own = {name: value for name, value in case["headers"].items() if not name.startswith("X-Schemathesis")}
    cookies = {} if headers is not None else case["cookies"]
    given_headers = {name: value.encode() for name, value in (own | dict(headers or {})).items()}
    body: dict[str, Any] = {part: case[part] for part in ("data", "files") if part in case}
    if "json" in case:
        body = {"content": json.dumps(case["json"])}
    elif isinstance(body.get("data"), bytes | str):
        body = {"content": body["data"]}
    client.cookies.clear()
    client.cookies.update(cookies)
    return client.request(case["method"], case["url"], params=case["params"], headers=given_headers, **body)


def _texts(case: Case) -> Iterator[str]:
    """The texts of a query or a body, which belong into no log."""
    values: list[Any] = [case["params"], case.get("json")]
    while values:
        value = values.pop()
        if isinstance(value, Mapping):
            values += value.values()
        elif isinstance(value, list):
            values += value
        elif isinstance(value, str) and len(value) >= _SHORTEST:
            yield value
