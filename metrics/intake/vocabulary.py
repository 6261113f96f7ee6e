"""What headings, units and elements are called: in the layout that we write, in exports, and by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from metrics.intake import layout
from metrics.intake.folding import folded, without_numbering
from metrics.periods import last_day
from metrics.plan.model import Plan, Unit


class Role(StrEnum):
    """What a column, or a labelled cell, is for."""

    UNIT = "unit"
    PERIOD = "period"
    ELEMENT = "element"
    VALUE = "value"
    REASON = "reason"  # why a return is revised, as our template asks
    IGNORED = "ignored"  # known, and not read: last month's figures, differences, remarks


_WORDS: Mapping[Role, tuple[str, ...]] = {
    Role.UNIT: (
        *(
            "填报单位",
            "单位",
            "单位名称",
            "填报单位名称",
            "单位代码",
            "填报单位代码",
            "行政区划代码",
            "区划代码",
            "县(市、区)",
        ),
        *("县市区", "区县", "地区", "县区", "unit", "unit_code", "unit_name", "reporting unit", "reporting unit code"),
    ),
    Role.PERIOD: (
        *(
            "报告期",
            "期间",
            "月份",
            "报告月份",
            "所属期",
            "所属月份",
            "数据期",
            "填报月份",
            "统计月份",
            "报表期",
            "数据月份",
        ),
        *("period", "month", "reporting period"),
    ),
    Role.ELEMENT: (
        *(
            "填报项",
            "填报项目",
            "填报项名称",
            "填报项代码",
            "指标",
            "指标名称",
            "指标代码",
            "项目",
            "项目名称",
            "项目代码",
        ),
        *("代码", "编码", "element", "element_code", "element_name", "code", "item"),
    ),
    Role.VALUE: (
        "本期数",
        "本月数",
        "本期",
        "本月",
        "数值",
        "值",
        "填报数",
        "数量",
        "本期数值",
        "value",
        "this period",
        "count",
    ),
    Role.IGNORED: (
        *("上月数", "上期数", "上月", "上期", "差异", "增减", "校验", "计量单位", "序号", "备注", "说明", "last month"),
        *("difference", "check", "unit of measure", "unit_of_measure", "measure", "no", "no.", "#", "note", "notes"),
        *("remark", "remarks", "seq", "revision", "state", "recorded_at", "submission_id", "reason"),
    ),
}
_FROM_LAYOUT = {
    Role.UNIT: (layout.UNIT_LABEL,),
    Role.PERIOD: (layout.PERIOD_LABEL,),
    Role.ELEMENT: (layout.ELEMENT_HEADING, layout.CODE_HEADING),
    Role.VALUE: (layout.VALUE_HEADING,),
    Role.IGNORED: (*(layout.MEASURE_HEADING, layout.BEFORE_HEADING, layout.DIFFERENCE_HEADING, layout.CHECK_HEADING),),
    Role.REASON: (layout.REASON_LABEL,),
}
_ROLES = {folded(word): role for role, words in _WORDS.items() for word in words} | {
    folded(word): role for role, texts in _FROM_LAYOUT.items() for text in texts for word in (text.zh, text.en)
}
_BARE_UNIT = folded("单位")  # of what is reported, or of measure
_CODES = {folded("代码"), folded("编码"), folded("code")}  # of an element, or of a unit
_TOTALS = {
    folded(word) for word in ("合计", "小计", "总计", "共计", "累计", "汇总", "全市合计", "total", "sum", "subtotal")
}
_LONGEST_TOTAL = 6  # characters: 各县区合计
_NOTES = (
    "注:",
    "注：",
    "备注",
    "说明",
    "填表",
    "填报人",
    "制表",
    "审核",
    "负责人",
    "单位负责人",
    "联系",
    "经办",
    "note",
)


def role_of(text: str) -> Role | None:
    """What a heading or label means, None if it is none that we know."""
    return _ROLES.get(folded(text))


def is_bare_unit(text: str) -> bool:
    return folded(text) == _BARE_UNIT


def is_code_heading(text: str) -> bool:
    return folded(text) in _CODES


def is_total(text: str) -> bool:
    """True for what names the sum over units: 合计, 总计, `本页小计`, `合计(全市)`."""
    bare = folded(text).partition("(")[0]
    return bare in _TOTALS or (len(bare) <= _LONGEST_TOTAL and bare.endswith(("合计", "小计", "总计")))


def is_sum_of_elements(text: str) -> bool:
    """True for 合计 and the like alone: some elements have the word in their names (法定时限合计)."""
    return folded(text) in _TOTALS


def is_note(text: str) -> bool:
    return text.strip().casefold().startswith(_NOTES)


@dataclass(frozen=True, slots=True)
class UnitFound:
    """What a text says about a unit. `outdated`: it named this unit once, but not in the period asked about."""

    unit: Unit
    outdated: bool = False


class Vocabulary:
    """The names of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def element(self, text: str) -> str | None:
        """The code of the element that `text` names by code or name, None if it names none, or several."""
        for key in _readings(text, self._measures):
            if key in self._elements:
                return self._elements[key]
        return None

    def is_block(self, text: str) -> bool:
        return bool({folded(text), folded(without_numbering(text))} & self._blocks)

    def is_indicator(self, text: str) -> bool:
        """True for a rate: those are computed, so a column of them is not read."""
        return folded(text) in self._indicators

    def unit(self, text: str, *, period: date | None) -> UnitFound | None:
        """The unit that `text` names by code, name or alias; without a period an alias of any time counts."""
        bare = text.strip().removesuffix(".0")
        name, _, bracketed = bare.replace("（", "(").rstrip(")）").partition("(")
        found = self._unit(bare, period=period)
        if found is None and bracketed:  # 端州区(441202): both must say the same
            by_name, by_code = self._unit(name, period=period), self._unit(bracketed, period=period)
            if by_name is not None and by_code is not None and by_name.unit.code == by_code.unit.code:
                return by_name
        return found

    def _unit(self, text: str, *, period: date | None) -> UnitFound | None:
        entries = self._units.get(folded(text), [])
        day = None if period is None else last_day(period)
        in_force = {
            unit.code: unit
            for unit, start, end in entries
            if day is None or ((start is None or start <= day) and (end is None or day <= end))
        }
        if len(in_force) == 1:
            return UnitFound(next(iter(in_force.values())))
        return UnitFound(entries[0][0], outdated=True) if entries and not in_force else None

    @cached_property
    def _units(self) -> dict[str, list[tuple[Unit, date | None, date | None]]]:
        found: dict[str, list[tuple[Unit, date | None, date | None]]] = {}
        for unit in self.plan.units:
            for name in {folded(n) for n in (unit.code, unit.name.zh, unit.name.en, unit.full_name_zh) if n}:
                found.setdefault(name, []).append((unit, None, None))
            for alias in unit.aliases:
                found.setdefault(folded(alias.name), []).append((unit, alias.valid_from, alias.valid_to))
        return found

    @cached_property
    def _elements(self) -> dict[str, str]:
        whole = _unambiguous((folded(n), e.code) for e in self.plan.elements for n in (e.code, e.name.zh, e.name.en))
        short = _unambiguous(
            (folded(e.name.zh.replace("（", "(").partition("(")[0]), e.code) for e in self.plan.elements
        )
        return short | whole

    @cached_property
    def _measures(self) -> set[str]:
        return {folded(text) for e in self.plan.elements for text in (e.unit_of_measure.zh, e.unit_of_measure.en)}

    def is_measure(self, text: str) -> bool:
        return folded(text) in self._measures

    @cached_property
    def _blocks(self) -> set[str]:
        return {folded(text) for block in self.plan.blocks for text in (block.code, block.name.zh, block.name.en)}

    @cached_property
    def _indicators(self) -> set[str]:
        return {folded(text) for i in self.plan.indicators for text in (i.code, i.name.zh, i.name.en)}


def _readings(text: str, measures: set[str]) -> Iterable[str]:
    """What `text` may be a way to write of: itself, without a number in front, without its unit of measure behind."""
    for written in (text, without_numbering(text)):
        yield folded(written)
        bare, bracket, measure = folded(written).rpartition("(")
        if bracket and measure.rstrip(")") in measures:
            yield bare


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        found.setdefault(name, set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
