"""Whoever asks while the service starts is told so, and waits for nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing

import httpx2
import pytest

from metrics.server import starting
from metrics.server.starting import Starting, told
from tests.serving import PATIENCE, PLAIN

_PAGE = b"text/html"
_PROBLEM = b"application/problem+json"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html,*/*\r\n\r\n", _PAGE),
        (b"GET /api/v1/units HTTP/1.1\r\nAccept: text/html\r\n\r\n", _PROBLEM),
        (b"POST /api/v1/submissions HTTP/1.1\r\nHost: x\r\n\r\n{}", _PROBLEM),
        (b"GET /readyz HTTP/1.1\r\n\r\n", _PROBLEM),
        (b"\x16\x03\x01 not http at all", _PROBLEM),
    ],
)
def test_a_page_is_answered_with_a_page_and_everything_else_with_a_problem(asked: bytes, kind: bytes) -> None:
    head, _, body = told(asked).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"Content-Type: " + kind in head
    assert b"Retry-After: 5" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert "服务正在启动" in body.decode()
    assert "The service is starting" in body.decode()
    if kind == _PROBLEM:
        assert json.loads(body)["code"] == "starting"


def test_a_head_has_no_body() -> None:
    assert told(b"HEAD / HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")[2] == b""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


def test_everybody_is_answered_until_it_is_closed(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_FOR_ONE", PATIENCE)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1/submissions"
    with closing(Starting(listener)):
        answers = [
            httpx2.get(url, timeout=PATIENCE, verify=PLAIN),
            httpx2.post(url, content=b"7" * 3_000_000, timeout=PATIENCE, verify=PLAIN),
        ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "starting")] * 2
    with socket.create_connection(listener.getsockname()):
        listener.settimeout(PATIENCE)
        listener.accept()[0].close()  # whoever comes afterwards is left to who listens next


def test_one_who_says_nothing_is_closed(listener: socket.socket) -> None:
    with closing(Starting(listener)), socket.create_connection(listener.getsockname()) as silent:
        silent.settimeout(PATIENCE)
        assert silent.recv(1) == b""
