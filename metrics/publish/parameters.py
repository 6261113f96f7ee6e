"""What is wrong with a parameter of a pull, said in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metrics.errors import BadRequest, Message, Problem
from metrics.periods import format_period, newest_ended_period
from metrics.publish.dataset import AnyDataset, Pull

_SHOWN = 200


def parameter_problem(name: str, code: str, zh: str, en: str, given: str, *, detail: str = "") -> Problem:
    """`zh` and `en` go on after the parameter's name; `given`: what stood there, `detail`: what was made of it."""
    return Problem(
        code=code,
        message=Message(f"参数 {name} {zh}。", f"Parameter {name} {en}." + (f" ({detail[:100]})" if detail else "")),
        pointer=f"?{name}",
        given=given[:_SHOWN] or None,
    )


def refusal(problems: Sequence[Problem]) -> BadRequest:
    """The refusal of a pull for all that is wrong with it."""
    return BadRequest(
        code=problems[0].code if len({p.code for p in problems}) == 1 else "parameter_invalid",
        message=Message(
            "查询参数有误:" + problems[0].message.zh, "The query cannot be answered: " + problems[0].message.en
        ),
        problems=problems,
    )


def nothing_after(pull: Pull, *, seq: int) -> Iterator[Problem]:
    """What is wrong where rows after an entry are asked for as known before it: up to the entry `seq`."""
    if pull.after_seq is not None and pull.after_seq > seq and (pull.as_of is not None or pull.release is not None):
        yield _out_of_order("after_seq", str(pull.after_seq), "as_of" if pull.release is None else "release", str(seq))


def _out_of_order(low: str, given: str, high: str, limit: str) -> Problem:
    zh, en = (
        f"({given})晚于 {high}({limit}),其间没有数据",
        f"({given}) lies after {high} ({limit}): nothing lies between",
    )
    return parameter_problem(low, "parameter_conflict", zh, en, given)


def _ranges(found: Mapping[str, Any]) -> Iterator[Problem]:
    """Ends of a range of periods that are the wrong way round, and periods of which none lies within."""
    first, last, periods = found.get("period_from"), found.get("period_to"), found.get("periods", [])
    if first is not None and last is not None and first > last:
        yield _out_of_order("period_from", format_period(first), "period_to", format_period(last))
    elif periods and first is not None and first > max(periods):
        yield _out_of_order("period_from", format_period(first), "period", format_period(max(periods)))
    elif periods and last is not None and not any((first or period) <= period <= last for period in periods):
        yield _out_of_order(
            "period", format_period(min(p for p in periods if p > last)), "period_to", format_period(last)
        )


def conflicts(dataset: AnyDataset, given: Mapping[str, Sequence[str]], found: Mapping[str, Any]) -> Iterator[Problem]:
    """Parameters that cannot stand beside each other, ranges in which nothing can lie, too few or too many values."""
    yield from _ranges(found)
    if "pinned" in found and isinstance(found.get("as_of"), int) and found["as_of"] != found["pinned"]:
        zh, en = (
            f"与 cursor 不一致:续页固定在序号 {found['pinned']}",
            f"differs from the cursor, whose pages are those known at {found['pinned']}",
        )
        yield parameter_problem("as_of", "parameter_conflict", zh, en, str(found["as_of"]))
    if "on" in found and found.get("periods") and newest_ended_period(found["on"]) != found["periods"][0]:
        zh, en = "与 on 所指的报告期不一致", "is not the newest period that has ended by the day in `on`"
        yield parameter_problem("period", "parameter_conflict", zh, en, format_period(found["periods"][0]))
    if {"group", "peer"} <= given.keys() & dataset.parameters:
        zh, en = (
            "不能与 peer 同时使用:或比一组,或比自选单位",
            "cannot stand beside peer: a group, or a list of one's own",
        )
        yield parameter_problem("group", "parameter_conflict", zh, en, given["group"][0])
    if "after_hash" in given and "after_seq" not in given:
        zh, en = "须与 after_seq 同时使用", "stands beside after_seq"
        yield parameter_problem("after_hash", "parameter_conflict", zh, en, given["after_hash"][0])
    for name, (fewest, most) in dataset.numbers.items():
        number = len(set(given.get(name, ())))
        if number and not fewest <= number <= most:
            zh = f"须为{fewest}至{most}个不同的值,或不给(即全部);现为{number}个"
            en = f"is given as {fewest} to {most} different values, or left out for all; there are {number}"
            yield parameter_problem(name, "parameter_invalid", zh, en, given[name][-1])
    if {"as_of", "release"} <= given.keys():
        zh, en = "不能与 as_of 同时使用", "cannot stand beside as_of"
        yield parameter_problem("release", "parameter_conflict", zh, en, given["release"][0])
    if "since" in given and "since" in dataset.parameters and "period_from" in given:
        zh, en = "不能与 since 同时使用:或比两个时点,或比两个报告期", "cannot stand beside since: moments or months"
        yield parameter_problem("period_from", "parameter_conflict", zh, en, given["period_from"][0])
