"""What files that no program writes cost: refused in words, within ten seconds of the processor and 300 MB each."""

from __future__ import annotations

import re
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from metrics.errors import Invalid
from metrics.intake.isolation import grid_of
from metrics.intake.limits import CPU_SECONDS, MEMORY
from metrics.intake.refusals import REFUSALS
from tests.metrics.intake.workbook.hostile_files import HOSTILE

pytestmark = pytest.mark.usefixtures("files_read_apart")

HARMLESS = {  # odd, and read in time as a file without figures
    "a million empty rows",
    "a million formatted rows",
    "a million formatted cells",
    "a string of 57 MiB",
}


@dataclass
class Cost:
    seconds: float = 0.0  # of the processor
    memory: int = 0  # bytes resident in child processes, at most


@contextmanager
def measured() -> Iterator[Cost]:
    """What child processes of this one cost while the block runs."""
    cost, over, own = Cost(), threading.Event(), psutil.Process()

    def look() -> None:
        while not over.wait(0.03):  # whoever looks for children looks through all processes that there are
            for child in own.children(recursive=True):
                try:
                    if "metrics.intake.isolated_process" in child.cmdline():
                        cost.memory = max(cost.memory, _most_resident(child.pid))
                except (psutil.Error, OSError):
                    continue  # it is over

    watcher = threading.Thread(target=look)
    watcher.start()
    started = _processor()
    try:
        yield cost
    finally:
        cost.seconds = _processor() - started
        over.set()
        watcher.join()


def _most_resident(pid: int) -> int:
    """Bytes of memory that the process has had resident until now, at most; 0 of one that is over."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace"))
    return int(found[1]) * 1024 if found else 0


def _processor() -> float:
    """Seconds of the processor that ended child processes of this one have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _outcome(content: bytes) -> str:
    """The code of the refusal, or how many cells were read."""
    try:
        grid = grid_of(content)
    except Invalid as refused:
        return refused.code
    return f"{sum(len(row) for sheet in grid.sheets for row in sheet.cells.values())} cells"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words_within_bounds(name: str) -> None:
    content = HOSTILE[name]()
    with measured() as cost:
        outcome = _outcome(content)
    assert outcome in REFUSALS or name in HARMLESS, outcome
    print(f"{name}: {outcome}, {cost.seconds:.1f} s, {cost.memory / 2**20:.0f} MiB")  # noqa: T201  to be shown
    assert cost.seconds < CPU_SECONDS + 1  # the promise itself: a share of it fails on slower processors
    assert cost.memory <= MEMORY
