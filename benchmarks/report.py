"""`python -m benchmarks.report`: takes what was measured into docs/performance.json and draws docs/performance.md.

Every machine has a table of its own, the one that measured last comes first: figures of two are never mixed. The tables
hold what the JSON holds, no more and no less: a test compares the two. So it is with the plans of
:mod:`benchmarks.plans` and docs/plans.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measured import RESULTS, ROOT, Measured, amount_text, kept, with_figure
from benchmarks.plans import PLANS

FIGURES = ROOT / "docs" / "performance.json"
PLANS_KEPT = ROOT / "docs" / "plans.json"
DOCUMENT = ROOT / "docs" / "performance.md"
_BEGIN, _PLANS, _END = "<!-- drawn: figures -->\n", "<!-- drawn: plans -->\n", "<!-- end -->"
_HEAD = "| check | what | size | measured | reference | reach | beside | taken |\n|---|---|---|---|---|---|---|---|"
_TAKEN = ("date", "revision", "load")


def main(measured: Path = RESULTS, told: Path = PLANS) -> int:
    """Take figures and plans over and draw them; answer 1 if nothing was measured."""
    results = kept(measured)
    if told.exists():
        PLANS_KEPT.write_text(told.read_text(encoding="utf-8"), encoding="utf-8")
        _draw(_PLANS, plans())
    elif not results["figures"]:
        sys.stdout.write("nothing was measured yet: make bench\n")
        return 1
    if results["figures"]:
        _keep(results)
        _draw(_BEGIN, figures())
    return 0


def _machines() -> list[dict[str, Any]]:
    """What :func:`benchmarks.measured.kept` tells, of each machine."""
    found: list[dict[str, Any]] = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else []
    return found


def _keep(results: dict[str, Any]) -> None:
    """Put what was measured before what others measured; its machine's earlier figures stay where it has none anew."""
    machine, earlier = results["machine"], _machines()
    merged = next((one for one in earlier if one["machine"] == machine), {"machine": machine, "figures": []})
    for figure in results["figures"]:
        merged = with_figure(merged, figure, machine)
    others = [one for one in earlier if one["machine"] != machine]
    FIGURES.write_text(f"{json.dumps([merged, *others], ensure_ascii=False, indent=1)}\n", encoding="utf-8")


def _draw(begin: str, drawn: str) -> None:
    """Put `drawn` between `begin` and the end that follows it, where the document has such a part."""
    before, found, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    if found:
        DOCUMENT.write_text(f"{before}{begin}{drawn}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")


def plans() -> str:
    """Each path with its slowest statement's plan, then and now, folded up."""
    parts = []
    for told in json.loads(PLANS_KEPT.read_text(encoding="utf-8")):
        now, then = told["milliseconds"], told["milliseconds_before"]
        for title, plan in (
            (f"{amount_text(now)} ms now", told["plan"]),
            (f"{amount_text(then)} ms from figures, before", told["plan_before"]),
        ):
            head = f"{told['path']}, {told['size']}: {title}"
            parts.append(f"<details><summary>{head}</summary>\n\n```\n{plan}\n```\n\n</details>\n")
    return "\n".join(parts)


def figures() -> str:
    """Every machine and its figures as the document has them, by check and in the order they were measured."""
    return "\n\n".join(
        "\n".join([f"**{results['machine']}**", "", _HEAD, *map(_row, _in_order(results["figures"]))])
        for results in _machines()
    )


def _in_order(kept_figures: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(kept_figures, key=lambda figure: (_number(figure["check"]), figure["work"]))


def _number(check: str) -> tuple[int, str]:
    """P11 comes after P2; what has no number comes last."""
    digits = check.lstrip("P")
    return (int(digits), "") if digits.isdigit() else (1000, check)


def _row(kept_figure: Mapping[str, Any]) -> str:
    figure = Measured(**{name: value for name, value in kept_figure.items() if name not in _TAKEN})
    reach = f"{figure.reach}{' **missed**' if figure.is_missed else ''}"
    beside = "; ".join(f"{name} {amount_text(amount)}" for name, amount in figure.beside.items())
    taken = f"{kept_figure['date']}, {kept_figure['revision']}, load {kept_figure['load']}"
    measured = f"{amount_text(figure.amount)} {figure.unit}"
    return _cells([figure.check, figure.work, figure.size, measured, figure.reference, reach, beside, taken])


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '·') for cell in cells)} |"


if __name__ == "__main__":
    sys.exit(main())
