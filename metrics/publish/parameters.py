"""What is wrong with a parameter of a pull, said in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metrics.errors import Message, Problem
from metrics.periods import format_period, newest_ended_period
from metrics.publish.dataset import AnyDataset

_SHOWN = 200


def parameter_problem(name: str, code: str, zh: str, en: str, given: str, *, detail: str = "") -> Problem:
    """`zh` and `en` go on after the parameter's name; `given`: what stood there, `detail`: what was made of it."""
    return Problem(
        code=code,
        message=Message(f"参数 {name} {zh}。", f"Parameter {name} {en}." + (f" ({detail[:100]})" if detail else "")),
        pointer=f"?{name}",
        given=given[:_SHOWN] or None,
    )


def conflicts(dataset: AnyDataset, given: Mapping[str, Sequence[str]], found: Mapping[str, Any]) -> Iterator[Problem]:
    """Parameters that cannot stand beside each other, and lists of which there are too few or too many values."""
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
