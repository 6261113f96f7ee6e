"""Who may use which route: every operation of the API, asked by every role and by nobody, against one declaration.

A route that is added is open to every signed-in reader if it only reads; one that writes has to be declared here.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import ALLOWED, BOUND_TO_UNITS, Action, Role
from metrics.publish.catalogue import DATASETS
from tests.callers import Caller, Response, caller
from tests.metrics.queries.test_views import post

V1 = "/api/v1"
EVERYBODY = frozenset(Role)
BUREAU_AND_ASSESSORS = EVERYBODY - BOUND_TO_UNITS
STRANGERS_TOO = {
    "get /healthz",
    "get /readyz",
    f"get {V1}/verify.py",
    f"post {V1}/session",
    f"delete {V1}/session",
    f"get {V1}/confirmation",  # whoever holds a link
    f"post {V1}/confirmation",
}
DECLARED: dict[str, Action | frozenset[Role]] = {
    "post /session": EVERYBODY,
    "delete /session": EVERYBODY,
    "post /confirmation": EVERYBODY,
    "post /submissions": Action.POST_RETURN,
    "post /submissions/files": Action.POST_RETURN,
    "get /submissions/files/{file_id}/annotated.xlsx": Action.POST_RETURN,
    "get /layouts": Action.POST_RETURN,
    "post /layouts/{layout_id}/withdraw": Action.POST_RETURN,
    "get /templates/{period}.xlsx": Action.POST_RETURN,
    "post /submissions/{submission_id}/sign-off": Action.SIGN_OFF,
    "post /submissions/{submission_id}/sign-off/request": Action.POST_RETURN,
    "post /tasks/{number}/reports": Action.POST_RETURN,
    "post /submissions/{submission_id}/verify": Action.VERIFY,
    "post /submissions/{submission_id}/return": Action.VERIFY,
    "post /submissions/{submission_id}/reopen": Action.VERIFY,
    "post /periods/{period}/lock": Action.MANAGE_PERIODS,
    "post /periods/{period}/unlock": Action.MANAGE_PERIODS,
    "post /periods/{period}/exceptions": Action.MANAGE_PERIODS,
    "post /periods/{period}/exceptions/{unit}/end": Action.MANAGE_PERIODS,
    "post /units/{code}/people": Action.MANAGE_PEOPLE,
    "delete /units/{code}/people/{seq}/contact": Action.MANAGE_PEOPLE,
    "post /targets": Action.REVISE_TARGET,
    "post /targets/{code}/revisions": Action.REVISE_TARGET,
    "post /overrides": Action.REVISE_TARGET,
    "post /weights": Action.REVISE_TARGET,
    "post /assessments": Action.RECORD_ASSESSMENT,
    "post /assessments/{assessment_id}/revisions": Action.RECORD_ASSESSMENT,
    "post /samples": Action.RECORD_ASSESSMENT,
    "post /samples/{number}/findings": Action.RECORD_ASSESSMENT,
    "get /samples": BUREAU_AND_ASSESSORS,
    "get /samples/{number}": BUREAU_AND_ASSESSORS,
    "get /samples/{number}.csv": BUREAU_AND_ASSESSORS,
    "get /samples/{number}.xlsx": BUREAU_AND_ASSESSORS,
    "post /releases": Action.RELEASE,
    "get /releases/{number}.zip": BUREAU_AND_ASSESSORS,
}
CODES = {"unit": "441202", "code": "441202", "period": "2019-09", "name": "rates.csv"}


def allowed(operation: str) -> frozenset[Role]:
    """The roles that may; reading is for everybody unless it is declared otherwise."""
    said = DECLARED.get(operation.replace(V1, "", 1), EVERYBODY if operation.startswith("get ") else frozenset[Role]())
    return frozenset(role for role in Role if said in ALLOWED[role]) if isinstance(said, Action) else said


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
    who = None if role is None else caller(client, session, "somebody", role)
    odd = []
    for operation in operations:
        answer = ask(client, operation, who)
        if role is None:
            right = (answer.status_code == 401) != (operation in STRANGERS_TOO)
        elif role in allowed(operation):
            right = answer.status_code not in (401, 403)
        else:
            right = answer.status_code == 403
        if not right or answer.status_code >= 500:
            odd.append((operation, answer.status_code, answer.text[:200]))
    assert odd == []


def test_what_is_declared_is_there(operations: list[str]) -> None:
    assert {operation.replace(V1, "", 1) for operation in operations} >= set(DECLARED)


def test_a_role_sees_the_units_it_is_there_for(client: TestClient, session: WriteSession) -> None:
    """Rows of single returns, decisions and assessments: a clerk's own units; the rest of the roles, all of them."""
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
