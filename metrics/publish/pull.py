"""Reading a pull's parameters: every one checked, none ignored."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from metrics.errors import Problem
from metrics.moments import GREATEST_NUMBER, WRITTEN, read_as_of
from metrics.periods import JudgedMonth, add_months, format_period, parse_day, parse_period
from metrics.publish.dataset import AnyDataset, Pull
from metrics.publish.parameters import conflicts, nothing_after, parameter_problem, refusal
from metrics.publish.shape import SHAPE, read_shape
from metrics.publish.shaped import shape_problems, target_problems
from metrics.queries.view import View
from metrics.results import Basis
from metrics.supervision.bodies import bodies

LISTS = {
    "unit": "units",
    "period": "periods",
    "element": "elements",
    "indicator": "indicators",
    "target": "targets",
    "group": "groups",
    "kind": "kinds",
    "lead": "leads",
    "phase": "phases",
    "task": "tasks",
    "state": "states",
    "peer": "peers",
}
CSV_ONLY = frozenset({"bom"})
GREATEST_RELEASE = 2**31 - 1
Timezone = Callable[[], str]  # the plan's; asked only for local times


def parse_pull(
    dataset: AnyDataset, given: Mapping[str, Sequence[str]], *, timezone: Timezone, form: str = "csv"
) -> Pull:
    """The pull that `given` (parameter → values, repeated for lists) asks of `dataset` as `form`.

    Raises BadRequest naming every parameter that the dataset or the form does not take, that is repeated where one
    value is meant, or not written as it should be. Codes are checked against the plan by :func:`check_pull`, once the
    view is known.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    shape = read_shape({name: given[name][0] for name in SHAPE if name in given and name in dataset.parameters})
    for name, values in given.items():
        if name not in dataset.parameters:
            problems.append(_unknown(name, dataset))
        elif name in CSV_ONLY and form != "csv":
            zh, en = f"只用于 CSV,对 {form} 无效", f"is for CSV; it would change nothing in {form}"
            problems.append(parameter_problem(name, "parameter_unknown", zh, en, values[0]))
        elif (name not in LISTS or name in dataset.single) and len(values) > 1:
            problems.append(
                parameter_problem(name, "parameter_repeated", "不能重复", "may be given once only", values[1])
            )
        elif name in SHAPE:
            if not values[0]:
                problems.append(parameter_problem(name, "parameter_invalid", "不能为空", "may not be empty", ""))
        elif name in dataset.choices:
            words = dataset.choices[name]
            found["among"] = next((word for word in words if word == values[0]), None)
            if found["among"] is None:
                zh, en = f"须为 {' 或 '.join(words)}", f"is {' or '.join(words)}"
                problems.append(parameter_problem(name, "parameter_invalid", zh, en, values[0]))
        elif name == "state" and (odd := [value for value in values if value not in dataset.states]):
            known = ", ".join(dataset.states)
            problems.append(
                parameter_problem(name, "parameter_invalid", f"须为 {known} 之一", f"is one of {known}", odd[0])
            )
        else:
            for value in values:
                _read_into(found, name, value, problems, timezone=timezone)
    problems += shape_problems(shape, dataset)
    problems += conflicts(dataset, given, found)
    if problems:
        raise refusal(problems)
    if "pinned" in found:
        found["as_of"] = found.pop("pinned")
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
    return Pull(**fields, shape=shape)


def check_pull(pull: Pull, view: View) -> None:
    """Raises BadRequest for codes that the plan of `view` does not know, and where nothing can lie in what is asked."""
    plan = view.plan
    known: dict[str, tuple[Sequence[str | int], Any]] = {
        "unit": (pull.units, plan.unit_by_code.keys() | bodies(plan).keys()),
        "element": (pull.elements, plan.element_by_code),
        "indicator": (pull.indicators, plan.indicator_by_code),
        "target": (pull.targets, plan.general_targets),
        "group": (pull.groups, {group.code for group in plan.groups}),
        "kind": (pull.kinds, {task.kind for task in plan.tasks}),
        "lead": (pull.leads, {lead.code for task in plan.tasks for lead in task.leads}),
        "phase": (pull.phases, {phase.code for phase in plan.phases}),
        "task": (pull.tasks, {task.number for task in plan.tasks}),
        "peer": (pull.peers, {unit.code for unit in plan.reporting_units}),
        "under": ((pull.under,) if pull.under else (), plan.children),
    }
    problems = [
        parameter_problem(name, f"{name}_unknown", "方案中没有此代码", "is not a code of the plan", str(code))
        for name, (codes, catalogue) in known.items()
        for code in codes
        if code not in catalogue
    ]
    problems += target_problems(pull.shape, pull.targets or plan.target_revisions)
    problems += nothing_after(pull, seq=view.seq)
    if problems:
        raise refusal(problems)


def parse_as_of(value: str, *, timezone: Timezone) -> datetime | int:
    """`value` of the parameter `as_of`: a sequence number or an instant in UTC. Raises BadRequest for anything else."""
    as_of: datetime | int = _parsed("as_of", value, partial(_as_of, timezone=timezone))
    return as_of


def parse_on(value: str) -> date:
    """`value` of the parameter `on`. Raises BadRequest for what is no day written 2019-09-30."""
    day: date = _parsed("on", value, _day)
    return day


def cursor_for(*, offset: int, seq: int, ledger_hash: str = "") -> str:
    """An opaque place in the total order as it was at `seq`, where the ledger had that hash (hexadecimal)."""
    return base64.urlsafe_b64encode(f"{seq}:{offset}:{ledger_hash}".encode()).decode().rstrip("=")


def _parsed(name: str, value: str, read: Callable[[str], Any]) -> Any:
    """One parameter outside a pull."""
    try:
        return read(value)
    except ValueError as refused:
        raise refusal([_ill_written(name, value, refused)]) from None


def _read_into(found: dict[str, Any], name: str, value: str, problems: list[Problem], *, timezone: Timezone) -> None:
    try:
        if name == "cursor":
            found["pinned"], found["offset"], found["page_hash"] = _cursor(value)
        elif name in LISTS:
            found.setdefault(LISTS[name], []).append(_LISTED.get(name, str)(value))
        elif name in ("as_of", "since"):
            found.setdefault(name, _as_of(value, timezone=timezone))
        else:
            field = {"lang": "language"}.get(name, name)
            found[field] = _READERS[name](value)
    except ValueError as refused:
        problems.append(_ill_written(name, value, refused))


def _ill_written(name: str, value: str, refused: ValueError) -> Problem:
    zh, en = _FORMS[name]
    return parameter_problem(name, "parameter_invalid", zh, en, value, detail=str(refused))


def _period(value: str) -> date:
    period = parse_period(value)
    if period is None:
        raise ValueError("not a period")
    return period


def _day(value: str) -> date:
    day = parse_day(value)
    if day is None:
        raise ValueError("not a date")
    return day


def _number(value: str) -> int:
    if not re.fullmatch(r"\d{1,19}", value, re.ASCII) or int(value) > GREATEST_NUMBER:
        raise ValueError("not a whole number")
    return int(value)


def _limit(value: str) -> int:
    number = _number(value)
    if number < 1:
        raise ValueError("less than 1")
    return number


def _release(value: str) -> int:
    number = _limit(value)
    if number > GREATEST_RELEASE:
        raise ValueError("out of range")
    return number


def _as_of(value: str, *, timezone: Timezone) -> datetime | int:
    as_of = read_as_of(value, timezone=timezone)
    if as_of is None:
        raise ValueError("neither a number nor a moment")
    return as_of


def _cursor(value: str) -> tuple[int, int, str | None]:
    try:
        seq, offset, ledger_hash = (
            base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode().split(":")
        )
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a cursor") from error
    if not re.fullmatch("([0-9a-f]{64})?", ledger_hash):
        raise ValueError("not a cursor")
    return _number(seq), _number(offset), ledger_hash or None


def _written(form: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not re.fullmatch(form, value):
            raise ValueError("not written so")
        return value

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "release": _release,
    "under": str,
    "period_from": _period,
    "period_to": _period,
    "on": _day,
    "basis": Basis,
    "history": lambda value: _written("true|false")(value) == "true",
    "after_seq": _number,
    "after_hash": _written("[0-9a-f]{64}"),
    "limit": _limit,
    "lang": _written("zh|en"),
    "bom": lambda value: _written("0|1")(value) == "1",
}
_LISTED: dict[str, Callable[[str], Any]] = {"period": _period, "task": _number}
_WRITTEN_AS_PERIOD = ("须写作 YYYY-MM(年-月)的形式", "is written YYYY-MM")
_FORMS: dict[str, tuple[str, str]] = {
    "period": _WRITTEN_AS_PERIOD,
    "task": ("须为任务序号,如 11", "is the number of a task, such as 11"),
    "period_from": _WRITTEN_AS_PERIOD,
    "period_to": _WRITTEN_AS_PERIOD,
    "on": ("须写作 YYYY-MM-DD 的形式", "is written YYYY-MM-DD"),
    "basis": ("须为 submitted 或 verified", "is submitted or verified"),
    "history": ("须为 true 或 false", "is true or false"),
    "after_seq": ("须为非负整数", "is a whole number, 0 or more"),
    "after_hash": ("须为 64 位十六进制数,取自 X-As-Of-Hash", "is 64 hexadecimal digits, taken from X-As-Of-Hash"),
    "release": ("须为发布序号,如 3", "is the number of a release, such as 3"),
    "limit": ("须为正整数", "is a whole number, 1 or more"),
    "lang": ("须为 zh 或 en", "is zh or en"),
    "bom": ("须为 0 或 1", "is 0 or 1"),
    "as_of": (f"须为序号,或写作 {WRITTEN.zh}", f"is a sequence number, or written {WRITTEN.en}"),
    "since": (f"须为序号,或写作 {WRITTEN.zh}", f"is a sequence number, or written {WRITTEN.en}"),
    "cursor": ("须取自上一页的 Link 头", "is taken from the Link header of the page before"),
}


def _unknown(name: str, dataset: AnyDataset) -> Problem:
    allowed = ", ".join(sorted(dataset.parameters))
    return parameter_problem(
        name,
        "parameter_unknown",
        f"不是 {dataset.name} 的参数;可用:{allowed}",
        f"is no parameter of {dataset.name}; it takes {allowed}",
        "",
    )


def months_compared(pull: Pull, *, judged: date) -> tuple[date, date]:
    """The earlier and the later of the two months asked for: by default that of `judged`, and the one before.

    Raises BadRequest `parameter_conflict` where the earlier is not before the later.
    """
    later = pull.period_to or judged
    earlier = pull.period_from or add_months(later, -1)
    if earlier >= later:
        zh, en = f"须早于所比较的月份 {format_period(later)}", f"lies before the month compared, {format_period(later)}"
        raise refusal([parameter_problem("period_from", "parameter_conflict", zh, en, format_period(earlier))])
    return earlier, later


def month_asked_for(pull: Pull) -> JudgedMonth | None:
    """The month for which verdicts are asked: that of the day `on`, else the one `period`, else None."""
    if pull.on is not None:
        return JudgedMonth.of_day(pull.on)
    return JudgedMonth.of(pull.periods[0]) if pull.periods else None
