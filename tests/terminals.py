"""The command line as somebody at a terminal has it: a process of its own on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import time
from collections.abc import Mapping, Sequence

from tests.databases import Database
from tests.serving import PATIENCE, fork_program


def at_a_terminal(database: Database, arguments: Sequence[str], answers: Mapping[str, str]) -> tuple[int, str]:
    """Run `biaochi` with `arguments`; exit code, and what was on the terminal.

    `answers`: words that it asks with → what is then typed, each once.
    """
    here, there = pty.openpty()
    variables = os.environ | database.environment() | {"COLUMNS": "160", "LINES": "50", "TERM": "xterm"}
    process = fork_program(list(arguments), variables=variables, place=os.ttyname(there))
    seen, left, until = b"", dict(answers), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if select.select([here], [], [], 0.1)[0]:
            seen += os.read(here, 65536)
        elif process.poll() is not None:
            break
        asked = next((words for words in left if words.encode() in seen), None)
        if asked is not None:
            os.write(here, left.pop(asked).encode() + b"\n")
    if process.poll() is None:
        process.kill()
    code = process.wait()
    while select.select([here], [], [], 0)[0]:  # said between the last look and the end
        seen += os.read(here, 65536)
    os.close(there)
    os.close(here)
    return code, seen.decode(errors="replace")
