"""A clerk at the form, and an evaluator, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from dashboard.window.access import COOKIE
from metrics.database import Sessions
from metrics.principal import Role
from tests.browser.hand import window_of
from tests.browsing import Profile, desk_profile, launched
from tests.clerk_form import UNITS
from tests.dashboard.conftest import SUBMISSIONS, record
from tests.databases import Server
from tests.people import browser_session
from tests.ports import free_port
from tests.serving import LiveServer, live


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this folder, and no longer: while it runs, so does an event loop in this thread."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def profile(browser: Browser) -> Iterator[Profile]:
    """One for all tests of this folder: with one port, too, what the service loads is loaded and compiled once."""
    with desk_profile(browser) as profile:
        yield profile


@pytest.fixture(scope="package")
def port() -> int:
    """The port of one module's service after the other."""
    return free_port()


@pytest.fixture(scope="module")
def live_server(
    server: Server, template: str | None, tmp_path_factory: pytest.TempPathFactory, port: int
) -> Iterator[LiveServer]:
    """As everywhere, a service on a database of the module's own; but at the same address as the one before."""
    with (
        server.database(template=template) as database,
        live(database, home=tmp_path_factory.mktemp("live"), port=port) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def secret(live_server: LiveServer) -> str:
    """The session of a clerk of `UNITS`, each of which has reported for August 2019."""
    with Sessions(live_server.database.engine).write() as session:
        for unit in UNITS:
            record(session, unit, "2019-08", items_new=9)
        return browser_session(session, units=UNITS)


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer, secret: str) -> Page:
    """A clerk's page, whatever the browser complains of."""
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": live_server.url}])
    return page


@pytest.fixture(scope="module")
def clerks_window(profile: Profile, live_server: LiveServer, secret: str) -> Iterator[tuple[Page, list[str]]]:
    """A clerk's page that stays open from test to test, and what it complains of or asks of other hosts."""
    with window_of(profile, live_server, secret) as (page, complaints):
        own = (live_server.url, "data:", "blob:")
        page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(own) else None)
        yield page, complaints


@pytest.fixture
def clerk(clerks_window: tuple[Page, list[str]]) -> Iterator[Page]:
    """That page, wherever the test before left it; complaints of the browser and requests to other hosts fail."""
    page, complaints = clerks_window
    complaints.clear()
    yield page
    assert complaints == []


@pytest.fixture(scope="module")
def evaluator_secret(live_server: LiveServer) -> str:
    """The session of an evaluator; two units have reported for July to September 2019."""
    with Sessions(live_server.database.engine).write() as session:
        for (unit, month), changes in SUBMISSIONS.items():
            record(session, unit, month, **changes)
        return browser_session(session, "wang", role=Role.EVALUATOR, display_name="王")


@pytest.fixture
def evaluator(page: Page, live_server: LiveServer, evaluator_secret: str) -> Iterator[Page]:
    """A page of a signed-in evaluator; what the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.add_cookies([{"name": COOKIE, "value": evaluator_secret, "url": live_server.url}])
    yield page
    assert [text for text in complaints if "404" not in text] == []


@pytest.fixture(scope="module")
def evaluators_window(
    profile: Profile, live_server: LiveServer, evaluator_secret: str
) -> Iterator[tuple[Page, list[str]]]:
    """An evaluator's page that stays open from test to test, and what its browser complains of."""
    with window_of(profile, live_server, evaluator_secret) as window:
        yield window
