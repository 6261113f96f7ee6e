"""At a stop a connection that is kept has a moment more: what is on its way is answered, and said to be the last."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from metrics.limits import patient_protocol
from metrics.limits.patient_protocol import PatientProtocol
from tests.serving import PATIENCE

ASKED = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("here")(scope, receive, send)


@contextmanager
def connected() -> Iterator[tuple[uvicorn.Server, socket.socket]]:
    """A server, and a connection to it on which a request was answered."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(answers, log_config=None, http=PatientProtocol, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with socket.create_connection(listener.getsockname(), timeout=PATIENCE) as kept:
                assert b"connection: close" not in answer_to(ASKED, kept)
                yield server, kept
        finally:
            server.should_exit = True
            thread.join()


def answer_to(asked: bytes, kept: socket.socket) -> bytes:
    kept.sendall(asked)
    told = b""
    while not told.endswith(b"here"):
        told += (piece := kept.recv(65536))
        assert piece, f"closed after {told!r}"
    assert told.startswith(b"HTTP/1.1 200")
    return told


def stopped(server: uvicorn.Server, address: tuple[str, int]) -> None:
    """Begin to stop it, and return when it takes nobody more."""
    server.should_exit = True
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(address) != 0:
                return


def test_what_is_on_its_way_at_a_stop_is_answered_and_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_protocol, "_LINGERS", PATIENCE)
    with connected() as (server, kept):
        stopped(server, kept.getpeername())
        assert b"connection: close" in answer_to(ASKED, kept)
        assert kept.recv(1) == b""


def test_a_connection_on_which_nobody_asks_ends_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_protocol, "_LINGERS", 0.05)
    with connected() as (server, kept):
        stopped(server, kept.getpeername())
        assert kept.recv(1) == b""
