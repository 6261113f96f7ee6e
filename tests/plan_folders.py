"""The plan folders tests read, and how a test damages a copy of one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from metrics.plan.files import read_plan, source_text
from metrics.plan.model import LinearForm, Plan
from metrics.plan.problems import PlanInvalid, PlanProblem
from metrics.plan.rules import check_plan

SEED = Path(__file__).parents[1] / "seed" / "plan"
LAKESIDE = Path(__file__).parent / "plans" / "lakeside"


@cache
def plan_in(folder: Path) -> Plan:
    """The plan of a folder that no test changes."""
    return read_plan(folder)


@cache
def source_in(folder: Path) -> str:
    return source_text(folder)


def problems_of(folder: Path) -> tuple[PlanProblem, ...]:
    """What is wrong with the plan in `folder`, found in reading it or, if that went well, in checking it."""
    try:
        return check_plan(read_plan(folder), source_text(folder))
    except PlanInvalid as refused:
        return refused.problems


def replace_in(path: Path, old: str, new: str, *, after: str = "") -> None:
    """Replace the first `old` behind the text `after` in a file."""
    text = path.read_text(encoding="utf-8")
    start = text.index(after)
    at = text.index(old, start)
    path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")


def written(form: LinearForm) -> str:
    """``items_total − exempt_online``, as people write it."""
    parts = []
    for term in form.terms:
        sign = "−" if term.times < 0 else "+"
        size = "" if abs(term.times) == 1 else f"{abs(term.times)} × "
        parts.append(f"{sign} {size}{term.element}")
    return " ".join(parts).removeprefix("+ ")


def steps_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value in nested mappings and lists with the steps that lead to it."""
    yield path, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in entries:
        yield from steps_in(below, (*path, step))


def changed(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """`body` with `value` at `path`; what lies beside the path is shared, not copied."""
    if not path:
        return value
    copy = body.copy()
    copy[path[0]] = changed(body[path[0]], path[1:], value)
    return copy
