"""What the pages' application answers beside its pages."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from dashboard.app import create_dashboard
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
    """It stands in the page itself with its style, before the first style sheet, and says that the page is coming."""
    person(session, "wang", role=Role.EVALUATOR)
    use_secret(client, signed_in(session, "wang"))
    page = client.get("/?lang=en").text
    head, body = page.split("<body>")
    assert ".skeleton " in head
    assert "stylesheet" not in head
    before, after = body.split('rel="stylesheet"', 1)
    assert 'id="skeleton" class="skeleton" role="status"' in before
    assert "Loading …" in before
    assert 'id="react-entry-point"' in after


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
