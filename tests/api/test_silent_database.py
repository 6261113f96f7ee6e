"""A database that says nothing, and one that is only slow because all processors are busy: the first alone is told."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api import silent_database
from api.silent_database import SilentDatabase

TURN = 0.01
REQUEST = {"type": "http", "method": "POST", "path": "/tasks/3", "query_string": b"", "headers": []}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silent_database, "_PATIENCE", TURN)
    monkeypatch.setattr(silent_database, "_TURN", TURN)


def answered(
    alive: threading.Event, answers: threading.Event, *, beside: Callable[[], None], asked: Mapping[str, Any] = REQUEST
) -> tuple[int, str]:
    """Status and body of what a request is answered, of which the database gives a sign when `alive` is set.

    `answers`: when it answers the request. `beside`: what keeps the one thread that serves, over and over.
    """
    statuses, bodies = list[int](), list[bytes]()

    async def asks(scope: Scope, receive: Receive, send: Send) -> None:
        while not answers.is_set():
            await asyncio.sleep(TURN)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        else:
            bodies.append(message["body"])

    async def scenario() -> None:
        service = SilentDatabase(asks, lives=lambda: alive.wait(30))
        request = asyncio.create_task(service(dict(asked), nothing, send))
        while not request.done():
            beside()
            await asyncio.sleep(0)
        alive.set()  # whose thread is waited for

    asyncio.run(asyncio.wait_for(scenario(), 60))
    return statuses[0], b"".join(bodies).decode()


def test_a_database_that_says_nothing_is_told() -> None:
    status, body = answered(threading.Event(), threading.Event(), beside=lambda: None)
    told = json.loads(body)
    assert (status, told["code"]) == (503, "database_away")
    assert "未保存的再提交一次" in told["message"]["zh"]  # what whoever filled a page in has to do
    assert not set(",:;()") & set(told["message"]["zh"])  # in print, as the page shows it


def test_one_that_is_slow_because_the_processors_are_busy_is_waited_for() -> None:
    """Both answers come later than it is waited by the clock, and after fewer turns than it is waited."""
    alive, answers, turns = threading.Event(), threading.Event(), 0

    def beside() -> None:
        nonlocal turns
        turns += 1
        time.sleep(4 * TURN)  # a turn comes so late
        if turns == silent_database._TURNS // 2:
            alive.set()
        if turns == silent_database._TURNS * 2:
            answers.set()

    assert answered(alive, answers, beside=beside) == (200, "{}")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_browsers_page_says_it_in_words_and_asks_again_where_that_changes_nothing(method: str) -> None:
    asked = {**REQUEST, "method": method, "headers": [(b"accept", b"text/html,*/*;q=0.8")]}
    status, page = answered(threading.Event(), threading.Event(), beside=lambda: None, asked=asked)
    assert status == 503
    assert "<p>数据库没有响应" in page
    assert ('<meta http-equiv="refresh" content="5">' in page) is (method == "GET")
