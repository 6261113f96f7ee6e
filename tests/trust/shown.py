"""T1 to T7, what trust is to be shown by, each with its command and its count: `python -m tests.trust.shown [T3 …]`.

`make torture` runs all of them; short forms of the same checks are among the tests.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass

_PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown, and the arguments of Python that show it. `more`: variables beside those that are there."""

    what: str
    arguments: tuple[str, ...]
    more: tuple[tuple[str, str], ...] = ()


def _tests(*paths: str) -> tuple[str, ...]:
    return (*_PYTEST, *paths)


SHOWN: dict[str, tuple[Shown, ...]] = {
    "T1": (Shown("1,000 tamperings in SQL, each row named", ("-m", "tests.trust.thousand", "1000", "3")),),
    "T2": (
        Shown(
            "forgery with and without the key, cut end, restored backup",
            _tests(
                "tests/trust/test_attackers.py",
                "tests/trust/test_signer.py",
                "tests/trust/test_signer_and_leaves.py",
                "tests/trust/test_signer_cut_short.py",
            ),
        ),
    ),
    "T3": (
        Shown("10,000 one-byte flips", ("-m", "benchmarks.flips", "10000")),
        Shown(
            "tables recomputed from 30 random histories",
            _tests("tests/trust/test_recomputed.py", "tests/trust/test_false_tables.py"),
            (("HISTORIES", "30"),),
        ),
    ),
    "T4": (
        Shown(
            "a pull as of then, before 500 later revisions",
            _tests("tests/metrics/publish/test_vintages.py"),
            (("REVISIONS", "500"),),
        ),
    ),
    "T5": (Shown("UPDATE, DELETE, TRUNCATE as the service's role", _tests("tests/migrations/test_rights.py")),),
    "T6": (Shown("guards taken off", _tests("tests/metrics/guards/test_differences.py")),),
    "T7": (
        Shown(
            "checkpoints that leave the building",
            _tests("tests/trust/test_witness.py", "tests/trust/test_witnessed.py", "tests/trust/test_bulletins.py"),
        ),
    ),
}


def counts_of(said: str) -> str:
    """The lines that count something, of whatever else stands before and after them (a service's log, dots)."""
    return "; ".join(line.strip("= ") for line in said.splitlines() if re.search(r"\d+ (of \d|passed)", line))


def main(*chosen: str) -> int:
    """Run what was chosen, else all of it; print the counts of each with the seconds it took. 1 if one failed."""
    failed = 0
    for name in chosen or SHOWN:
        for shown in SHOWN[name]:
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, *shown.arguments],
                env=os.environ | dict(shown.more),
                capture_output=True,
                text=True,
                check=False,
            )
            failed += done.returncode != 0
            said = (done.stdout if done.returncode else counts_of(done.stdout)) or done.stderr
            sys.stdout.write(f"{name} {shown.what}: {said.strip()} ({time.monotonic() - began:.0f} s)\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
