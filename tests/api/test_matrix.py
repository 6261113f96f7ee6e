"""Role × route × way: everybody who is bound to one unit reaches for another's by every route there is.

Routes come from the OpenAPI document and callbacks from Dash's own map, expected answers from what is declared, so that
nothing that is added can be forgotten. Nothing may be accepted, and no secret of the other unit may stand in an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from api.security.routes import ROUTES
from dashboard.window.access import COOKIE
from metrics.access import Access, Units
from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.test_rights import told_apart
from tests.beginnings import beginning
from tests.builders import PERIOD, whole_submission
from tests.callers import Response
from tests.matrices import WHOLE, dealt
from tests.people import bearer, browser_session, person, token
from tests.units_apart import OTHER, OWN, SECRET_ELEMENT, SITE, V1, Apart, leaks, recorded, two_units

# Parts of a path that name something of a unit.
_IN_SUPERVISION = ("attachment", "material", "slip")
_NAMING = ("submission_id", "file_id", "layout_id", "assessment_id", "seq", "code", "unit", *_IN_SUPERVISION)
_FILE = f"unit_code,period,element_code,value\r\n{OTHER},{PERIOD},items_total,1\r\n".encode()


@beginning
def apart(client: TestClient, session: WriteSession) -> Apart:
    return two_units(client, session)


@pytest.fixture(params=["clerk", "leader", "narrowed", "narrowed to nothing"] if WHOLE else ["clerk"])
def bound(request: pytest.FixtureRequest, session: WriteSession) -> tuple[Role, dict[str, str]]:
    """Somebody of the unit: a clerk, a leader, a token of a clerk of both units narrowed to one, or to a third."""
    role = Role.LEADER if request.param == "leader" else Role.CLERK
    units = {OWN, OTHER} if "narrowed" in request.param else {OWN}
    narrowed = {"narrowed": [OWN], "narrowed to nothing": [OWN]}.get(request.param, [])
    person(session, "somebody", role=role, units=units)
    secret = token(session, "somebody", units=narrowed).secret
    if request.param == "narrowed to nothing":  # the account lost the unit that its token is for
        session.execute(text("update users set units = array[:other] where username = 'somebody'"), {"other": "441204"})
    session.commit()
    return role, bearer(secret)


def test_who_is_bound_to_a_unit_reaches_no_other_by_any_route(
    client: TestClient, session: WriteSession, application: FastAPI, apart: Apart, bound: tuple[Role, dict[str, str]]
) -> None:
    role, headers = bound
    document, before = application.openapi(), recorded(session)
    odd: list[tuple[str, str, int, str]] = []
    for turn, (operation, access) in enumerate(_operations(document)):
        for way, asked in _ways(document, operation, apart, turn):
            answer = _ask(client, operation, headers, asked)
            found = leaks(answer.content)
            if found or not _right(answer.status_code, role, access, way, operation):
                odd.append((operation, way, answer.status_code, " ".join(found) or answer.text[:150]))
    assert odd == []
    assert recorded(session) == before


def test_no_secret_that_is_not_good_opens_any_route(
    client: TestClient, session: WriteSession, application: FastAPI, apart: Apart
) -> None:
    """Expired, revoked, made up, of another kind, of a disabled account, of a session that was ended."""
    before = recorded(session)
    odd = []
    bad, document = list(_bad_secrets(client, session)), application.openapi()
    closed = [operation for operation, access in _operations(document) if not access.strangers]
    for place, operation in enumerate(closed):
        for name, headers in dealt(bad, place):  # what reads secrets is the same for all
            answer = _ask(client, operation, headers, _filled(document, operation, apart, OWN))
            if answer.status_code != 401:
                odd.append((name, operation, answer.status_code))
    assert odd == []
    assert recorded(session) == before


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, Access]]:
    """Every operation that is another function than one before, and what is declared of it."""
    for path, methods in document["paths"].items():
        for method in methods:
            if told_apart(f"{method} {path}"):
                yield f"{method} {path}", ROUTES[f"{method} {path.removeprefix(V1)}"].access


def _ways(document: dict[str, Any], operation: str, apart: Apart, turn: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The ways in which the other unit can be named: in the path, the query, the body or file, and the headers.

    What a query names is read by one function for all operations that take one, each of which has one form in turn.
    """
    yield "everything", _filled(document, operation, apart, OTHER)
    parts = document["paths"][operation.partition(" ")[2]][operation.partition(" ")[0]]
    if any(part["name"] == "unit" and part["in"] == "query" for part in parts.get("parameters", ())):
        own = _filled(document, operation, apart, OWN)
        queries = (
            ("query", own | {"params": {"unit": OTHER}}),
            ("query beside its own", own | {"params": [("unit", OWN), ("unit", OTHER)]}),
            ("no query", own),
        )
        yield from dealt(queries, turn)
    if "json" in _filled(document, operation, apart, OWN):
        yield (
            "headers",
            _filled(document, operation, apart, OWN)
            | {"headers": {"If-Match": apart.etag, "Idempotency-Key": apart.key}},
        )


def _filled(document: dict[str, Any], operation: str, apart: Apart, unit: str) -> dict[str, Any]:
    """A whole request of the operation about `unit`: its path, and the body that the document gives as an example."""
    method, _, path = operation.partition(" ")
    other = unit == OTHER
    places: dict[str, object] = {
        "submission_id": apart.submission if other else apart.own_submission,
        "file_id": apart.file,
        "layout_id": apart.layout,
        "seq": apart.contact,
        "assessment_id": apart.assessment,
        "attachment": apart.attachment,
        "material": apart.material,
        "slip": apart.slip,
        "code": unit,
        "unit": unit,
        "period": PERIOD,
        "number": 1,
        "name": "observations.csv",
    }
    for part in [part.partition("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{part}}}", str(places.get(part, 1)))
    asked: dict[str, Any] = {"path": path, "headers": {"Idempotency-Key": operation.replace(" ", "-")}}
    if other:
        asked["headers"] |= {"If-Match": apart.etag}
    body = document["paths"][operation.partition(" ")[2]][method].get("requestBody", {}).get("content", {})
    if "multipart/form-data" in body:
        asked["files"] = {"file": ("x.csv", _FILE.replace(OTHER.encode(), unit.encode()))}
        asked["data"] = {"unit": unit} if "unit" in body["multipart/form-data"]["schema"].get("properties", {}) else {}
    elif "text/csv" in body:
        asked |= {"content": _FILE.replace(OTHER.encode(), unit.encode())}
        asked["headers"] |= {"Content-Type": "text/csv"}
    elif "application/json" in body:
        asked["json"] = _body(document, operation, body["application/json"]["schema"], unit)
    return asked


def _body(document: dict[str, Any], operation: str, schema: dict[str, Any], unit: str) -> dict[str, Any]:
    if operation == f"post {V1}/submissions":
        return whole_submission(unit, items_total=1001, items_public_service=381) | {"reason": "更正"}
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    example = dict((schema.get("examples") or [{}])[0])
    known = {"unit": unit, "period": PERIOD, "for_units": [unit], "reason": "更正", "name": "李明"}
    return example | {name: value for name, value in known.items() if name in schema.get("properties", {})}


def _ask(client: TestClient, operation: str, headers: dict[str, str], asked: dict[str, Any]) -> Response:
    method, given = operation.partition(" ")[0], dict(asked)
    path, more = given.pop("path"), given.pop("headers", {})
    client.cookies.clear()
    return client.request(method, path, headers=headers | more, **given)


def _right(status: int, role: Role, access: Access, way: str, operation: str) -> bool:
    """Whether an answer is what the declaration lets us expect of somebody of another unit."""
    if status >= 500 and not operation.endswith("/readyz"):
        return False
    if operation.endswith("/readyz") or (access.units is Units.MINE and status in (400, 422)):
        return True  # it says of the test's own server that it keeps nothing; what is asked of an account names no unit
    if not access.is_for(role):
        return status == 403 or (status == 400 and way == "query beside its own")
    if operation.startswith("get ") and access.units in (Units.PUBLISHED, Units.COUNTS, Units.NONE):
        return status < 500
    if way in ("everything", "query", "query beside its own") and access.units in (Units.OWN, Units.POSTED, Units.MINE):
        names_it = any(f"{{{part}}}" in operation for part in _NAMING)
        lists = operation.startswith("get ") and not names_it and way == "everything"
        once = status == 400 and way == "query beside its own"  # the unit may be given once
        return status in (403, 404) or lists or once or operation.endswith(("/session", "/ledger/entries"))
    return status < 500


def _cookie(secret: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={secret}", "Sec-Fetch-Site": "same-origin"}


def _bad_secrets(client: TestClient, session: WriteSession) -> Iterator[tuple[str, dict[str, str]]]:
    person(session, "good")
    expired, revoked = token(session, "good").secret, token(session, "good").secret
    session.execute(text("update tokens set expires_at = created_at where id = (select max(id) - 1 from tokens)"))
    session.execute(text("update tokens set revoked_at = now() where id = (select max(id) from tokens)"))
    cookie = browser_session(session, "gone")
    ended = browser_session(session, "left")
    secret = token(session, "gone").secret
    session.execute(text("update users set active = false where username = 'gone'"))
    session.execute(text("delete from sessions where user_id = (select id from users where username = 'left')"))
    session.commit()
    yield "expired", bearer(expired)
    yield "revoked", bearer(revoked)
    yield "disabled", bearer(secret)
    yield "made up", bearer(expired[:-3] + "xyz")
    yield "a session's secret as a token", bearer(ended)
    yield "a token as a session", _cookie(secret)
    yield "a session of a disabled account", _cookie(cookie)
    yield "a session that was ended", _cookie(ended)


def test_the_other_units_count_is_a_secret_that_would_be_seen(
    client: TestClient, session: WriteSession, apart: Apart
) -> None:
    """The search for leaks finds what the unit itself and the bureau may see."""
    for headers in (bearer(token(session, "the.other").secret), bearer(token(session, "the.bureau").secret)):
        assert len(leaks(client.get(f"{V1}/submissions/{apart.submission}", headers=headers).content)) >= 2
        said = client.get(f"{V1}/observations.csv?unit={OTHER}&element={SECRET_ELEMENT}", headers=headers).text
        assert SITE in said
