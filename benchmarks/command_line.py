"""P11: `python -m benchmarks.command_line`: processor time of `biaochi --help`, of a command's help and of wrong usage.

The reference is an interpreter that does nothing; each runs in processes of its own, in turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.measured import Measured, Size, show

_ROUNDS = 15
_PROGRAM = (sys.executable, "-m", "metrics.cli.main")
_PASS = (sys.executable, "-c", "pass")
_ASKED = ("--help", "export --help", "no-such-command")


def measure(_: Size = Size.SMALL) -> Iterator[Measured]:
    """The median of every round's ratio."""
    commands = (_PASS, *((*_PROGRAM, *asked.split()) for asked in _ASKED))
    taken = [[_processor_time(command) for command in commands] for _ in range(_ROUNDS)]
    for number, asked in enumerate(_ASKED, start=1):
        yield Measured(
            "P11",
            f"biaochi {asked}, processor time",
            "one process",
            median(each[number] / each[0] for each in taken),
            "python -c pass",
            at_most=10,
            beside={"ms": median(each[number] for each in taken) * 1000},
        )


def _processor_time(command: Sequence[str]) -> float:
    """Seconds of processor, the system's included, of one process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(show(measure()))
