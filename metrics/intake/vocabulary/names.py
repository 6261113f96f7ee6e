"""What units, elements, blocks and rates are called: by the plan, in exports, and by people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property

from metrics.errors import Message
from metrics.intake.vocabulary.comparable_texts import folded, without_numbering
from metrics.intake.vocabulary.headings import is_rate
from metrics.intake.vocabulary.measures import Measures
from metrics.periods import format_period, last_day
from metrics.plan.model import Element, Plan, Text, Unit

_SEALS = re.compile(r"\((?:盖章|公章|签章|章|印章|单位公章|单位盖章|加盖公章)\)$")
OFFICES = (
    "人民政府办公室",
    "人民政府",
    "政务服务数据管理局",
    "政务服务和数据管理局",
    "管理委员会",
    "管委会",
    "政府",
    "政数局",
)
PART = re.compile(r"[\u4e00-\u9fff]{1,10}?(?:镇|(?<!城)乡(?!村)|街道|局|委员会|中心|村|社区|办事处)")
TOWN = re.compile(
    r"(?:^|[^\u4e00-\u9fff])([\u4e00-\u9fff]{2,4}?(?:(?<!城)镇|街道|(?<!城)乡))(?=[0-9〇一二三四五六七八九十]|政务|月报|报送|$)"
)
_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:省|自治区)")
_SHORTEST_IN_TITLE = 3  # characters of an alias that is looked for anywhere inside a title
_BEFORE_SHORT = r"(?:(?<![\u4e00-\u9fff])|(?<=[年月省市]))"  # a shorter one stands where a name may begin: 端州2月报表
_MOST_LOOKED_FOR = 200  # texts in one file for which a name like them is looked for
_NEAR = 0.6  # of 1: how alike a name must be to be proposed


@dataclass(frozen=True, slots=True)
class UnitFound:
    """What a text says about a unit. `outdated`: it named this unit once, but not in the period asked about."""

    unit: Unit
    outdated: bool = False


class Vocabulary:
    """The names of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._looked_for: dict[str, str | None] = {}

    def element(self, text: str) -> str | None:
        """The code of the element that `text` names by code or name, None if it names none, or several.

        A measure in brackets behind the name does not matter here: who asks holds it against the element's own.
        """
        for key in self._readings(text):
            if key in self._elements:
                return self._elements[key]
        return None

    def is_block(self, text: str) -> bool:
        return bool({folded(text), folded(without_numbering(text))} & self._blocks)

    def is_indicator(self, text: str) -> bool:
        """True for a rate, of this plan or of any: those are computed, so a column or row of them is not read."""
        return folded(without_numbering(text)) in self._indicators or is_rate(text)

    def unit(self, text: str, *, period: date | None) -> UnitFound | None:
        """The unit that `text` names by code, name or alias; without a period an alias of any time counts.

        A seal behind the name, the province and city before it, and 人民政府 after it are no part of it.
        """
        bare = text.strip().removesuffix(".0")
        name, _, bracketed = bare.replace("（", "(").rstrip(")）").partition("(")
        found = self._unit(bare, period=period)
        if found is None and bracketed:  # 端州区(441202): both must say the same
            by_name, by_code = self._unit(name, period=period), self._unit(bracketed, period=period)
            if by_name is not None and by_code is not None and by_name.unit.code == by_code.unit.code:
                return by_name
        return found or next((u for n in self._bare_names(text) if (u := self._unit(n, period=period))), None)

    def name_of(self, unit: str) -> Text:
        """The name of the unit with this code; the code itself where the plan has no such unit."""
        found = self.plan.unit_by_code.get(unit)
        return Text(zh=unit, en=unit) if found is None else found.name

    def units_named(self, text: str) -> list[Unit]:
        """Every unit whose name stands in `text`, the longest names first: a title like 怀集县2021年2月报送表."""
        rest, found = folded(text), []
        for name, unit in self._names_by_length:
            if name in rest:
                rest = rest.replace(name, "\n")
                if unit not in found:
                    found.append(unit)
        for name in self._short_pattern.findall(rest):
            if self._short_names[name] not in found:
                found.append(self._short_names[name])
        return found

    def part_of_unit(self, text: str) -> str | None:
        """The town or office of a unit that `text` names right behind the unit, None if it names none."""
        plain = folded(text)
        for name, _ in self._names_by_length:
            behind = plain.partition(name)[2]
            found = None if not behind or behind.startswith(OFFICES) else PART.match(behind)
            if found is not None:
                return name + found[0]
        town = TOWN.search(plain)
        return None if town is None else town[1]

    def nearest_element(self, text: str) -> Element | None:
        """The element whose name is most like `text`, None if none is."""
        near = self._near(folded(without_numbering(text)), self._element_names)
        return None if near is None else self._element_names[near]

    def like(self, text: str) -> Message:
        """`, is it …?` for an odd name that is like an element's; empty if it is like none."""
        near = self.nearest_element(text)
        if near is None:
            return Message("", "")
        return Message(f"是不是“{near.name.zh}”?", f" Is it {near.name.en} ({near.name.zh})?")

    def nearest_unit(self, text: str) -> Unit | None:
        """The reporting unit whose name is most like `text`, None if none is."""
        near = self._near(folded(text), self._unit_names)
        return None if near is None else self._unit_names[near]

    def _near(self, text: str, names: Iterable[str]) -> str | None:
        """The most alike of `names`; looked for only so often, since a file may hold thousands of odd words."""
        if text not in self._looked_for:
            if len(self._looked_for) >= _MOST_LOOKED_FOR:
                return None
            self._looked_for[text] = next(iter(get_close_matches(text, names, n=1, cutoff=_NEAR)), None)
        return self._looked_for[text]

    @cached_property
    def measures(self) -> Measures:
        return Measures({folded(text) for text in self.own_measures})

    @cached_property
    def own_measures(self) -> set[str]:
        """Every element's unit of measure, in both languages."""
        return {text for e in self.plan.elements for text in (e.unit_of_measure.zh, e.unit_of_measure.en)}

    def is_own_measure(self, element: str, text: str) -> bool:
        """True if `text` is the element's own unit of measure."""
        own = self.plan.element_by_code[element].unit_of_measure
        return folded(text) in (folded(own.zh), folded(own.en))

    @cached_property
    def expected_element(self) -> Message:
        """What to write for an element, with this plan's first one as the example."""
        element = self.plan.elements[0]
        return Message(
            f"填报项的名称或代码,如 {element.name.zh} 或 {element.code}",
            f"an element's name or code, like {element.name.zh} or {element.code}",
        )

    @cached_property
    def example_unit(self) -> str:
        """The name of this plan's first reporting unit."""
        return self._first_unit.name.zh

    @cached_property
    def example_month(self) -> str:
        """The first month that this plan takes figures for, as people write it."""
        return f"{self._first_month.year}年{self._first_month.month}月"

    @cached_property
    def expected_unit(self) -> Message:
        """What to write for a unit, with this plan's first reporting unit as the example."""
        unit = self._first_unit
        return Message(
            f"填报单位的代码或名称,如 {unit.code} 或 {unit.name.zh}",
            f"a unit's code or name, like {unit.code} or {unit.name.zh}",
        )

    @cached_property
    def expected_period(self) -> Message:
        """What to write for a period, with the first month that this plan takes figures for as the example."""
        code = format_period(self._first_month)
        return Message(f"报告期,如 {code} 或 {self.example_month}", f"a period like {code} or {self.example_month}")

    @cached_property
    def _first_month(self) -> date:
        document = self.plan.document
        issued = document.issued_on.replace(day=1)
        return issued if document.first_period is None else max(issued, document.first_period)

    @cached_property
    def _first_unit(self) -> Unit:
        return next(iter(self.plan.reporting_units), self.plan.units[0])

    def _bare_names(self, text: str) -> Iterable[str]:
        """`text` without seal, province, city and 人民政府, one after the other."""
        bare = text.strip().replace("（", "(").replace("）", ")").replace(" ", "")
        candidates = [_SEALS.sub("", bare)]
        candidates.append(_PROVINCE.sub("", candidates[0]))
        roots = [unit.name.zh for unit in self.plan.units if unit.code in self.plan.children]
        candidates += [candidates[1].removeprefix(root) for root in roots if candidates[1] != root]
        candidates += [name.removesuffix(office) for name in candidates for office in OFFICES if name.endswith(office)]
        return (name for name in candidates if name)

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
    def _names_by_length(self) -> list[tuple[str, Unit]]:
        names: dict[str, Unit] = {}
        for unit in self.plan.units:
            aliases = [alias.name for alias in unit.aliases if len(alias.name) >= _SHORTEST_IN_TITLE]
            for name in (unit.name.zh, unit.name.en, unit.full_name_zh, *aliases):
                if name:
                    names.setdefault(folded(name), unit)
        return sorted(names.items(), key=lambda item: -len(item[0]))

    @cached_property
    def _short_names(self) -> dict[str, Unit]:
        """The aliases that are too short to be looked for inside words."""
        return {folded(name): unit for unit in self.plan.units for name in short_names(unit)}

    @cached_property
    def _short_pattern(self) -> re.Pattern[str]:
        return short_names_pattern(self._short_names)

    @cached_property
    def _elements(self) -> dict[str, str]:
        whole = _unambiguous((folded(n), e.code) for e in self.plan.elements for n in (e.code, e.name.zh, e.name.en))
        short = _unambiguous(
            (folded(e.name.zh.replace("（", "(").partition("(")[0]), e.code) for e in self.plan.elements
        )
        return short | whole

    @cached_property
    def _element_names(self) -> dict[str, Element]:
        return {folded(name): e for e in self.plan.elements for name in (e.code, e.name.zh)}

    @cached_property
    def _unit_names(self) -> dict[str, Unit]:
        return {folded(name): unit for unit in self.plan.reporting_units for name in (unit.code, unit.name.zh)}

    @cached_property
    def _blocks(self) -> set[str]:
        return {folded(text) for block in self.plan.blocks for text in (block.code, block.name.zh, block.name.en)}

    @cached_property
    def _indicators(self) -> set[str]:
        return {folded(text) for i in self.plan.indicators for text in (i.code, i.name.zh, i.name.en)}

    def _readings(self, text: str) -> Iterable[str]:
        """What `text` may be a way to write of: itself, without a number in front, without its measure behind."""
        for written in (text, without_numbering(text)):
            yield folded(written)
            bare, bracket, measure = folded(written).rpartition("(")
            inside = measure.rstrip(")").removeprefix("单位")
            if bracket and inside and self.measures.is_measure(inside):
                yield bare


def short_names(unit: Unit) -> list[str]:
    """The aliases of a unit that are too short to be looked for inside words: 端州."""
    return [alias.name for alias in unit.aliases if 1 < len(alias.name) < _SHORTEST_IN_TITLE]


def short_names_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds folded short names where a name may begin: 端州2月报表, 2月端州报表; nothing where there are none."""
    alternatives = "|".join(map(re.escape, names))
    return re.compile(f"{_BEFORE_SHORT}({alternatives})" if alternatives else r"(?!)")


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        found.setdefault(name, set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
