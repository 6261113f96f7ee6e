"""Labelled cells above a table: `报告期:2019年9月`, or the label in one cell and its content in the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from metrics.intake.grid import Cell
from metrics.intake.vocabulary.headings import HeadingRole, is_bare_unit, role_of
from metrics.intake.vocabulary.names import Vocabulary

_LABELLED = re.compile(r"\s*([^:：]{1,40})[:：]\s*(.*)", re.DOTALL)
_NEXT_LABEL = re.compile(r"(?<!\s)\s+(?=[^\s:：]{1,20}[:：])")  # 填报单位:端州区   报告期:2019年9月


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled cell above a table: `cell` holds the content; with `填报单位:端州区` it is cut to what follows."""

    label: str
    cell: Cell


def labels_of(cells: Mapping[int, Cell], vocabulary: Vocabulary) -> dict[HeadingRole, list[Label]]:
    """The labelled units, periods and reasons of one row."""
    found: dict[HeadingRole, list[Label]] = {}
    ordered = list(cells.values())
    if sum(role_of(cell.text) is not None for cell in ordered) > sum(role_of(cell.text) is None for cell in ordered):
        return {}  # headings
    for place, cell in enumerate(ordered):
        for part in _NEXT_LABEL.split(cell.text):
            match = _LABELLED.fullmatch(part)
            label, content = (match[1], match[2].strip()) if match else (part, "")
            role = role_of(label)
            if role not in (HeadingRole.UNIT, HeadingRole.PERIOD, HeadingRole.REASON):
                continue
            if content:
                named = replace(cell, text=content)
            elif place + 1 < len(ordered) and _may_say(role, ordered[place + 1], vocabulary):
                named = ordered[place + 1]
            else:
                continue
            if is_bare_unit(label) and vocabulary.unit(named.text, period=None) is None:
                continue  # 单位:项 says what is counted
            found.setdefault(role, []).append(Label(label, named))
    return found


def _may_say(role: HeadingRole, cell: Cell, vocabulary: Vocabulary) -> bool:
    """True if `cell` may be what a label is about: no other label, no element, and as a period something of a month."""
    if role_of(cell.text) is not None or vocabulary.element(cell.text) is not None:
        return False
    return role is not HeadingRole.PERIOD or any(character.isdigit() or character == "月" for character in cell.text)
