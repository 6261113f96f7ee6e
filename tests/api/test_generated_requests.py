"""S1, bounded: every operation of the API asked with what its schema generates, by each role and by nobody.

All cases of an operation are sent by those who may use it, dealt out among them; who may not sends the simplest one,
one of them for each operation. The further forms of a dataset, which one function answers, are asked once each, with
what was drawn for the first. They are the same in every run. With MATRIX=whole, as `make torture` runs it, there are
three times as many cases, drawn for each form by itself, and everybody who may not is asked; and it asks a running
service with many more (`benchmarks/schemas.py`).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
import structlog
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from starlette.testclient import TestClient

from api.security.cookies import SESSION_COOKIE
from api.security.routes import ROUTES
from metrics.access import Units
from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.test_rights import V1, told_apart
from tests.callers import Response
from tests.matrices import WHOLE, dealt
from tests.people import bearer, person, signed_in, token

_ASKERS = (*Role, None)
_TOLD = ("[SQL", "[parameters", "sqlalchemy", "psycopg", "Traceback")  # what an error of the database would show
_SHORTEST = 6  # characters of a text that stands nowhere by chance
_REFUSED = ("person_needed", "role_forbidden")  # which nobody who may use an operation should be told
_MOST = 6 if WHOLE else 2  # cases of an operation

Case = Mapping[str, Any]


@pytest.fixture(scope="module")
def cases(application: FastAPI) -> dict[str, list[Case]]:
    """What to send for each operation, as named in `ROUTES`."""
    schema: Any = schemathesis.openapi.from_dict(application.openapi())
    operations = {f"{each.method} {each.path.removeprefix(V1)}": each for each in _each(schema)}
    drawn = {name: _drawn(operation) for name, operation in operations.items() if not _is_a_form(name)}
    for name in operations.keys() - drawn.keys():
        case, taken = dict(drawn[f"{name.partition('.')[0]}.csv"][-1]), _parameters(operations[name])
        case["params"] = {each: value for each, value in case["params"].items() if each in taken}
        drawn[name] = [case | {"url": case["url"].replace(".csv", name[name.index(".") :])}]
    return {name: drawn[name] for name in operations}


def _each(schema: Any) -> Iterator[Any]:
    return (found.ok() for found in schema.get_all_operations())


def _parameters(operation: Any) -> set[str]:
    """The names of what an operation takes, as its document says."""
    return {taken["name"] for taken in operation.definition.raw.get("parameters", ())}


def _is_a_form(name: str) -> bool:
    """One more form of a dataset, whose CSV takes the same: what it answers to whom is asked of that."""
    method, path = name.split()
    return not (WHOLE or told_apart(f"{method} {V1}{path}"))


def _who_may(name: str) -> list[Role | None]:
    """Those for whom an operation is; nobody among them where it is for strangers."""
    access = ROUTES[name].access
    return [asker for asker in _ASKERS if (access.strangers if asker is None else access.is_for(asker))]


def _of(asker: Role | None, name: str, drawn: list[Case]) -> list[Case]:
    """What `asker` sends of the cases of an operation: a share; the first if it is not for them, and their turn."""
    may, turn = _who_may(name), zlib.crc32(name.encode())
    if _is_a_form(name):
        return drawn if [asker] == dealt(_ASKERS, turn) else []
    if asker not in may:
        return drawn[:1] if asker in dealt([each for each in _ASKERS if each not in may], turn) else []
    nth = (may.index(asker) + turn) % len(may)
    return drawn[nth :: len(may)] or (drawn[:1] if WHOLE else [])


def _drawn(operation: Any) -> list[Case]:
    """The first is the simplest that there is; an operation that takes nothing has no second."""
    drawn: list[Case] = []

    @seed(1)
    @settings(
        max_examples=_MOST,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
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
    by_token = None
    if asker is not None:
        person(session, "somebody", role=asker)
        by_token = bearer(token(session, "somebody").secret)
    odd: list[object] = []
    asked = [(name, case) for name, drawn in cases.items() for case in _of(asker, name, drawn)]
    for name, case in asked:
        headers = _in_a_browser(session) if asker and _is_for_persons(name) else by_token
        with structlog.testing.capture_logs() as logged:
            answer = _sent(client, case, headers)
        lines = json.dumps(logged, default=str, ensure_ascii=False)
        told = [word for word in _TOLD if word in answer.text or word in lines]
        told += [text for text in _texts(case) if text in lines and text not in known]
        if answer.status_code == 403 and asker in _who_may(name):
            told += [code for code in _REFUSED if code in answer.text]
        if answer.status_code >= 500 or told:
            odd.append((name, answer.status_code, told, answer.text[:200]))
    assert odd == []


_GOOD = {"number": "11", "unit": "441202", "period": "2019-09", "phase": "PH2", "slip": "2019-1"}


def test_no_word_of_an_address_is_a_text_that_the_database_refuses(
    client: TestClient, session: WriteSession, application: FastAPI
) -> None:
    """Each word of an address in turn holds NUL, and the others are such as there are."""
    headers = {}
    for role in Role:
        person(session, f"some.{role.value}", role=role)
        headers[role] = bearer(token(session, f"some.{role.value}").secret)
    odd = []
    for path, methods in application.openapi()["paths"].items():
        words = re.findall(r"{(\w+)}", path)
        for method, word in ((method, word) for method in methods for word in words):
            name = f"{method} {path.removeprefix('/api/v1')}"
            put = {other: _GOOD.get(other, "1") for other in words} | {word: "%00"}
            address = re.sub(r"{\w+}", "{}", path).format(*(put[each] for each in words))
            may = [role for role in _who_may(name) if role is not None]
            for role in dealt(may, zlib.crc32(address.encode())):
                answer = client.request(method, address, json={}, headers=headers[role] | {"Idempotency-Key": "k"})
                if answer.status_code >= 500:
                    odd.append((name, word, role))
    assert odd == []


def _is_for_persons(name: str) -> bool:
    """True for what a token may not do at all, or, of an account, only in part: revoke itself and no other."""
    access = ROUTES[name].access
    return access.persons or access.units is Units.MINE


def _in_a_browser(session: WriteSession) -> dict[str, str]:
    """Somebody's new session: what was asked before may have ended the one before it."""
    return {"Cookie": f"{SESSION_COOKIE}={signed_in(session, 'somebody').secret}", "Sec-Fetch-Site": "same-origin"}


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
