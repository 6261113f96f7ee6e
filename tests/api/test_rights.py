"""Who may use which route: every operation of the API, asked by roles and by nobody, against its declaration."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from api.security.routes import ROUTES, declared
from metrics.access import BUREAU_AND_ASSESSORS, Access
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import BOUND_TO_UNITS, Role
from metrics.publish.catalogue import DATASETS
from tests.callers import Caller, Response, caller, refusal
from tests.matrices import dealt
from tests.metrics.queries.test_views import post

V1 = "/api/v1"
CODES = {"unit": "441202", "code": "441202", "period": "2019-09", "name": "rates.csv"}


def access(operation: str) -> Access:
    """What is declared of an operation."""
    method, _, path = operation.partition(" ")
    found = declared(method, path)
    assert found is not None, operation
    return found.access


def by_token(operation: str) -> frozenset[Role]:
    """The roles whose tokens may: who is signed in ends tokens of their own, a token only an administrator's."""
    if operation == f"delete {V1}/tokens/{{token_id}}":
        return frozenset({Role.ADMIN})
    said = access(operation)
    return frozenset(role for role in Role if said.is_for(role) and not said.persons)


def asking(operation: str, place: int) -> Iterator[Role]:
    """The roles that are to try an operation: of those who may, and of those who may not, whoever's turn it is."""
    may = by_token(operation)
    for roles in ([role for role in Role if role in may], [role for role in Role if role not in may]):
        yield from dealt(roles, place)


def address(path: str) -> str:
    """`path` with something in each of its places."""
    for part in [part.partition("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{part}}}", CODES.get(part, "1"))
    return path


def told_apart(operation: str) -> bool:
    """False for all but one form of a dataset: one function answers them all."""
    name, _, form = operation.removeprefix(f"get {V1}/").partition(".")
    return name not in DATASETS or name == "rates" or form in ("", "csv")


@pytest.fixture
def operations(client: TestClient, session: WriteSession) -> list[str]:
    """Every operation, as `post /api/v1/releases`."""
    post(session)
    paths = client.get(f"{V1}/openapi.json", headers=caller(client, session, "reader", Role.ADMIN).headers).json()
    found = [f"{method} {path}" for path, methods in paths["paths"].items() for method in methods]
    assert len(found) > 100
    return [operation for operation in found if told_apart(operation)]


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """What a refused answer had open is closed: told here, not by whichever test comes next."""
    yield
    gc.collect()


def ask(client: TestClient, operation: str, who: Caller | None) -> Response:
    method, _, path = operation.partition(" ")
    given: dict[str, Any] = {"headers": {} if who is None else who.headers}
    if path == f"{V1}/submissions/files":
        given["files"] = {"file": ("九月.csv", "单位\r\n".encode())}
    elif method == "post":
        given["json"] = {}
    if method == "post":
        given["headers"] = given["headers"] | {"Idempotency-Key": "rights"}
    return client.request(method, address(path), **given)


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role or "nobody")
def test_each_role_may_what_is_declared_and_no_more(
    client: TestClient, session: WriteSession, operations: list[str], role: Role | None
) -> None:
    """Everybody tries everything with MATRIX=whole; else nobody does, one who may, and one who may not."""
    who = None if role is None else caller(client, session, "somebody", role)
    odd = []
    for place, operation in enumerate(operations):
        if role is not None and role not in asking(operation, place):
            continue
        answer = ask(client, operation, who)
        if role is None:
            right = (answer.status_code == 401) != access(operation).strangers
        elif role in by_token(operation):
            right = answer.status_code not in (401, 403)
        else:
            right = answer.status_code == 403
        if not right or answer.status_code >= 500:
            odd.append((operation, answer.status_code, answer.text[:200]))
    assert odd == []


def test_every_route_is_declared_and_nothing_else(application: FastAPI) -> None:
    """A route that is added is closed to everybody, and this test names it, until somebody has declared whose it is."""
    served = {
        f"{method.lower()} {(context.path or '').removeprefix(V1)}"
        for context in iter_route_contexts(application.routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.methods or ()
    }
    assert served == ROUTES.keys()


def test_what_is_not_declared_is_closed(client: TestClient, session: WriteSession) -> None:
    bureau = caller(client, session, "bureau", Role.ADMIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(ROUTES, "get /submissions")
        answer = client.get(f"{V1}/submissions", headers=bureau.headers)
    assert refusal(answer, 403)["code"] == "role_forbidden"
    assert client.get(f"{V1}/submissions", headers=bureau.headers).status_code == 200


def test_a_role_sees_the_units_it_is_there_for(client: TestClient, session: WriteSession) -> None:
    """Rows of single submissions, decisions and assessments: a clerk's own units; other roles, all of them."""
    for unit in ("441202", "441203"):
        post(session, unit)
    plan = plan_at(session)
    assert plan.unit_by_code.keys() >= {"441202", "441203"}
    for role in sorted(BOUND_TO_UNITS):
        of_the_unit = caller(client, session, f"a.{role}", role)
        for dataset in DATASETS.values():
            if dataset.own_units_only:
                other = client.get(f"{V1}/{dataset.name}.csv?unit=441203", headers=of_the_unit.headers)
                assert other.status_code == 403
                own = client.get(f"{V1}/{dataset.name}.csv", headers=of_the_unit.headers)
                assert own.status_code == 200
                assert "441203" not in own.text
    for role in BUREAU_AND_ASSESSORS:
        who = caller(client, session, f"a.{role}", role)
        assert "441203" in client.get(f"{V1}/observations.csv", headers=who.headers).text
