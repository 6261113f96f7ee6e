"""Reading a pull's parameters: every one checked, none ignored."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from metrics.errors import BadRequest, Forbidden, Message, Problem
from metrics.periods import format_period, last_day, newest_ended_period, parse_day, parse_period
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.publish.dataset import Dataset, Pull
from metrics.results import Basis

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
}
CSV_ONLY = frozenset({"bom"})
_GREATEST = 2**53  # beyond it not every reader counts exactly


def parse_pull(dataset: Dataset, given: Mapping[str, Sequence[str]], *, form: str = "csv") -> Pull:
    """The pull that `given` (parameter → values, repeated for lists) asks of `dataset` as `form`.

    Raises BadRequest naming every parameter that the dataset or the form does not take, that is repeated where one
    value is meant, or not written as it should be. Codes are checked against the plan by :func:`check_codes`, once the
    view is known.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for name, values in given.items():
        if name not in dataset.parameters:
            problems.append(_unknown(name, dataset))
        elif name in CSV_ONLY and form != "csv":
            zh, en = f"只用于 CSV,对 {form} 无效", f"is for CSV; it would change nothing in {form}"
            problems.append(_problem(name, "parameter_unknown", zh, en, values[0]))
        elif (name not in LISTS or name in dataset.single) and len(values) > 1:
            problems.append(_problem(name, "parameter_repeated", "不能重复", "may be given once only", values[1]))
        else:
            for value in values:
                _read_into(found, name, value, problems)
    if "on" in found and found.get("periods") and newest_ended_period(found["on"]) != found["periods"][0]:
        zh, en = "与 on 所指的报告期不一致", "is not the newest period that has ended by the day in `on`"
        problems.append(_problem("period", "parameter_conflict", zh, en, format_period(found["periods"][0])))
    if {"as_of", "release"} <= given.keys():
        problems.append(
            _problem(
                "release",
                "parameter_conflict",
                "不能与 as_of 同时使用",
                "cannot stand beside as_of",
                given["release"][0],
            )
        )
    if problems:
        raise _refusal(problems)
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
    return Pull(**fields)


def check_codes(pull: Pull, plan: Plan) -> None:
    """Raises BadRequest for units, elements, indicators, targets and what tasks have that the plan does not know."""
    known: dict[str, tuple[Sequence[str | int], Any]] = {
        "unit": (pull.units, plan.unit_by_code),
        "element": (pull.elements, plan.element_by_code),
        "indicator": (pull.indicators, plan.indicator_by_code),
        "target": (pull.targets, plan.target_revisions),
        "group": (pull.groups, {group.code for group in plan.groups}),
        "kind": (pull.kinds, {task.kind for task in plan.tasks}),
        "lead": (pull.leads, {lead.code for task in plan.tasks for lead in task.leads}),
        "phase": (pull.phases, {phase.code for phase in plan.phases}),
        "task": (pull.tasks, {task.number for task in plan.tasks}),
    }
    problems = [
        _problem(name, f"{name}_unknown", "方案中没有此代码", "is not a code of the plan", str(code))
        for name, (codes, catalogue) in known.items()
        for code in codes
        if code not in catalogue
    ]
    if problems:
        raise _refusal(problems)


def parse_moment(value: str) -> datetime | int:
    """`value` of the parameter `as_of`: a sequence number or an aware instant. Raises BadRequest for anything else."""
    moment: datetime | int = _parsed("as_of", value)
    return moment


def parse_on(value: str) -> date:
    """`value` of the parameter `on`. Raises BadRequest for what is no day written 2019-09-30."""
    day: date = _parsed("on", value)
    return day


def within_own_units(pull: Pull, dataset: Dataset, *, principal: Principal | None) -> Pull:
    """`pull` as the principal may ask it: of single returns' figures a clerk sees those of the own units.

    Raises Forbidden if a clerk asks for another unit's.
    """
    if not dataset.own_units_only or principal is None or not principal.is_bound_to_units:
        return pull
    if not principal.units or not principal.units.issuperset(pull.units):
        raise Forbidden(
            code="unit_forbidden",
            message=Message(
                "您只能查看本单位填报的数据;各单位的指标值与进度见 rates 与 progress。",
                "You may see your own units' counts only; every unit's rates and progress are in rates and progress.",
            ),
        )
    return replace(pull, units=pull.units or tuple(sorted(principal.units)))


def cursor_for(*, offset: int, seq: int) -> str:
    """An opaque place in the total order as it was at `seq`."""
    return base64.urlsafe_b64encode(f"{seq}:{offset}".encode()).decode().rstrip("=")


def _parsed(name: str, value: str) -> Any:
    """One parameter outside a pull."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    _read_into(found, name, value, problems)
    if problems:
        raise _refusal(problems)
    return found[name]


def _read_into(found: dict[str, Any], name: str, value: str, problems: list[Problem]) -> None:
    try:
        if name == "cursor":
            seq, offset = _cursor(value)
            found["offset"] = offset
            found["as_of"] = seq
        elif name in LISTS:
            found.setdefault(LISTS[name], []).append(_LISTED.get(name, str)(value))
        elif name == "as_of":
            found.setdefault("as_of", _moment(value))
        else:
            field = {"lang": "language"}.get(name, name)
            found[field] = _READERS[name](value)
    except (ValueError, OverflowError) as refused:
        zh, en = _FORMS[name]
        problems.append(_problem(name, "parameter_invalid", zh, en, value, detail=str(refused)))


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
    if not re.fullmatch(r"\d{1,19}", value, re.ASCII) or int(value) > _GREATEST:
        raise ValueError("not a whole number")
    return int(value)


def _limit(value: str) -> int:
    number = _number(value)
    if number < 1:
        raise ValueError("less than 1")
    return number


def _release(value: str) -> int:
    number = _limit(value)
    if number >= 2**31:
        raise ValueError("out of range")
    return number


def _moment(value: str) -> datetime | int:
    """A sequence number, or an instant with offset; a `+` that a query string turned into a space is read as `+`."""
    if re.fullmatch(r"\d{1,19}", value, re.ASCII):
        return _number(value)
    moment = datetime.fromisoformat(re.sub(r" (?=\d{2}:?\d{2}$)", "+", value))
    if moment.tzinfo is None:
        raise ValueError("no offset")
    moment.astimezone()  # raises for moments out of range
    return moment


def _cursor(value: str) -> tuple[int, int]:
    try:
        seq, offset = (
            base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode().split(":")
        )
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a cursor") from error
    return _number(seq), _number(offset)


def _choice(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError("not one of the choices")
        return value

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "release": _release,
    "period_from": _period,
    "period_to": _period,
    "on": _day,
    "basis": Basis,
    "history": lambda value: _choice("true", "false")(value) == "true",
    "after_seq": _number,
    "limit": _limit,
    "lang": _choice("zh", "en"),
    "bom": lambda value: _choice("0", "1")(value) == "1",
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
    "release": ("须为发布序号,如 3", "is the number of a release, such as 3"),
    "limit": ("须为正整数", "is a whole number, 1 or more"),
    "lang": ("须为 zh 或 en", "is zh or en"),
    "bom": ("须为 0 或 1", "is 0 or 1"),
    "as_of": (
        "须为序号,或带时区的时刻,如 2019-10-05T23:59:59+08:00",
        "is a sequence number, or an instant with offset such as 2019-10-05T23:59:59+08:00",
    ),
    "cursor": ("须取自上一页的 Link 头", "is taken from the Link header of the page before"),
}


def _unknown(name: str, dataset: Dataset) -> Problem:
    allowed = ", ".join(sorted(dataset.parameters))
    return _problem(
        name,
        "parameter_unknown",
        f"不是 {dataset.name} 的参数;可用:{allowed}",
        f"is no parameter of {dataset.name}; it takes {allowed}",
        "",
    )


def _problem(name: str, code: str, zh: str, en: str, given: str, *, detail: str = "") -> Problem:
    shown = given[:200]
    return Problem(
        code=code,
        message=Message(f"参数 {name} {zh}。", f"Parameter {name} {en}." + (f" ({detail[:100]})" if detail else "")),
        pointer=f"?{name}",
        given=shown or None,
    )


def _refusal(problems: Sequence[Problem]) -> BadRequest:
    return BadRequest(
        code=problems[0].code if len({p.code for p in problems}) == 1 else "parameter_invalid",
        message=Message(
            "查询参数有误:" + problems[0].message.zh, "The query cannot be answered: " + problems[0].message.en
        ),
        problems=problems,
    )


def judged_on(pull: Pull) -> date | None:
    """The day on which verdicts are asked for: `on`, else the last day of the one `period`, else None."""
    return pull.on or (last_day(pull.periods[0]) if pull.periods else None)
