"""Nobody sees a figure without being signed in; what is malformed is refused in words, never with a 500."""

from __future__ import annotations

import copy
import json
import re
from itertools import product
from typing import Any, cast

import pytest
from a2wsgi import WSGIMiddleware
from fastapi import FastAPI
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dashboard.window.access import COOKIE
from metrics.commands.create_release import create_release
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Role
from metrics.results import Basis
from metrics.settings import settings
from tests.dashboard.drawn import draw_body, said, signed_in, use_secret, why_body, window
from tests.dashboard.forms import ACTS, entries, form_body
from tests.matrices import WHOLE, dealt
from tests.people import PASSWORD, person
from tests.posting import REVIEWER

BODIES = (draw_body("/"), why_body("#why=441202/TG-05A"), *(form_body(act, json.dumps(entries())) for act in ACTS))


@pytest.mark.parametrize("path", ["/", "/targets", "/units/441202", "/nowhere"])
def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client: TestClient, path: str) -> None:
    answer = client.get(f"{path}?lang=en", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    assert "<title>Sign in" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize("body", BODIES, ids=["window", "why", *ACTS])
def test_a_stranger_gets_nothing_from_a_callback(client: TestClient, submissions: WriteSession, body: Any) -> None:
    answer = client.post(CALLBACKS, json=body)
    assert answer.status_code == 401
    assert "69" not in answer.text
    use_secret(client, "a-guessed-secret")
    assert client.post(CALLBACKS, json=body).status_code == 401


def test_public_reading_needs_no_account(client: TestClient, submissions: WriteSession, monkeypatch: Any) -> None:
    monkeypatch.setenv("BIAOCHI_PUBLIC_READ", "1")
    settings.cache_clear()
    try:
        assert client.get("/").status_code == 200
        assert "69.90" not in said(window(client, "/"))
        create_release(submissions, principal=REVIEWER, notes="三季度", basis=Basis.SUBMITTED)
        assert "69.90" in said(window(client, "/"))
    finally:
        monkeypatch.delenv("BIAOCHI_PUBLIC_READ")
        settings.cache_clear()


def test_signing_in_and_out(client: TestClient, session: WriteSession) -> None:
    person(session, "wang", role=Role.EVALUATOR, demonstration=True)  # without a second factor
    form = {"username": "wang", "password": PASSWORD, "next": "/targets?lang=en"}
    answer = client.post("/sign-in", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/targets?lang=en")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert client.get("/").status_code == 200
    assert client.post("/sign-out", follow_redirects=False).status_code == 403  # nobody says who sent it
    own = {"Origin": "http://127.0.0.1:8000"}
    assert client.post("/sign-out", headers=own, follow_redirects=False).status_code == 303
    use_secret(client, cookie.partition("=")[2].partition(";")[0])
    assert client.get("/", follow_redirects=False).status_code == 303


def test_a_wrong_password_is_refused_in_words_and_the_name_kept(client: TestClient, session: WriteSession) -> None:
    person(session, "wang", role=Role.EVALUATOR)
    answer = client.post("/sign-in?lang=en", data={"username": 'wang"><script>', "password": "wrong"})
    assert answer.status_code == 401
    assert "not right" in answer.text
    assert "<script>" not in answer.text.replace('<script src="/assets/', "")
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_after_five_failures_the_form_says_when_to_come_back(client: TestClient, session: WriteSession) -> None:
    person(session, "wang", role=Role.EVALUATOR)
    for _attempt in range(5):
        assert client.post("/sign-in", data={"username": "wang", "password": "wrong"}).status_code == 401
    answer = client.post("/sign-in", data={"username": "wang", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("headers", [{"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", CALLBACKS])
def test_other_sites_cannot_post(client: TestClient, path: str, headers: dict[str, str]) -> None:
    assert client.post(path, headers=headers, data={}).status_code == 403


def test_a_clerk_does_not_see_the_submissions_of_another_unit(
    client: TestClient, session: WriteSession, submissions: WriteSession
) -> None:
    person(session, "chen")
    use_secret(client, signed_in(session))
    assert "2019年9月" in said(window(client, "/units/441202"))
    foreign = said(window(client, "/units/441203"))
    assert "月报记录仅本单位和市级人员可见。" in foreign


def malformed() -> list[Any]:
    body = draw_body("/")
    bodies: list[Any] = [None, [], 17, "text", {}, {"output": 5}, {"output": "nobody.children"}]
    misshapen: list[Any] = [None, 5, "x", {}, [None], [{}], [[]], [{"id": {}, "property": "x"}]]
    for key in ("output", "outputs", "inputs", "state"):
        bodies += [{**body, key: shape} for shape in misshapen]
    not_texts: list[Any] = [{"a": 1}, [1], {"$ref": "x"}, 5, True, "\ud800", "x" * 10_000]
    for value in not_texts:
        bad = copy.deepcopy(body)
        bad["inputs"][0]["value"] = value
        bodies.append(bad)
    changes: list[Any] = [None, "x", [5], ["nodot"], ["a.b"] * 100]
    bodies += [{**body, "changedPropIds": change} for change in changes]
    bodies.append({**body, "inputs": body["inputs"][:2]})
    bodies.append({**body, "inputs": [*body["inputs"], body["inputs"][0]]})
    return bodies


def test_malformed_callbacks_are_refused(evaluator: TestClient) -> None:
    def told(content: bytes | str, kind: str = "application/json") -> tuple[int, str, bool]:
        answer = evaluator.post(CALLBACKS, content=content, headers={"Content-Type": kind})
        words = answer.json().get("message", {})
        return answer.status_code, answer.json()["code"], all(words.get(language) for language in ("zh", "en"))

    malformed_so = (400, "callback_malformed", True)
    assert [body for body in malformed() if told(json.dumps(body)) != malformed_so] == []
    for raw in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"output": "\\ud800"}'):
        assert told(raw) == malformed_so
    assert told(b"{}", "text/plain") == malformed_so
    for size in (1_500_000, 7_500_000):
        assert told(b"x" * size) == (413, "body_too_large", True)


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(pathname=VALUES, search=VALUES, theme=VALUES, fragment=VALUES)
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_well_formed_callbacks_with_any_values_are_answered(
    evaluator: TestClient, pathname: Any, search: Any, theme: Any, fragment: Any
) -> None:
    body = draw_body(pathname, search, theme)
    assert evaluator.post(CALLBACKS, json=body).status_code in (200, 400)
    assert evaluator.post(CALLBACKS, json=why_body(fragment, pathname, search)).status_code in (200, 400)


ENTRIES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@given(name=st.sampled_from(sorted(entries())), value=ENTRIES, act=st.sampled_from(ACTS), whole=ENTRIES)
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60 if WHOLE else 20)
def test_the_form_answers_any_entries_in_words(clerk: TestClient, name: str, value: Any, act: str, whole: Any) -> None:
    for body in (entries() | {name: value}, entries() | {"values": {name: value}}, {name: value}, whole):
        for text in (json.dumps(body), body):
            answer = clerk.post(CALLBACKS, json=form_body(act, text))
            assert answer.status_code in (200, 400)
            if answer.status_code == 200 and not isinstance(body, dict | str):
                assert "refused" in answer.json()["response"][f"collect-{act}-said"]["data"]


ODD_TEXTS = (
    "\x00",
    "\ud800",
    "𝟙",
    "1" * 100,
    "1" * 101,
    "-1",
    "1e400",
    "Infinity",
    "NaN",
    "=1+1",
    "'; drop table drafts; --",
)


@pytest.mark.parametrize("odd", ODD_TEXTS)
def test_odd_texts_in_any_field_are_no_server_error(clerk: TestClient, odd: str) -> None:
    bodies: list[dict[str, Any]] = [entries() | {name: odd} for name in entries()]
    bodies += [entries(values={"items_total": odd}), entries(values={odd: "1"}), entries(acknowledged={odd: odd})]
    bodies += [entries(seen=seen) for seen in (-1, 2**31, 2**63, 10**400, 1.5, True)]
    for number, body in enumerate(bodies, start=ODD_TEXTS.index(odd)):  # each field has each text once, and every act
        for act in dealt(ACTS, number):
            answer = clerk.post(CALLBACKS, json=form_body(act, json.dumps(body)))
            assert answer.status_code == 200, answer.text


TIMES = ("as_of=0", "as_of=999999999", "as_of=2001-01-01", "month=2001-01", "month=2999-12", "unit=%00", "targets=x")


@pytest.mark.parametrize("path", ["/", "/targets/TG-05A", "/units/441202", "/leaderboard", "/targets", "/tasks"])
def test_any_time_has_a_page(evaluator: TestClient, submissions: WriteSession, path: str) -> None:
    for parameters in TIMES if WHOLE else TIMES[len(path) % 2 :: 2]:
        assert said(window(evaluator, path, f"?{parameters}"))


def test_every_answer_carries_the_security_headers(evaluator: TestClient) -> None:
    for path in ("/", "/sign-in", "/assets/src/window.js", "/_dash-layout", "/nowhere"):
        headers = evaluator.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert headers["x-content-type-options"] == "nosniff"
        assert "http:" not in policy
        assert "https:" not in policy


def test_an_unknown_page_is_a_404(evaluator: TestClient) -> None:
    assert evaluator.get("/nowhere").status_code == 404
    assert evaluator.get("/targets").status_code == 200


def test_a_session_changes_nothing_unless_somebody_says_that_our_own_page_asked(clerk: TestClient) -> None:
    del clerk.headers["Sec-Fetch-Site"]
    drawing, sending = draw_body("/"), form_body("sent", json.dumps(entries()))
    host = "127.0.0.1:8000"
    said: list[dict[str, str]] = [{}, {"Origin": f"https://{host}"}, {"Origin": "null"}, {"Origin": f"http://{host}"}]
    answers = [clerk.post(CALLBACKS, json=sending, headers=headers).status_code for headers in said]
    assert answers == [403, 403, 403, 200]
    assert clerk.post(CALLBACKS, json=drawing).status_code == 200  # only draws
    forged = {**sending, "inputs": drawing["inputs"]}
    assert clerk.post(CALLBACKS, json=forged).status_code == 400
    assert clerk.post(CALLBACKS, content=json.dumps(drawing)).status_code == 403  # what a form of another site can send


HOSTILE = (
    *("x", "dash", "..", "%2e%2e/%2e%2e/etc/passwd", "%00", "dash/%00.js", "dash/deps/nothing.js"),
    *("dash_ag_grid/../../x.js", "dash.dcc/dash_core_components.v4_0_0m1.js", "no_such_package/a.v1m2.min.js"),
    *("os/path.py", "%ff%fe", "a" * 3000, "/" * 20, "\\..\\x", "%F0%9F%9B%B6", "?_dash=1&x=%00"),
)


@pytest.mark.parametrize("who", ["stranger", "evaluator"])
def test_no_address_of_the_pages_answers_with_a_server_error(
    client: TestClient, session: WriteSession, application: FastAPI, who: str
) -> None:
    """Every rule of the pages' own map, by every method, with whatever may stand where it takes a path."""
    if who == "evaluator":
        person(session, "wang", role=Role.EVALUATOR)
        use_secret(client, signed_in(session, "wang"))
    asked = asked_of_pages(rules_of_pages(application))
    assert len(asked) > 40 * len(METHODS)
    for method, address in sorted(asked):
        answer = client.request(method, f"http://127.0.0.1:8000{address}", follow_redirects=False)
        assert answer.status_code < 500, (method, address)


METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD")


def asked_of_pages(rules: list[str]) -> set[tuple[str, str]]:
    """Methods and addresses: every rule and every text by every method, each rule with each text by GET."""
    asked = set()
    for (row, rule), (column, hostile) in product(enumerate(rules), enumerate(HOSTILE)):
        parts = re.split(r"<[^>]+>", rule)
        others = (
            METHODS[1:] if len(parts) == 1 else dealt(METHODS[1:], column) if WHOLE or (row + column) % 3 == 0 else ()
        )
        methods = ("GET", *others)
        asked |= {(method, hostile.join(parts)) for method in methods}
    return asked


def rules_of_pages(application: FastAPI) -> list[str]:
    mounted = [getattr(route, "app", None) for route in application.routes]
    (pages,) = (app for app in mounted if isinstance(app, WSGIMiddleware))
    return [rule.rule for rule in cast(Flask, pages.app).url_map.iter_rules()]


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies"])
def test_dashs_own_routes_are_for_who_is_signed_in(client: TestClient, evaluator: TestClient, path: str) -> None:
    assert evaluator.get(path).status_code == 200
    client.cookies.clear()
    assert client.get(path).status_code == 401


def test_the_libraries_are_where_the_page_names_them(evaluator: TestClient) -> None:
    named = re.findall(r'src="(/_dash-component-suites/[^"]+)"', evaluator.get("/").text)
    assert len(named) > 2
    assert [evaluator.get(path).status_code for path in named] == [200] * len(named)
