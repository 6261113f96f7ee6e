"""A page in somebody else's page, and the address that is shared: what is shown, and that nobody gains anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.testclient import TestClient

from dashboard.route import Route
from dashboard.routes import ROUTES
from dashboard.window.access import COOKIE
from dashboard.window.framed import FRAMED
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Role
from metrics.queries.view import view_at
from metrics.settings import settings
from tests.dashboard.conftest import record
from tests.dashboard.drawn import (
    ask_body,
    draw_body,
    nodes,
    of_class,
    said,
    signed_in,
    use_secret,
    why_body,
    window,
)
from tests.people import person

PORTAL = "https://portal.example.gov.cn"
SHOWN = ("/", "/targets/TG-05A", "/units/441202", "/leaderboard", "/targets", "/units", "/changes", "/compare")
NEVER = ("/sign-in", "/account", "/my", "/review", "/collect", "/admin", "/data", "/confirm", "/tasks", "/set-password")
PRESSED = {"Form", "Button", "Input", "Textarea", "Select", "TextInput", "NumberInput", "Checkbox"}


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A site that may show our pages."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_EMBED_ORIGINS", PORTAL)
        settings.cache_clear()
        yield PORTAL
    settings.cache_clear()


def ancestors(client: TestClient, address: str) -> tuple[str, str | None]:
    """Whose pages may show it, as both headers say."""
    headers = client.get(address, follow_redirects=False).headers
    return re.findall(r"frame-ancestors ([^;]*)", headers["Content-Security-Policy"])[0], headers.get("X-Frame-Options")


@pytest.mark.parametrize("path", SHOWN)
def test_nothing_is_pressed_or_filled_in_in_a_frame(
    evaluator: TestClient, submissions: WriteSession, path: str
) -> None:
    whole, embedded = window(evaluator, path, "?month=2019-09"), window(evaluator, path, "?month=2019-09&embed=1")
    assert {node["type"] for node in nodes(embedded)} & PRESSED == set()
    assert [node for node in nodes(embedded) if "data-asks" in node["props"] or "data-does" in node["props"]] == []
    assert of_class(embedded, "rail") == of_class(embedded, "top-bar") == []
    links = [node["props"] for node in nodes(embedded) if node["props"].get("href")]
    assert links
    assert {link.get("target") for link in links} == {"_blank"}
    assert not [link for link in links if "embed=1" in link["href"] or link["href"].startswith("#")]
    (heading,) = {said(node) for node in nodes(embedded) if node["type"] == "H1"}
    assert heading in {said(node) for node in nodes(whole) if node["type"] == "H1"}
    assert "截至：" in said(of_class(embedded, "embedded-foot"))


def test_where_a_framed_document_was_led_it_still_only_shows(evaluator: TestClient, submissions: WriteSession) -> None:
    answer = evaluator.post(CALLBACKS, json=draw_body("/targets/TG-05A"), headers={FRAMED: "1"})
    frame = answer.json()["response"]["frame"]["children"]
    assert of_class(frame, "embedded")
    answer = evaluator.post(CALLBACKS, json=draw_body("/review"), headers={FRAMED: "1"})
    frame = answer.json()["response"]["frame"]["children"]
    assert "此页面不能嵌入其他网页" in said(frame)
    answer = evaluator.post(CALLBACKS, json=why_body("#why=441202/TG-05A"), headers={FRAMED: "1"})
    assert answer.json()["response"]["why"]["children"] is None


def test_nothing_is_done_for_a_framed_document(evaluator: TestClient, submissions: WriteSession) -> None:
    asked = {"do": "submission.verify", "fields": {}, "nth": 1}
    body = ask_body(evaluator, asked)
    assert evaluator.post(CALLBACKS, json=body).status_code == 200
    assert evaluator.post(CALLBACKS, json=body, headers={FRAMED: "1"}).status_code == 403


def test_no_page_may_be_framed_unless_somebody_says_by_whom(evaluator: TestClient) -> None:
    for path in SHOWN:
        assert ancestors(evaluator, f"{path}?embed=1") == ("'none'", "DENY")


def test_those_named_may_frame_what_is_for_it_and_nothing_else(evaluator: TestClient, portal: str) -> None:
    for path in SHOWN:
        assert ancestors(evaluator, f"{path}?embed=1") == (portal, None)
        assert ancestors(evaluator, f"{path}?month=2019-09&%65mbed=1") == (portal, None)
        for other in ("", "?embed=0", "?embed=", "?embed=2", "?x=embed=1", "?Embed=1"):
            assert ancestors(evaluator, path + other) == ("'none'", "DENY")
    for path in NEVER:
        assert ancestors(evaluator, f"{path}?embed=1") == ("'none'", "DENY")


def test_an_address_that_says_both_is_framed_as_a_page_that_only_shows(
    evaluator: TestClient, submissions: WriteSession, portal: str
) -> None:
    for search in ("?embed=1&embed=0", "?embed=0&embed=1"):
        assert ancestors(evaluator, f"/targets/TG-05A{search}") == (portal, None)
        assert of_class(window(evaluator, "/targets/TG-05A", search), "embedded")


def test_only_pages_open_to_the_public_may_be_framed() -> None:
    assert {route.path for route in ROUTES if route.embeds} == {
        *("/", "/targets", "/targets/{code}", "/units", "/units/{code}", "/leaderboard", "/compare", "/changes")
    }
    assert all(route.public for route in ROUTES if route.embeds)


def test_nobody_is_asked_for_a_password_in_a_frame(client: TestClient, portal: str) -> None:
    client.cookies.delete(COOKIE)
    answer = client.get("/targets/TG-05A?embed=1&month=2019-09", follow_redirects=False)
    assert answer.status_code == 401
    assert 'href="/targets/TG-05A?month=2019-09"' in answer.text
    assert "password" not in answer.text
    refused = client.post(CALLBACKS, json=draw_body("/", "?embed=1"), headers={"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 401


def shared(tree: Any, identity: str = "share-address") -> str:
    (code,) = [node for node in nodes(tree) if node["props"].get("id") == identity]
    return said(code)


def test_a_shared_address_shows_the_same_whatever_becomes_known(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    seq = view_at(submissions).seq
    address = shared(window(evaluator, "/targets/TG-05A", "?unit=441202"))
    assert address == f"http://127.0.0.1:8000/targets/TG-05A?month=2019-09&as_of={seq}&unit=441202"
    path, _, search = address.removeprefix("http://127.0.0.1:8000").partition("?")
    before = said(of_class(window(evaluator, path, search), "content"))
    record(submissions, "441204", "2019-09", items_online=990)
    assert said(of_class(window(evaluator, path, search), "content")) == before
    assert said(of_class(window(evaluator, "/targets/TG-05A", "?unit=441202"), "content")) != before


def test_a_frame_is_offered_where_the_page_may_stand_in_one(
    evaluator: TestClient, submissions: WriteSession, portal: str
) -> None:
    assert "embed=1" in shared(window(evaluator, "/leaderboard"), "share-embedding")
    tree = window(evaluator, "/tasks")
    assert [node for node in nodes(tree) if node["props"].get("id") == "share-embedding"] == []
    assert shared(tree).startswith("http://127.0.0.1:8000/tasks?")


def test_what_was_not_understood_is_not_shared(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, "/targets/TG-05A", "?unit=441202&under=nowhere&show=nothing&utm=x&sort=-colour")
    assert of_class(tree, "misread")
    path, _, search = shared(tree).removeprefix("http://127.0.0.1:8000").partition("?")
    assert set(dict(parse_qsl(search))) == {"month", "as_of", "unit"}
    assert of_class(window(evaluator, path, f"?{search}"), "misread") == []
    framed = shared(tree, "share-embedding")
    assert not [odd for odd in ("nowhere", "nothing", "utm", "colour") if odd in framed]


PRESENT = [route for route in ROUTES if route.present and "(" not in route.pattern]


@pytest.mark.parametrize("route", PRESENT, ids=[route.path for route in PRESENT])
def test_a_page_that_knows_only_now_is_not_offered_as_the_same_for_ever(
    client: TestClient, submissions: WriteSession, route: Route
) -> None:
    person(submissions, "now", role=Role(route.example[0]))
    use_secret(client, signed_in(submissions, "now"))
    tree = window(client, route.path, "?lang=en&month=2019-09")
    text = said(of_class(tree, "share-panel"))
    assert "the same for ever" not in text
    if text:
        path, _, search = shared(tree).removeprefix("http://127.0.0.1:8000").partition("?")
        assert dict(parse_qsl(search)) == {"lang": "en"}
        assert of_class(window(client, path, f"?{search}"), "misread") == []


def test_a_shared_address_carries_no_rights(client: TestClient, submissions: WriteSession) -> None:
    client.cookies.delete(COOKIE)
    assert client.get("/units/441202?as_of=1", follow_redirects=False).headers["Location"].startswith("/sign-in")
