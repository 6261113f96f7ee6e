"""Two services on one database: who is signed in, what was typed, a key and the order of entries are known at both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.api.test_many_writers import token_of_the_bureau
from tests.clerk_form import open_form
from tests.metrics.cli.test_workers import post
from tests.serving import PATIENCE, PLAIN, LiveServer, live

TOGETHER = 8


@pytest.fixture(scope="module")
def other(live_server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    home: Path = tmp_path_factory.mktemp("other")
    with live(live_server.database, home=home) as found:
        yield found


def test_a_clerk_goes_on_at_the_other_service(signed_in: Page, live_server: LiveServer, other: LiveServer) -> None:
    """Cookies know no port, as behind a proxy; what the browser itself kept does, so that it cannot help."""
    open_form(signed_in, live_server, "441202")
    signed_in.locator("#cell-items_total").fill("1234")
    expect(signed_in.locator("#collect-draft")).to_contain_text("草稿已存")
    open_form(signed_in, other, "441202")
    expect(signed_in.locator("#cell-items_total")).to_have_value("1234")


def test_a_key_stores_once_and_both_pull_the_same(live_server: LiveServer, other: LiveServer) -> None:
    token, gate = token_of_the_bureau(live_server), Barrier(TOGETHER)

    def together(number: int) -> int:
        gate.wait(PATIENCE)
        return post(
            (live_server, other)[number % 2], token, number=number // TOGETHER, key=f"two-{number // TOGETHER}"
        )[-1]

    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = Counter(pool.map(together, range(2 * TOGETHER)))
    assert answers == {201: 2, 200: 2 * (TOGETHER - 1)}

    def pulled(service: LiveServer) -> tuple[str, bytes]:
        asked = f"{service.url}/api/v1/observations.csv?period=2021-01"
        answer = httpx2.get(asked, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE, verify=PLAIN)
        assert answer.status_code == 200
        return answer.headers["X-As-Of-Seq"], answer.content

    assert pulled(live_server) == pulled(other)
