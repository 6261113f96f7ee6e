"""Taking a file apart in a process of its own that may cost only so much, a few at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence

import structlog

from metrics.errors import Message, Problem, TooMany
from metrics.intake import limits
from metrics.intake.file_problems import problem_to_json
from metrics.intake.grid import Grid, grid_from_json
from metrics.intake.isolated_process import REFUSED
from metrics.intake.refusals import refuse_file

log = structlog.get_logger(__name__)

_AT_ONCE = threading.BoundedSemaphore(4)
_LONGEST_WAIT = 60  # seconds for a place; on a busy machine those before take long


def grid_of(content: bytes) -> Grid:
    """The grid of a file's bytes.

    Raises Invalid `file_…` (see :data:`metrics.intake.refusals.REFUSALS`) for what cannot be read, TooMany while too
    many files are being read already.
    """
    if len(content) > limits.LARGEST_FILE:
        raise refuse_file("file_too_large", {"found": len(content)})
    return grid_from_json(json.loads(_run([], content)))


def annotated(content: bytes, problems: Sequence[Problem]) -> bytes:
    """A refused file as a workbook with the cells of `problems` marked. Raises as :func:`grid_of`."""
    kept = json.dumps([problem_to_json(problem) for problem in problems]).encode()
    return _run(["annotate"], kept + b"\n" + content)


def _run(task: list[str], sent: bytes) -> bytes:
    if not _AT_ONCE.acquire(timeout=_LONGEST_WAIT):
        message = Message("正在处理的文件过多,请稍后重试。", "Too many files are being read; try again shortly.")
        raise TooMany("files_too_many", message, retry_after=5)
    # A process of its own knows file formats, this one the plan; it may be killed at any moment (decision 50). Nothing
    # of the service's surroundings is in it: a hostile file would find the database's address there.
    command = [sys.executable, "-m", "metrics.intake.isolated_process", str(limits.CPU_SECONDS), *task]
    try:
        done = subprocess.run(
            command, input=sent, capture_output=True, timeout=limits.WALL_SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise refuse_file("file_too_demanding", {"what": "clock"}) from None
    finally:
        _AT_ONCE.release()
    if done.returncode == REFUSED:
        raise refuse_file(**json.loads(done.stdout))
    if done.returncode < 0:
        raise refuse_file("file_too_demanding", {"what": "processor"})  # killed beyond its limit
    if done.returncode != 0:
        log.info("file_unreadable", reason=done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300])
        raise refuse_file("file_broken")
    return done.stdout
