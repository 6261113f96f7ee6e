"""`make bench`: every benchmark of the list, each in a process and databases of its own; ratios printed and kept.

    python -m benchmarks [--size nation] [NAME …]

A benchmark is a module with `measure(size: Size) -> Iterator[Measured]`, which yields every figure as soon as it is
measured, each against a reference of the same run; its name in `BENCHMARKS` registers it. At `Size.SMALL` all of them
take ten minutes together; at `Size.NATION` (`make bench SIZE=nation`) one may take an hour and as many gigabytes as
2,850 counties × 120 months need, which it frees before it ends. What is measured goes into `build/bench.json`.

The exit code is 1 if a figure missed what is to be reached, or a benchmark broke off.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import time
from importlib import import_module

from benchmarks.measured import Size, show
from metrics.logging import configure_logging

BENCHMARKS = (
    "command_line",
    "rendering",
    "pulls",
    "formatted_rows",
    "growth",
    "target_page",
    "earlier",
    "submitting",
    "bulk",
    "plan_load",
    "pages",
    "first_paint",
    "open_progress",
    "trust",
    "workers",
    "columnstore",
)


def main(arguments: list[str]) -> int:
    """Measure the benchmarks named, or all of them one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Every benchmark, or those named.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}")
    parser.add_argument("--size", choices=[size.value for size in Size], default=Size.SMALL.value)
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    configure_logging("console", level=logging.ERROR)
    if len(asked.names) == 1:
        return show(import_module(f"benchmarks.{asked.names[0]}").measure(Size(asked.size)), keep=True)
    failed = [name for name in asked.names or BENCHMARKS if not _reaches(name, asked.size)]
    sys.stdout.write(f"missed or broken off: {', '.join(failed) or 'none'}\n")
    return int(bool(failed))


def _reaches(name: str, size: str) -> bool:
    """Measure one benchmark in a process of its own: its memory ends with it, and if it breaks the others still run."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "benchmarks", name, "--size", size]
    code = subprocess.run(command, check=False).returncode
    sys.stdout.write(f"    {name}: {time.monotonic() - begun:.0f} s\n")
    sys.stdout.flush()
    return code == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
