"""The sheets of a plan's workbook as they follow from the model: a table a part, one more for each list within it.

A part is a row. What has fields of its own becomes columns of their names joined by dots (`name.zh`), a list of plain
values and a linear form one cell, and a list of parts a table of its own that names its row by the first column.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from metrics.plan.model import LinearForm, Plan, PlanPart, Text
from metrics.plan.problems import FILE_OF
from metrics.plan_workbook.field_texts import field_text

Path = tuple[str, ...]
SOURCE = "source"  # the sheet of the plan document's text
ABOUT = "说明"  # the sheet that says how the others are filled in; never read


@dataclass(frozen=True, slots=True)
class PlanField:
    """One column. `kind`: text, integer, number, date, truth, sum or part; a `list` holds several of it.

    `nullable`: an empty cell says that there is none; else it leaves the field to its default. `needed`: it has no
    default. `values`: the words that it may be, empty for any.
    """

    path: Path
    kind: str
    text: Text
    list: bool = False
    nullable: bool = False
    needed: bool = False
    values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class PlanTable:
    """One sheet. `part`: the field of Plan; `path`: the list within its parts, empty for the parts themselves."""

    part: str
    path: Path
    fields: tuple[PlanField, ...]

    @property
    def name(self) -> str:
        return ".".join((self.part, *self.path))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns; in a list's table the first says whose it is."""
        own = tuple(field.name for field in self.fields)
        return (self.part, *own) if self.path else own


@cache
def tables() -> tuple[PlanTable, ...]:
    """Every table, a part's lists after it, in the order of the plan's files."""
    found: list[PlanTable] = []
    for part in FILE_OF:
        found += _tables(part, _classes(Plan.model_fields[part].annotation))
    return tuple(found)


def _tables(part: str, classes: tuple[type[PlanPart], ...]) -> list[PlanTable]:
    fields: dict[Path, PlanField] = {}
    lists: dict[Path, tuple[type[PlanPart], ...]] = {}
    for owner in classes:
        for field, below in _fields(owner, (), nullable=False):
            if below:
                lists[field.path] = below
            else:
                known = fields.setdefault(field.path, field)
                fields[field.path] = replace(known, values=tuple(dict.fromkeys((*known.values, *field.values))))
    own = PlanTable(part, (), tuple(fields.values()))
    return [own, *(PlanTable(part, path, _plain(below)) for path, below in lists.items())]


def _plain(classes: tuple[type[PlanPart], ...]) -> tuple[PlanField, ...]:
    return tuple(field for owner in classes for field, _ in _fields(owner, (), nullable=False))


def _fields(
    owner: type[PlanPart], above: Path, *, nullable: bool, of: Text | None = None
) -> Iterator[tuple[PlanField, tuple[type[PlanPart], ...]]]:
    """The fields of a part; beside a list of parts what its entries are. `of`: what the part itself says."""
    for name, info in owner.model_fields.items():
        path, text = (*above, name), _joined(of, field_text(owner, name))
        inner, may_be_none, is_list = _shape(info.annotation)
        classes = _classes(inner)
        may_be_none, needed = may_be_none or nullable, info.is_required()
        if classes and is_list:
            yield PlanField(path, "part", text, list=True, needed=needed), classes
        elif classes == (LinearForm,):
            yield PlanField(path, "sum", text, needed=needed), ()
        elif classes:
            yield from _fields(classes[0], path, nullable=may_be_none, of=text)
        else:
            yield PlanField(path, _kind(inner), text, is_list, may_be_none, needed, _values(inner)), ()


def _joined(of: Text | None, own: Text) -> Text:
    return own if of is None else Text(zh=f"{of.zh}:{own.zh}", en=f"{of.en}: {own.en}")


def _shape(annotation: Any) -> tuple[Any, bool, bool]:
    """What is inside an annotation; whether it may be None, and whether it is a list."""
    annotation = _bare(annotation)
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        rest = [one for one in typing.get_args(annotation) if one is not type(None)]
        if len(rest) < len(typing.get_args(annotation)):
            inner, _, is_list = _shape(rest[0])
            return inner, True, is_list
    if typing.get_origin(annotation) is tuple:
        return _bare(typing.get_args(annotation)[0]), False, True
    return annotation, False, False


def _bare(annotation: Any) -> Any:
    return typing.get_args(annotation)[0] if typing.get_origin(annotation) is typing.Annotated else annotation


def _classes(annotation: Any) -> tuple[type[PlanPart], ...]:
    """The classes of parts that an annotation names, whether one, a list or several kinds."""
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, PlanPart):
        return (annotation,)
    if typing.get_origin(annotation) in (tuple, types.UnionType, typing.Union):
        return tuple(found for one in typing.get_args(annotation) for found in _classes(one))
    return ()


def _values(annotation: Any) -> tuple[str, ...]:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(annotation)
    return typing.get_args(annotation) if typing.get_origin(annotation) is typing.Literal else ()


def _kind(annotation: Any) -> str:
    plain = {int: "integer", Decimal: "number", date: "date", bool: "truth"}
    return plain.get(annotation, "text")
