"""Answering over HTTP from a socket that listens already: the same in the one process and in each of several."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import uvicorn

from metrics.database import engine
from metrics.errors import Message, Unavailable
from metrics.limits.patient_protocol import PatientProtocol, take_all_descriptors
from metrics.server.stopping import ANSWERS_END_WITHIN, InUse, StoppingServer

APPLICATION = "api.app:create_app"  # by its name as text: `metrics` imports nothing of the floors above
BACKLOG = 2048  # connections that wait to be taken, as uvicorn's own


def answer_until_stopped(
    listener: socket.socket,
    *,
    ready: Callable[[], None],
    before: Callable[[], None] | None = None,
    taken_at_once: int = BACKLOG,
) -> None:
    """Serve from `listener` until SIGINT or SIGTERM, calling `ready` once. Raises Unavailable if the application fails.

    `before`: called once, when the application is loaded and before anybody is taken. `taken_at_once`: how many waiting
    connections it takes before it does anything else; one where others take as well.
    """
    os.environ.setdefault("DASH_DISABLE_VERSION_CHECK", "1")  # asks an outside host otherwise
    take_all_descriptors()
    config = uvicorn.Config(
        APPLICATION,
        factory=True,
        log_config=None,
        access_log=False,  # ours says more, and no parameters (api/audit_trail.py)
        timeout_graceful_shutdown=ANSWERS_END_WITHIN,
        server_header=False,
        proxy_headers=False,  # what proxies say is looked at in api/client.py
        http=PatientProtocol,
        timeout_keep_alive=15,
        backlog=taken_at_once,
    )

    def listening() -> None:
        listener.listen(BACKLOG)  # which uvicorn made as short as what is taken at once
        ready()

    server = StoppingServer(config, InUse(engine()), before=before, announce=listening)
    server.run(sockets=[listener])
    if not server.started:
        raise Unavailable(
            code="not_started",
            message=Message("服务未能启动,原因见上面的日志。", "The service did not start; the log above says why."),
        )
