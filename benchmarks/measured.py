"""What a benchmark measured: a figure with its reference of the same run, what is to be reached, and where it is kept.

Figures are kept in `build/bench.json`, one for each check, work and size; a later run replaces those it measures again,
and another machine begins anew, so that the figures of a file can be held against each other.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "build" / "bench.json"
MILLION = 1_000_000  # rows, below which what is to be reached of many is only shown


class Size(Enum):
    """How much is measured: what takes a minute, or 2,850 counties × 120 months."""

    SMALL = "small"
    NATION = "nation"


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure. `unit` of a ratio is "×"; `beside` are further figures of the same work, by what they are.

    Without `at_most` and `at_least` it is only shown: at this size nothing has to be reached.
    """

    check: str  # of docs/performance.md: "P5"
    work: str
    size: str
    amount: float
    reference: str
    unit: str = "×"
    at_most: float | None = None
    at_least: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_missed(self) -> bool:
        over = self.at_most is not None and self.amount > self.at_most
        return over or (self.at_least is not None and self.amount < self.at_least)

    @property
    def reach(self) -> str:
        """What is to be reached, with its unit; empty where nothing is."""
        bounds = (("≤", self.at_most), ("≥", self.at_least))
        return ", ".join(f"{sign} {amount_text(bound)} {self.unit}" for sign, bound in bounds if bound is not None)

    def line(self) -> str:
        beside = "".join(f", {name} {amount_text(amount)}" for name, amount in self.beside.items())
        reach = f"   reach {self.reach}{', missed' if self.is_missed else ''}" if self.reach else ""
        shown = f"{amount_text(self.amount)} {self.unit}"
        return f"{self.check} {self.work}, {self.size}: {shown} against {self.reference}{beside}{reach}"


def amount_text(amount: float) -> str:
    """Three significant digits, whole from a hundred on."""
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:.3g}"


def show(figures: Iterable[Measured], *, keep: bool = False) -> int:
    """Print every figure as it comes, keep it if asked to; answer 1 if one missed what is to be reached."""
    missed = False
    for figure in figures:
        missed |= figure.is_missed
        sys.stdout.write(f"{figure.line()}\n")
        sys.stdout.flush()
        if keep:
            _keep(figure)
    return int(missed)


def kept(file: Path = RESULTS) -> dict[str, Any]:
    """`machine`, and `figures`: the fields of `Measured` with `date`, `revision` and `load` (processes waiting)."""
    if not file.exists():
        return {"machine": "", "figures": []}
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def write_kept(results: dict[str, Any], file: Path = RESULTS) -> None:
    """Write the file whole."""
    file.parent.mkdir(exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1)
    file.write_text(f"{text}\n", encoding="utf-8")


def with_figure(results: dict[str, Any], figure: Mapping[str, Any], machine: str) -> dict[str, Any]:
    """The results with a figure more, in place of an earlier one of the same check, work and size."""
    earlier = results["figures"] if results["machine"] == machine else []
    names = ("check", "work", "size")
    others = [other for other in earlier if any(other[name] != figure[name] for name in names)]
    return {"machine": machine, "figures": [*others, dict(figure)]}


def _keep(figure: Measured) -> None:
    taken = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "revision": _revision(), "load": round(os.getloadavg()[0], 1)}
    write_kept(with_figure(kept(), asdict(figure) | taken, _machine()))


def _revision() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _machine() -> str:
    """Cores, processor, memory and Python: what figures depend on."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores of {_processor()}, {memory:.0f} GB, Python {platform.python_version()}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
