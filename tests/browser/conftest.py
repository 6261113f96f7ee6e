"""A clerk at the form in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from dashboard.access import COOKIE
from metrics.commands.sign_in import SignedIn, sign_in
from metrics.commands.users import add_user
from metrics.database import Sessions
from metrics.principal import Role
from tests.clerk_form import UNITS
from tests.dashboard.conftest import record
from tests.serving import LiveServer

PASSWORD = "eleven paper boats"


@pytest.fixture(scope="module")
def secret(live_server: LiveServer) -> str:
    """The session of a clerk of five units, each of which has reported for August 2019."""
    now = datetime.now(UTC)
    with Sessions(live_server.database.engine).write() as session:
        for unit in UNITS:
            record(session, unit, "2019-08", items_new=9)
        add_user(
            session,
            "chen",
            display_name="陈",
            role=Role.CLERK,
            units=set(UNITS),
            password=PASSWORD,
            known_units=set(UNITS),
            now=now,
        )
        answer = sign_in(session, "chen", password=PASSWORD, address="127.0.0.1", now=now)
    assert isinstance(answer, SignedIn)
    return answer.secret


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer, secret: str) -> Page:
    """A clerk's page, whatever the browser complains of."""
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    return page


@pytest.fixture
def clerk(signed_in: Page, live_server: LiveServer) -> Iterator[Page]:
    """A clerk's page; complaints of the browser and requests to other hosts fail the test."""
    page = signed_in
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            complaints.append(asked.url) if not asked.url.startswith((live_server.url, "data:", "blob:")) else None
        ),
    )
    yield page
    assert complaints == []
