"""The command line as somebody at a terminal has it: a process of its own on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from tests.databases import Database
from tests.serving import PATIENCE


def at_a_terminal(database: Database, arguments: Sequence[str], answers: Mapping[str, str]) -> tuple[int, str]:
    """Run `biaochi` with `arguments`; exit code, and what was on the terminal.

    `answers`: words that it asks with → what is then typed, each once.
    """
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "metrics.cli.main", *arguments],
        stdin=there,
        stdout=there,
        stderr=there,
        env=os.environ | database.environment() | {"COLUMNS": "160", "LINES": "50", "TERM": "xterm"},
        close_fds=True,
    )
    os.close(there)
    seen, left, until = b"", dict(answers), time.monotonic() + PATIENCE
    with suppress(OSError):  # the terminal goes with the process
        while time.monotonic() < until:
            if select.select([here], [], [], 0.2)[0]:
                chunk = os.read(here, 65536)
                if not chunk:
                    break
                seen += chunk
            asked = next((words for words in left if words.encode() in seen), None)
            if asked is not None:
                os.write(here, left.pop(asked).encode() + b"\n")
    if process.poll() is None and time.monotonic() >= until:
        process.kill()
    code = process.wait()
    os.close(here)
    return code, seen.decode(errors="replace")
