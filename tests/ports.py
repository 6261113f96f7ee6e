"""Ports for servers of tests, each given once."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path

# Below the numbers that Linux gives to outgoing connections (32768 and up) and to whoever binds port 0, so that neither
# can take a port between its being given here and its server's listening.
_FIRST, _LAST = 20_000, 32_000


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on and that no other process of any run of tests has been given lately.

    The number given last is kept in a file that all workers of all runs of this user share.
    """
    path = Path(tempfile.gettempdir()) / f"biaochi-test-ports-{os.getuid()}"
    with path.open("a+", encoding="ascii") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        port = int(kept.read() or _LAST)
        for _ in range(_LAST - _FIRST + 1):
            port = port + 1 if port < _LAST else _FIRST
            if _nobody_listens(port):
                break
        else:
            raise AssertionError(f"every port from {_FIRST} to {_LAST} is taken")
        kept.truncate(0)
        kept.write(str(port))
    return port


def _nobody_listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True
