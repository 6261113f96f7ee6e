"""Rules that hold for every part alike: codes and orders used once, texts in both languages, sensible numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel

from metrics.evidence import is_visible
from metrics.forms import plain
from metrics.periods import FIRST_YEAR, LAST_YEAR
from metrics.plan.limits import LARGEST, MOST_DECIMALS, days_around, is_within, may_be_issued_on
from metrics.plan.model import Plan, Text
from metrics.plan.problems import FILE_OF, PlanProblem, key_of, may_be_source_file, problem_in
from metrics.texts import turning_place

_NEEDED = ("units", "blocks", "elements", "indicators", "targets")
_ORDERED = ("units", "blocks", "elements", "indicators", "targets", "phases")
_LOOKED_AT = (Text, str, date, Decimal)


class Found(NamedTuple):
    """A value somewhere in the plan: in the part `part` of the field `field` of Plan, at `path` below it."""

    field: str
    part: BaseModel
    path: str
    value: object

    def problem(self, code: str, **values: object) -> PlanProblem:
        return problem_in(code, self.field, self.part, self.path, **values)


def parts(plan: Plan, field: str) -> tuple[BaseModel, ...]:
    """The parts in one field of the plan; the document alone is one."""
    value = getattr(plan, field)
    return value if isinstance(value, tuple) else (value,)


def values(plan: Plan) -> list[Found]:
    """Every value in every part: the parts within parts and the plain values at their ends."""
    found: list[Found] = []
    for field in FILE_OF:
        for part in parts(plan, field):
            _below(found, Found(field, part, "", part))
    return found


def part_problems(plan: Plan, everywhere: Sequence[Found]) -> Iterator[PlanProblem]:
    """Problems any part can have; `everywhere` are the plan's :func:`values`."""
    for field in _NEEDED:
        if not getattr(plan, field):
            yield problem_in("part_missing", field)
    for field in FILE_OF:
        yield from _codes(plan, field)
    for field in _ORDERED:
        yield from _orders(plan, field)
    for found in everywhere:
        if isinstance(found.value, _LOOKED_AT):
            yield from _value(plan, found)
    yield from _document(plan)


def _below(found: list[Found], here: Found) -> None:
    """Add the value `here`, unless it is a whole part, and all below it to `found`: a plan has ten thousand."""
    field, part, path, value = here
    if path:
        found.append(here)
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            _below(found, Found(field, part, f"{path}.{name}" if path else name, getattr(value, name)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            _below(found, Found(field, part, f"{path}[{index}]", item))


def _codes(plan: Plan, field: str) -> Iterator[PlanProblem]:
    seen: set[str] = set()
    for part in parts(plan, field):
        if key_of(part) in seen:
            yield problem_in("code_twice", field, part, given=key_of(part))
        seen.add(key_of(part))


def _orders(plan: Plan, field: str) -> Iterator[PlanProblem]:
    taken: dict[int, str] = {}
    for part in parts(plan, field):
        order, code = int(getattr(part, "order", 0)), str(getattr(part, "code", ""))
        other = taken.setdefault(order, code)
        if other != code:
            yield problem_in("order_twice", field, part, "order", given=order, other=other)


def _value(plan: Plan, found: Found) -> Iterator[PlanProblem]:
    value, issued = found.value, plan.document.issued_on
    if isinstance(value, Text) and not (is_visible(value.zh) and is_visible(value.en)):
        yield found.problem("text_blank")
    elif isinstance(value, str):
        if (place := turning_place(value)) is not None:
            yield found.problem("text_turned", given=f"U+{ord(value[place]):04X}", character=place + 1)
    elif found.field == "document" and found.path == "issued_on":
        if not may_be_issued_on(issued):
            yield found.problem("issued_implausible", given=issued, first=FIRST_YEAR, last=LAST_YEAR)
    elif isinstance(value, date):
        first, last = days_around(issued)
        if not first <= value <= last:
            yield found.problem("date_implausible", given=value, first=first, last=last)
    elif isinstance(value, Decimal) and not is_within(value):
        yield found.problem("amount_absurd", given=value, largest=plain(LARGEST), decimals=MOST_DECIMALS)


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        return False
    return True


def _document(plan: Plan) -> Iterator[PlanProblem]:
    document = plan.document
    if not _is_timezone(document.timezone):
        yield problem_in("timezone_unknown", "document", document, "timezone", given=document.timezone)
    if not may_be_source_file(document.source_file):
        yield problem_in("file_name_odd", "document", document, "source_file", given=document.source_file)
    first = document.first_period
    if first is not None and not FIRST_YEAR <= first.year <= LAST_YEAR:
        yield problem_in(
            "period_implausible", "document", document, "first_period", given=first, first=FIRST_YEAR, last=LAST_YEAR
        )
    if first is not None and first.day != 1:
        yield problem_in("period_not_first_day", "document", document, "first_period", given=first)
    last = max((target.due_on for target in plan.targets if target.due_on), default=None)
    if first is not None and last is not None and first > last:
        yield problem_in("period_after_targets", "document", document, "first_period", given=first)
    if plan.phases and document.issued_on > max(phase.end for phase in plan.phases):
        yield problem_in("issued_after_end", "document", document, "issued_on", given=document.issued_on)
