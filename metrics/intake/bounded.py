"""Taking a file apart in a process of its own that may cost only so much, a few at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

import structlog

from metrics.errors import Message, TooMany
from metrics.intake import limits
from metrics.intake.child import OUT_OF_MEMORY
from metrics.intake.grid import Grid, grid_from_json
from metrics.intake.refusals import refuse_file

log = structlog.get_logger(__name__)

_AT_ONCE = threading.BoundedSemaphore(4)
_LONGEST_WAIT = 15  # seconds for a place


def grid_of(content: bytes) -> Grid:
    """The grid of a file's bytes.

    Raises Invalid `file_…` (see :data:`metrics.intake.refusals.REFUSALS`) for what cannot be read, TooMany while too
    many files are being read already.
    """
    if len(content) > limits.LARGEST_FILE:
        raise refuse_file("file_too_large")
    if not _AT_ONCE.acquire(timeout=_LONGEST_WAIT):
        message = Message("正在处理的文件过多,请稍后重试。", "Too many files are being read; try again shortly.")
        raise TooMany("files_too_many", message, retry_after=5)
    try:
        answer = _run(content)
    finally:
        _AT_ONCE.release()
    if "refused" in answer:
        raise refuse_file(answer["refused"])
    return grid_from_json(answer)


def _run(content: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", "metrics.intake.child"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=limits.WALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise refuse_file("file_too_demanding") from None
    if done.returncode == OUT_OF_MEMORY or done.returncode < 0:
        raise refuse_file("file_too_demanding")
    if done.returncode != 0:
        log.info("file_unreadable", reason=done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300])
        raise refuse_file("file_broken")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
