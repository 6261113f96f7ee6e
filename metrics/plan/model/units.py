"""Reporting units (填报单位) and the tree they form."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from metrics.periods import newest_ended_period, period_of
from metrics.plan.model.basics import Code, PlanPart, Text

MOST_TILES = 40  # columns, rows


class UnitKind(StrEnum):
    """What a unit is. Nation, province and city only add up what is below them, each below one that is higher."""

    NATION = "nation"
    PROVINCE = "province"  # 省、自治区、直辖市
    CITY = "city"  # 地级市
    CITY_DEPARTMENTS = "city_departments"  # 市本级
    DISTRICT = "district"
    COUNTY = "county"
    COUNTY_LEVEL_CITY = "county_level_city"
    FUNCTIONAL_ZONE = "functional_zone"


class KindName(PlanPart):
    """What a plan calls a kind of unit, in place of the program's own word: a town, a branch."""

    code: UnitKind
    name: Text


ADDING_UP = (UnitKind.NATION, UnitKind.PROVINCE, UnitKind.CITY)  # highest first; none of them reports


class Alias(PlanPart):
    """Another name or code of a unit, with the dates between which it was in use."""

    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""


class Tile(PlanPart):
    """Where a unit stands in the schematic map: neighbours stay neighbours, nothing is to scale; 1 is top left."""

    column: Annotated[int, Field(ge=1, le=MOST_TILES)]
    row: Annotated[int, Field(ge=1, le=MOST_TILES)]
    name: Text  # short enough for a tile


class Unit(PlanPart):
    """A reporting unit (填报单位) or a unit that only adds up others.

    A unit with children is rolled up and never reports; a unit without children reports.
    """

    code: Code
    kind: UnitKind
    name: Text
    full_name_zh: str = ""
    parent: Code | None = None
    order: int
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: Code | None = None  # the unit that took it up on the day after `valid_to`
    aliases: tuple[Alias, ...] = ()
    code_system: str = ""
    figures_required: bool = True  # False: may report figures, is not expected to (the third zone)
    blocks: tuple[Code, ...] = ()  # the blocks of the form it owes; empty: every block
    lies_in: Code | None = None  # the county in which a zone lies; no figures flow along this
    tile: Tile | None = None  # None: not in the map
    note: Text | None = None

    def exists_on(self, day: date) -> bool:
        """True if the unit exists on `day`; open ends are open."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def periods(self) -> tuple[date, date]:
        """The first and the last period at whose end it exists; open ends are the calendar's."""
        first = date.min if self.valid_from is None else period_of(self.valid_from)
        last = date(date.max.year, 12, 1) if self.valid_to is None else newest_ended_period(self.valid_to)
        return first, last
