"""No broken answer: one that breaks in its midst does not end as a whole one does, and every place of such is known."""

from __future__ import annotations

import ast
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import psycopg
import pytest
import uvicorn
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from metrics.limits.patient_protocol import PatientProtocol
from tests.serving import PATIENCE, PLAIN, ROOT

_STREAMING = ("StreamingResponse", "FileResponse", "send_file")
# Every place that makes an answer piece by piece; what breaks in it is raised to the server, which then ends nothing.
STREAMED = {
    "audit.py: answer",
    "ledger.py: pull_ledger_entries",
    "releases.py: _ranged",
    "releases.py: release_differences",
    "spooled.py: sent",
}


def streaming() -> Iterator[str]:
    """The functions of the product that make such answers."""
    for path in sorted([*ROOT.glob("api/**/*.py"), *ROOT.glob("dashboard/**/*.py")]):
        text = path.read_text(encoding="utf-8")
        if any(name in text for name in _STREAMING):
            made = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef) and _streams(one)]
            yield from (f"{path.name}: {one.name}" for one in made if not any(_holds(one, other) for other in made))


def _streams(made: ast.AST) -> bool:
    return any(isinstance(call, ast.Call) and getattr(call.func, "id", "") in _STREAMING for call in ast.walk(made))


def _holds(outer: ast.FunctionDef, inner: ast.FunctionDef) -> bool:
    return outer is not inner and any(one is inner for one in ast.walk(outer))


def test_every_place_that_streams_is_known() -> None:
    assert set(streaming()) == STREAMED


async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
    """An answer that breaks in its midst; with its length or, at /chunked, without."""
    if scope["type"] != "http":
        return

    def pieces() -> Iterator[bytes]:
        yield b"unit_code,value\r\n441202,1\r\n"
        raise psycopg.OperationalError("gone")

    headers = {} if scope["path"] == "/chunked" else {"Content-Length": "1000"}
    await StreamingResponse(pieces(), headers=headers)(scope, receive, send)


@contextmanager
def served() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(breaks, log_config=None, http=PatientProtocol, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                thread.join(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def test_over_http_a_broken_answer_looks_broken() -> None:
    with served() as url:
        for path in ("/chunked", "/measured"):
            with pytest.raises(httpx2.RemoteProtocolError):
                httpx2.get(url + path, timeout=PATIENCE, verify=PLAIN)
