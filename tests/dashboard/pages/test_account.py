"""Signing in page by page, and the page at `/account`: plain forms that work without any script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard.window.access import COOKIE, STEP_COOKIE
from metrics.database import WriteSession
from metrics.models import Session, Token, User
from metrics.principal import Role
from tests.people import NOW, PASSWORD, browser_session, code, person, second_factor

OTHER = "a boat on the quiet river"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}


def send(client: TestClient, path: str, **form: str) -> Any:
    return client.post(path, data=form, headers=OWN_PAGE, follow_redirects=False)


def begin(client: TestClient, **form: str) -> str:
    """Where a right password leads."""
    answer = send(client, "/sign-in?lang=en", username="chen", password=PASSWORD, next="/units", **form)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_first_sign_in_leads_through_setting_up_the_second_factor(
    client: TestClient, session: WriteSession
) -> None:
    person(session)
    step = begin(client)
    assert urlsplit(step).path == "/sign-in/step"
    assert parse_qs(urlsplit(step).query) == {"lang": ["en"], "next": ["/units"]}
    assert COOKIE not in client.cookies
    page = client.get(step)
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    key = re.findall(r'typed-key">([A-Z2-7 ]+)<', page.text)[0].replace(" ", "")
    assert client.get(step).text == page.text  # looked at again, it is the same
    wrong = send(client, step, code="000001")
    assert (wrong.status_code, "This code is wrong" in wrong.text) == (401, True)
    done = send(client, step, code=code(key))
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>[a-z2-9-]{29}</code></li>", done.text)) == 10
    assert 'href="/units"' in done.text
    assert COOKIE in client.cookies
    assert STEP_COOKIE not in client.cookies
    assert client.get("/account?lang=en").status_code == 200


def test_the_next_sign_in_asks_for_the_code_and_then_for_a_password_that_is_due(
    client: TestClient, session: WriteSession
) -> None:
    person(session)
    secret = second_factor(session)
    session.scalars(select(User)).one().password_until = NOW + timedelta(days=365)
    session.flush()
    step = begin(client)
    page = client.get(step)
    assert secret not in page.text
    assert 'autocomplete="one-time-code"' in page.text
    onwards = send(client, step, code=code(secret))
    assert (onwards.status_code, urlsplit(onwards.headers["Location"]).path) == (303, "/sign-in/step")
    assert COOKIE not in client.cookies
    assert "Choose a new password" in client.get(step).text
    short = send(client, step, new_password="short")
    assert (short.status_code, "At least 12 characters." in short.text) == (422, True)
    done = send(client, step, new_password=OTHER)
    assert (done.status_code, done.headers["Location"]) == (303, "/units")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_step_the_page_leads_back_to_the_beginning(
    client: TestClient, session: WriteSession, method: str
) -> None:
    secret = browser_session(session)
    for cookies in ({}, {STEP_COOKIE: "forged"}, {STEP_COOKIE: secret}):
        client.cookies.clear()
        client.cookies.update(cookies)
        answer = client.request(method, "/sign-in/step?lang=en", headers=OWN_PAGE, follow_redirects=False)
        assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/sign-in")


def test_the_account_page_is_for_who_is_signed_in(client: TestClient, session: WriteSession) -> None:
    answer = client.get("/account", follow_redirects=False)
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/sign-in")
    client.cookies.set(COOKIE, browser_session(session))
    for language, words in (("zh", "登录情况"), ("en", "Where you are signed in")):
        assert words in client.get(f"/account?lang={language}").text


def test_every_form_of_the_page_does_what_it_says(client: TestClient, session: WriteSession) -> None:
    client.cookies.set(COOKIE, browser_session(session))
    secret = second_factor(session)
    page = "/account?lang=en"
    issued = send(client, page, act="issue_token", name="nightly <b>", days="30")
    assert re.search(r'typed-key">biaochi_[\w-]{43}<', issued.text)
    assert "nightly &lt;b&gt;" in issued.text
    assert "biaochi_" not in client.get(page).text.replace("biaochi_theme", "")
    number = session.scalars(select(Token.id)).one()
    assert "The token is revoked" in send(client, page, act="revoke_token", id=str(number)).text
    codes = send(client, page, act="recovery", code=code(secret))
    assert len(re.findall(r"<li><code>[a-z2-9-]{29}</code></li>", codes.text)) == 10
    assert "10 recovery codes are left" in codes.text
    changed = send(client, page, act="password", old_password=PASSWORD, new_password=OTHER)
    assert "The password is changed." in changed.text
    assert OTHER not in changed.text
    assert "ended" in send(client, page, act="end_others").text
    left = send(client, page, act="factor", code=code(secret, later=1))
    assert (left.status_code, urlsplit(left.headers["Location"]).path) == (303, "/sign-in")
    assert session.scalars(select(Session)).all() == []


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"act": "nothing"},
        {"act": "end_session", "id": "1"},
        {"act": "end_session", "id": "x"},
        {"act": "end_session", "id": "9" * 30},
        {"act": "revoke_token", "id": "-1"},
        {"act": "issue_token", "name": "", "days": "1"},
        {"act": "issue_token", "name": "x", "days": "0"},
        {"act": "recovery", "code": "1"},
        {"act": "factor", "code": "\x00"},
        {"act": "password", "old_password": "\udc80" * 10, "new_password": "x"},
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(
    client: TestClient, session: WriteSession, form: dict[str, str]
) -> None:
    client.cookies.set(COOKIE, browser_session(session))
    sent = {name: value.encode("utf-8", "surrogatepass").decode("latin-1") for name, value in form.items()}
    answer = send(client, "/account?lang=en", **sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_another_site_changes_nothing(client: TestClient, session: WriteSession) -> None:
    client.cookies.set(COOKIE, browser_session(session))
    for path in ("/account", "/sign-in/step", "/set-password"):
        answer = client.post(path, data={"act": "end_others"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403


def test_an_administrators_own_token_does_not_administer(client: TestClient, session: WriteSession) -> None:
    client.cookies.set(COOKIE, browser_session(session, role=Role.ADMIN))
    page = "/account?lang=en"
    assert "A token cannot administer" in client.get(page).text
    assert send(client, page, act="issue_token", name="nightly", days="366").status_code == 200
    assert session.scalars(select(Token.scopes)).one() == ["manage_people", "read"]
    refused = send(client, page, act="issue_token", name="nightly", days="367")
    assert (refused.status_code, "1 to 366 days" in refused.text) == (422, True)


def test_a_changed_password_says_which_tokens_still_hold(client: TestClient, session: WriteSession) -> None:
    client.cookies.set(COOKIE, browser_session(session))
    page = "/account?lang=en"
    change = {"act": "password", "old_password": PASSWORD, "new_password": OTHER}
    send(client, page, act="issue_token", name="nightly", days="30")
    changed = send(client, page, **change).text
    assert '<a href="#tokens">1 token is still valid' in changed
    assert 'id="tokens"' in changed
    send(client, page, act="revoke_token", id=str(session.scalars(select(Token.id)).one()))
    again = send(client, page, **change | {"old_password": OTHER, "new_password": "another quiet boat"}).text
    assert "The password is changed." in again
    assert "#tokens" not in again


@pytest.mark.parametrize(
    "asked", ["", "?lang=fr", "?next=%2F%3Flang%3Dfr", "?next=lang%3Den", "?lang=zh&next=%2F%3Flang%3Den"]
)
def test_the_sign_in_page_speaks_chinese_unless_it_or_what_comes_after_it_is_asked_for_in_english(
    client: TestClient, asked: str
) -> None:
    assert "<title>登录" in client.get(f"/sign-in{asked}").text
