"""What a stranger may send: at every address little of it is read, and nothing parsed where only somebody may act.

The addresses come from the application, so that a new one is asked as well.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, cast

import pytest
from a2wsgi import WSGIMiddleware
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from flask import Flask
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from werkzeug.formparser import FormDataParser

from api.bodies import Bodies
from metrics.limits.body_sizes import LARGEST_DRAWING, LARGEST_FORM, MOST_FIELDS
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Principal, Role
from tests.matrices import dealt

SOMEBODY = Principal(user_id=1, username="li", display_name="", role=Role.REVIEWER, units=frozenset())
NO_HISTORY = Principal(user_id=2, username="chen", display_name="", role=Role.CLERK, units=frozenset({"441202"}))
PIECE = 4096  # bytes
MUCH = 500_000
UNKNOWN: dict[str, dict[str, str]] = {
    "nobody": {},
    "a made-up cookie": {"Cookie": "biaochi_session=x"},
    "a made-up token": {"Authorization": "Bearer x"},
}
PARSED = {"POST /sign-in", "POST /set-password", "POST /api/v1/session", "POST /api/v1/session/second-factor"}


def operations(application: FastAPI) -> list[tuple[str, str]]:
    """Every method and address there is, with something in each of its places; of the forms of data only CSV."""
    api = {
        (method, re.sub(r"\{[^}]+\}", "1", context.path or ""))
        for context in iter_route_contexts(application.routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.methods or ()
        if not (context.path or "").endswith((".json", ".parquet", ".xlsx"))
    }
    (mounted,) = (app for route in application.routes if isinstance(app := getattr(route, "app", None), WSGIMiddleware))
    pages = {
        (method, re.sub(r"<[^>]+>", "x", rule.rule))
        for rule in cast(Flask, mounted.app).url_map.iter_rules()
        for method in ("GET", "POST")
    }
    assert len(api) > 80
    assert len(pages) > 30
    return sorted(api | pages)


def sent(client: TestClient, method: str, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """The status, and how many bytes were taken of a body that goes on and on."""
    taken, answered = 0, []
    named = {"Host": "127.0.0.1:8000", "Content-Type": "application/x-www-form-urlencoded", **headers}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
        "client": ("testclient", 1),
        "server": ("127.0.0.1", 8000),
    }

    async def receive() -> Message:
        nonlocal taken
        taken += PIECE
        return {"type": "http.request", "body": b"a&" * (PIECE // 2), "more_body": taken < MUCH}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    assert client.portal is not None
    client.portal.call(client.app, scope, receive, send)
    return answered[0], taken


@pytest.mark.parametrize("who", UNKNOWN)
def test_little_is_taken_of_a_stranger_at_every_address(client: TestClient, application: FastAPI, who: str) -> None:
    """Nothing of what is announced to be more; of what does not say how long it is, no more than a form."""
    odd = []
    for place, (method, path) in enumerate(operations(application), start=list(UNKNOWN).index(who)):
        form = LARGEST_DRAWING if path == CALLBACKS else LARGEST_FORM
        both = ({"Content-Length": str(MUCH)}, 0), ({"Transfer-Encoding": "chunked"}, form + PIECE)
        for length, most in dealt(both, place):  # each address is sent both by one or another of them
            status, taken = sent(client, method, path, UNKNOWN[who] | length)
            if taken > most or status >= 500:
                odd.append((method, path, length, status, taken))
    assert odd == []


@pytest.mark.parametrize("who", UNKNOWN)
def test_nothing_of_it_is_parsed_where_only_somebody_may_act(
    client: TestClient, application: FastAPI, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Neither as a form nor as JSON, but where strangers sign in, or set a password by a link."""
    asked, parsed, failed = "", set(), []
    loads, form = json.loads, FormDataParser.parse

    def note_json(text: Any, *rest: Any, **named: Any) -> Any:
        if "marked" in str(text):
            parsed.add(asked)
        return loads(text, *rest, **named)

    def note_form(*given: Any, **named: Any) -> Any:
        parsed.add(asked)
        return form(*given, **named)

    monkeypatch.setattr(json, "loads", note_json)
    monkeypatch.setattr(FormDataParser, "parse", note_form)
    kinds = ("application/json", "application/x-www-form-urlencoded")
    for place, (method, path) in enumerate(operations(application), start=list(UNKNOWN).index(who)):
        asked = f"{method} {path}"
        for kind in (kinds if asked in PARSED else dealt(kinds, place)) if method != "GET" else ():
            headers = UNKNOWN[who] | {"Content-Type": kind}
            answer = client.request(method, path, content=b'{"marked": 1}', headers=headers, follow_redirects=False)
            if answer.status_code >= 500:
                failed.append((asked, answer.status_code))
    # With a cookie somebody has to say that a page of ours asks; the API lets whoever signs in say nothing.
    assert parsed == ({asked for asked in PARSED if "/api/" in asked} if "Cookie" in UNKNOWN[who] else PARSED)
    assert failed == []


@pytest.mark.parametrize(("fields", "status"), [(MOST_FIELDS, 401), (MOST_FIELDS + 1, 413)])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_has_so_many_fields_and_no_more(client: TestClient, fields: int, status: int, kind: str) -> None:
    form = {f"f{number}": "" for number in range(fields - 2)} | {"username": "nobody", "password": "wrong"}
    if kind == "multipart/form-data":
        given: dict[str, Any] = {"files": {name: (None, value) for name, value in form.items()}}
    else:
        given = {"data": form}
    assert client.post("/sign-in", **given).status_code == status


@pytest.mark.usefixtures("public_read")
@pytest.mark.parametrize("who", ["nobody", "a made-up token"])
def test_where_anybody_may_look_a_stranger_sends_as_little(client: TestClient, who: str) -> None:
    assert sent(client, "POST", CALLBACKS, UNKNOWN[who] | {"Content-Length": str(MUCH)}) == (413, 0)
    assert sent(client, "POST", "/api/v1/submissions", UNKNOWN[who] | {"Content-Length": str(MUCH)}) == (401, 0)


@pytest.mark.parametrize(
    ("path", "headers", "sender"),
    [
        ("/api/v1/submissions/files", [], SOMEBODY),
        ("/api/v1/submissions/files", [(b"authorization", b"Bearer x")], None),
        ("/api/v1/observations/bulk", [(b"authorization", b"Bearer x")], None),
        ("/api/v1/observations/bulk", [(b"cookie", b"biaochi_session=x")], NO_HISTORY),
        ("/api/v1/observations/bulk", [], SOMEBODY),
    ],
    ids=["no credentials", "made up", "history, made up", "history, of a clerk", "history, no credentials"],
)
def test_large_bodies_of_nobody_are_not_waited_for(
    path: str, headers: list[tuple[bytes, bytes]], sender: Principal | None
) -> None:
    """The application is asked before anything came, and refuses."""
    asked_for: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        asked_for.append(scope["path"])

    async def never() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None: ...

    headers = [*headers, (b"content-length", b"5000")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    asyncio.run(Bodies(application, sender=lambda request: sender)(scope, never, send))
    assert asked_for == [path]
