"""The monthly form: reading what was posted for its elements. Pure; nothing passes through float.

A posted value is a JSON integer, a decimal (`Decimal`, as the body's reader makes it) or the same written as text.
Everything else is refused with the element's name and a pointer, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from metrics.errors import Message, Problem

if TYPE_CHECKING:  # a process that takes a file apart needs these words and not the plan; see test_isolation
    from metrics.plan.model import Element, Plan

_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NEGATIVE = re.compile(r"[-−－][0-9０-９].*", re.DOTALL)
_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?")
_FULL_WIDTH = re.compile(r"[0-9０-９.．]*[０-９．][0-9０-９.．]*")
_LONGEST_GIVEN = 100


@dataclass(frozen=True, slots=True)
class OddNumber:
    """A JSON number that is kept as it was written: with an exponent, very long, or no number at all (NaN)."""

    text: str


@dataclass(frozen=True, slots=True)
class ParsedValues:
    """`values`: the elements that could be read, in the form's order; `posted`: every element that was sent."""

    values: dict[str, Decimal]
    posted: frozenset[str]
    problems: tuple[Problem, ...]


def parse_values(plan: Plan, posted: Mapping[str, object]) -> ParsedValues:
    """Read `posted`, element code → JSON value. Every bad cell is a problem with the pointer `/values/<code>`."""
    problems: list[Problem] = []
    values: dict[str, Decimal] = {}
    if not posted:
        problems.append(
            Problem("values_empty", Message("未填报任何数据。", "No values were sent."), pointer="/values", given="{}")
        )
    for code, value in posted.items():
        element = plan.element_by_code.get(code)
        found = _element_unknown(code) if element is None else read_value(element, value)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            values[code] = found
    ordered = {element.code: values[element.code] for element in plan.elements if element.code in values}
    return ParsedValues(values=ordered, posted=frozenset(posted), problems=tuple(problems))


def incomplete_blocks(plan: Plan, *, posted: Collection[str], known: Collection[str]) -> list[Problem]:
    """One problem for each block of which something was posted and something else has no value yet.

    `known` are the elements that had a value before: a revision may leave those out.
    """
    problems = []
    for block in plan.blocks:
        elements = [element for element in plan.elements if element.block == block.code]
        if not any(element.code in posted for element in elements):
            continue
        missing = [element for element in elements if element.code not in posted and element.code not in known]
        if missing:
            names = "、".join(element.name.zh for element in missing)
            english = ", ".join(f"{element.name.en} ({element.code})" for element in missing)
            problems.append(
                Problem(
                    "block_incomplete",
                    Message(
                        f"“{block.name.zh}”须整块填报,缺少:{names}。没有发生的填 0。",
                        f"{block.name.en} is filled in whole or left out whole; missing: {english}. "
                        "Nothing to count is 0.",
                    ),
                    pointer="/values",
                    given=", ".join(element.code for element in missing),
                )
            )
    return problems


def plain(value: Decimal) -> str:
    """`value` without exponent and without trailing zeros: 38.50 → 38.5, 40.0 → 40."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_given(value: object) -> str:
    """A posted value as a problem shows it, shortened."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 1000:
        return "…"  # Python refuses to write out very long integers
    text = value.text if isinstance(value, OddNumber) else str(value)
    return text if len(text) <= _LONGEST_GIVEN else text[:_LONGEST_GIVEN] + "…"


def pointer_to(*parts: str) -> str:
    """The JSON pointer (RFC 6901) with `parts`."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def decimal_places(number: int) -> str:
    """So many places in English."""
    return "1 decimal place" if number == 1 else f"{number} decimal places"


def _element_unknown(code: str) -> Problem:
    return Problem(
        "element_unknown",
        Message(f"表中没有填报项“{as_given(code)}”。", f"The form has no element {as_given(code)!r}."),
        pointer=pointer_to("values", code),
        given=as_given(code),
    )


def read_value(element: Element, value: object) -> Decimal | Problem:
    """The value of one cell, or why it cannot be one."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return refuse_value(element, value, "value_blank")
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str | OddNumber):
        return refuse_value(element, value, "value_not_a_number")
    if isinstance(value, int):
        return _within(element, value, Decimal(value))
    text = value.text if isinstance(value, OddNumber) else str(value)
    if not _PLAIN.fullmatch(text):
        return refuse_value(element, value, _why_not(text))
    places = len(text.partition(".")[2])
    if places > element.decimals:
        return refuse_value(element, value, "value_fractional")
    return _within(element, value, Decimal(text))


def _within(element: Element, value: object, number: Decimal) -> Decimal | Problem:
    if number < 0:
        return refuse_value(element, value, "value_negative")
    if number > element.maximum:
        return refuse_value(element, value, "value_too_large")
    return Decimal(plain(number))


def _why_not(text: str) -> str:
    """The code for a text that is not a plain decimal."""
    text = text.strip()
    if text.endswith(("%", "％", "﹪")):
        return "value_percentage"
    if _EXPONENT.fullmatch(text):
        return "value_exponent"
    if _NEGATIVE.fullmatch(text):
        return "value_negative"
    if _THOUSANDS.fullmatch(text):
        return "value_thousands_separator"
    if _FULL_WIDTH.fullmatch(text):
        return "value_full_width"
    return "value_not_a_number"


def refuse_value(element: Element, value: object, code: str, *, seen: str = "") -> Problem:
    """The problem that `value` cannot be the element's, for the reason `code` (a key of the table below).

    `seen`: what the eye sees of it, or of a part of it, where the reason is that this is something else.
    """
    zh, en = _WHY[code]
    places = element.decimals
    detail_zh = f"最多 {places} 位小数" if places else "只能填整数"
    detail_en = f"at most {decimal_places(places)}" if places else "whole numbers only"
    names = {"maximum": plain(element.maximum), "places_zh": detail_zh, "places_en": detail_en}
    names |= {"given": as_given(value), "seen": as_given(seen)}
    return Problem(
        code,
        Message(
            f"“{element.name.zh}”{zh.format(**names)}",
            f"{element.name.en} ({element.name.zh}) {en.format(**names)}",
        ),
        pointer=pointer_to("values", element.code),
        given=as_given(value),
        expected=_expected(element),
    )


def _expected(element: Element) -> Message:
    measure = element.unit_of_measure
    if element.decimals:
        return Message(
            f"数量({measure.zh}),最多 {element.decimals} 位小数,如 38.5",
            f"a count ({measure.en}) with at most {decimal_places(element.decimals)}, like 38.5",
        )
    return Message(f"整数({measure.zh}),如 850", f"a whole number ({measure.en}), like 850")


_WHY = {
    "value_blank": ("不能为空;没有发生的填 0。", "is blank; nothing to count is 0."),
    "value_negative": ("不能为负数。", "must not be negative."),
    "value_fractional": ("小数位数过多:{places_zh}。", "has too many decimal places: {places_en}."),
    "value_not_a_number": ("不是数字。", "is not a number."),
    "value_too_large": ("超过上限 {maximum},请核对。", "is beyond {maximum}; check it."),
    "value_percentage": ("应填数量,不填百分比。", "takes a count, never a percentage."),
    "value_exponent": ("不接受科学计数法。", "must be written without an exponent."),
    "value_thousands_separator": ("不要加千位分隔符。", "must be written without thousands separators."),
    "value_full_width": ("请用半角数字填写。", "must be written in ASCII digits."),
    # In files only.
    "value_nothing": (
        "含义不明:没有发生的填 0,不适用的整块留空。",
        "is unclear: nothing to count is 0; a block that does not apply is left blank as a whole.",
    ),
    "value_unclear": ("写法不明确,请只填数字。", "is not clear; write digits only."),
    "value_scaled": (
        "以万、千等为单位,请写出完整的数。",
        "is given in thousands or the like; write the number out.",
    ),
    "value_date": (
        "是日期,不是数量。请把单元格格式改为数值后重填。",
        "is a date, not a count; make the cell a number.",
    ),
    "value_truth": ("是 TRUE/FALSE,不是数量。", "is TRUE or FALSE, not a count."),
    "value_error": (
        "是公式错误,请改正公式或直接填数。",
        "is a formula's error; correct the formula or write the number.",
    ),
    "value_uncalculated": (
        "是公式,文件里没有它的有效计算结果(文件注明须重新计算)。请用 Excel 或 WPS 打开、保存后再上传,或直接填数。",
        "is a formula without a valid result: the file holds none, or says that it is to be calculated again. "
        "Open and save the file in Excel or WPS, or write the number.",
    ),
    "value_partly_struck": (
        "写作“{given}”,其中“{seen}”加了删除线,或是上标、下标。请只留下数字,说明写到别的格。",
        "is written {given!r}, of which {seen!r} is struck out, raised or lowered. Keep the number alone; "
        "put notes in another cell.",
    ),
    "value_struck": (
        "“{given}”加了删除线,不知是否有效。有效请去掉删除线,无效请删去或改填正确的数。",
        "{given!r} is struck out; whether it counts is not clear. Remove the line if it does; "
        "otherwise delete it or write the right number.",
    ),
    "value_shown_otherwise": (
        "存的是 {given},看到的却不是它(显示或格式为“{seen}”)。请把数字格式改为“常规”,"
        "去掉该格的条件格式、填充对齐和特殊颜色,核对后重新上传。",
        "holds {given}, but that is not what is seen (shown as, or in the format, {seen!r}). Set the number format to "
        "General, remove the cell's conditional format, fill alignment or odd colours, check it and upload again.",
    ),
    "value_merged": (
        "是跨越多行或多列的合并单元格,请取消合并后逐格填写。",
        "is merged with its neighbours; unmerge it.",
    ),
}
