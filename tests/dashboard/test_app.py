"""What the pages' application answers beside its pages."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from dashboard.app import create_dashboard
from dashboard.window.asset_files import FOLDER
from dashboard.window.delivery import script_hash
from metrics.database import WriteSession
from metrics.principal import Role
from tests.dashboard.drawn import outputs_of, signed_in, use_secret
from tests.people import person


@pytest.mark.parametrize("path", ["/", "/targets", "/account"])
def test_a_method_that_a_page_does_not_take_is_a_405_to_anybody(client: TestClient, path: str) -> None:
    for method in ("PUT", "FOO"):
        answer = client.request(method, path, follow_redirects=False)
        assert (answer.status_code, "GET" in answer.headers["allow"]) == (405, True)
    answer = client.options(path, follow_redirects=False)
    assert (answer.status_code, "GET" in answer.headers["allow"], answer.text) == (200, True, "")


def test_nobody_is_told_the_packages_of_the_pages(client: TestClient, session: WriteSession) -> None:
    assert client.get("/_reload-hash", follow_redirects=False).status_code == 303
    person(session, "wang", role=Role.EVALUATOR)
    use_secret(client, signed_in(session, "wang"))
    answer = client.get("/_reload-hash")
    assert (answer.status_code, "dash" in answer.text) == (404, False)


def test_the_outline_of_the_page_is_painted_before_style_sheets_and_scripts_have_come(
    client: TestClient, session: WriteSession
) -> None:
    """It stands in the page itself with its style and script, before all that comes from elsewhere, and says that the
    page is coming; what has to be asked for waits in a template until it is painted.
    """
    person(session, "wang", role=Role.EVALUATOR)
    use_secret(client, signed_in(session, "wang"))
    answer = client.get("/?lang=en")
    head, body = answer.text.split("<body>")
    assert ".skeleton " in head
    assert not re.search(r"stylesheet|modulepreload|src=", head)
    (early,) = re.findall(r"<script>(.*?)</script>", head, re.DOTALL)
    assert early == (FOLDER / "early" / "before.js").read_text(encoding="utf-8")
    assert script_hash(early) in answer.headers["Content-Security-Policy"]
    before, needed, after = re.split(r'<template id="needed">|</template>', body)
    assert 'id="skeleton" class="skeleton" role="status"' in before
    assert "Loading …" in before
    assert 'id="react-entry-point"' in before
    assert {'rel="stylesheet"', "modulepreload", "/react@"} <= set(
        re.findall(r'rel="stylesheet"|modulepreload|/react@', needed)
    )
    assert not re.search(r"stylesheet\"|modulepreload\"|src=", before + after)
    assert (FOLDER / "early" / "after.js").read_text(encoding="utf-8") in after


@pytest.mark.parametrize(
    ("cookies", "search", "classes", "scheme", "told"),
    [
        ({}, "", "", "light", ""),
        ({"biaochi_theme": "auto-dark"}, "", "", "dark", "auto-dark"),
        ({"biaochi_theme": "dark", "biaochi_rail": "folded"}, "", "rail-folded", "dark", "dark"),
        ({"biaochi_theme": '"><b>', "biaochi_rail": "open"}, "?view=projector", "projecting", "light", ""),
    ],
)
def test_the_outline_stands_as_this_browser_left_the_window_and_its_script_need_not_ask(
    client: TestClient,
    session: WriteSession,
    cookies: dict[str, str],
    search: str,
    classes: str,
    scheme: str,
    told: str,
) -> None:
    person(session, "wang", role=Role.EVALUATOR)
    use_secret(client, signed_in(session, "wang"))
    for name, value in cookies.items():
        client.cookies.set(name, value)
    page = client.get(f"/{search}").text
    said = f'class="{classes}" data-mantine-color-scheme="{scheme}" data-theme-told="{told}">'
    assert page.splitlines()[1] == f'<html lang="zh-CN" {said}'
    script = (FOLDER / "early" / "before.js").read_text(encoding="utf-8")
    assert not re.search(r"[^.]\bdocument\.cookie(?! =)|localStorage", script)  # it waits for nobody to read them


def test_no_callback_leads_back_to_itself() -> None:
    """Dash loses what is asked of one that does, while an earlier answer of it is still on its way."""
    leads: dict[str, set[str]] = {}
    for output, callback in create_dashboard().callback_map.items():
        written = {f"{place['id']}.{place['property'].partition('@')[0]}" for place in outputs_of(output)}
        for place in callback["inputs"]:
            leads.setdefault(f"{place['id']}.{place['property']}", set()).update(written)
    assert "url.hash" in leads
    for start in leads:
        reached, ahead = set[str](), [start]
        while ahead:
            further = leads.get(ahead.pop(), set()) - reached
            reached |= further
            ahead += further
        assert start not in reached, f"{start} leads to itself by {sorted(reached)}"
