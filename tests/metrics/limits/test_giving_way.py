"""Whole pulls wait for short work, but not for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from api.places import PlacesByClient
from metrics.database import WriteSession
from metrics.limits.giving_way import GivingWay, short_work
from metrics.publish import rendering
from metrics.publish.dataset import Pull, Row
from metrics.publish.rendering import render
from tests.metrics.publish.made_up import edition_of

WORKED = 0.05  # seconds


def waits_after(worked: float = WORKED) -> float:
    """The seconds a pull waits after it worked for so long."""
    way = GivingWay()
    time.sleep(worked)
    begun = time.monotonic()
    way.step()
    return time.monotonic() - begun


def test_a_pull_waits_for_short_work_a_few_times_as_long_as_it_worked() -> None:
    with short_work():
        assert waits_after() >= 3.9 * WORKED


def test_it_goes_on_when_the_last_short_work_is_over() -> None:
    over = threading.Event()

    def two_readers() -> None:
        with short_work():
            with short_work():
                pass
            over.wait(WORKED)

    reader = threading.Thread(target=two_readers)
    way = GivingWay()
    time.sleep(WORKED)
    reader.start()
    while not waits_after(0.01) and reader.is_alive():
        pass
    over.set()
    way.step()
    reader.join()
    assert waits_after(0.01) < 0.01, "nobody is answered any more"


def test_a_pull_looks_between_its_slices(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    class Looking(GivingWay):
        def step(self) -> None:
            looked.append(1)

    monkeypatch.setattr(rendering, "GivingWay", Looking)
    edition = edition_of("text")
    dataset = replace(edition.dataset, records=lambda *_: iter(rows(640)))
    render(dataset, session=session, view=edition.view, pull=Pull(), form="json").file.close()
    assert len(looked) == 10


def rows(count: int) -> list[Row]:
    return [(str(number),) for number in range(count)]


@pytest.mark.parametrize(
    ("path", "begun", "waits"),
    [("/targets", False, True), ("/targets", True, False), ("/api/v1/rates.csv", False, False)],
)
def test_pulls_wait_for_a_page_until_its_answer_begins(path: str, begun: bool, waits: bool) -> None:
    waited: list[float] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        waited.append(waits_after())

    async def nothing(*_: Any) -> None:
        return None

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "client": ("::1", 1)}
    asyncio.run(PlacesByClient(page)(scope, nothing, nothing))  # type: ignore[arg-type]
    assert (waited[0] >= WORKED) is waits
