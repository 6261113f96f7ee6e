"""A witness over HTTP: `POST /add-checkpoint`, and a line that says who it is. Nothing else is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from metrics.ledger.witnessing.request import LONGEST
from metrics.ledger.witnessing.witness import Witness, WitnessAnswer
from metrics.limits.patient_protocol import PatientProtocol

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_BODY_SECONDS = 10.0
_AT_ONCE = 64  # connections; the others are told to come back


class WitnessApplication:
    """The ASGI application of one witness."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = await self._answer(scope, receive)
        headers = [(b"content-type", answer.media_type.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.text.encode()})

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> WitnessAnswer:
        asked = scope["method"], scope["path"]
        if asked in (("GET", "/"), ("HEAD", "/")):
            return WitnessAnswer(200, f"{self._witness.key.verifier_key}\n")
        if scope["path"] != "/add-checkpoint":
            return WitnessAnswer(404, "POST /add-checkpoint\n")
        if scope["method"] != "POST":
            return WitnessAnswer(405, "POST\n")
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                content = await _body(receive)
        except TimeoutError:
            return WitnessAnswer(408, "the body took too long\n")
        if content is None:
            return WitnessAnswer(413, f"at most {LONGEST} bytes\n")
        return await asyncio.to_thread(self._witness.add_checkpoint, content)


async def _body(receive: Receive) -> bytes | None:
    """The body; None if it is too long, or if whoever sent it is gone."""
    content = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        content += part
        if len(content) > LONGEST:
            return None
        if not message.get("more_body"):
            return content


def serve_witness(witness: Witness, *, host: str, port: int, announce: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM."""
    server = _Announcing(
        uvicorn.Config(
            WitnessApplication(witness),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            limit_concurrency=_AT_ONCE,
            timeout_graceful_shutdown=5,
            server_header=False,
            proxy_headers=False,
            http=PatientProtocol,
            timeout_keep_alive=15,
        ),
        announce,
    )
    server.run()


class _Announcing(uvicorn.Server):
    """Says when it is to be found."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._announce()
