"""How the template looks: quiet paper, colour for status only, cells to fill in a pale tint with a border."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_INK, _MUTED, _LINE = "#1B1F24", "#5C6670", "#C9C9C0"
_FILL_IN, _BAND = "#FFF9E5", "#EEEEE8"
_FAILED, _FAILED_TINT = "#B3261E", "#F6E5E4"
_WARNED, _WARNED_TINT = "#8A5A0F", "#F7EFE2"
_PASSED = "#0B7A5E"
FONT = "Microsoft YaHei"

_BASE: dict[str, Any] = {"font_name": FONT, "font_size": 10, "font_color": _INK, "valign": "vcenter"}
_BOXED: dict[str, Any] = {"border": 1, "border_color": _LINE}


@dataclass(frozen=True, slots=True)
class TemplateStyles:
    """The formats of one workbook."""

    title: Format
    notice: Format
    label: Format
    place: Format
    note: Format
    heading: Format
    block: Format
    block_state: Format
    name: Format
    code: Format
    measure: Format
    check: Format
    sentence: Format
    centred: Format
    reason: Format
    summary: Format


_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "notice": {"bold": True, "font_color": _FAILED},
    "label": {"font_color": _MUTED},
    "place": {"bold": True, "num_format": "@", "align": "left"},
    "note": {"font_color": _MUTED, "font_size": 9, "text_wrap": True},
    "heading": {"bold": True, "bg_color": _BAND, "align": "center", "text_wrap": True, **_BOXED},
    "block": {"bold": True, "bg_color": _BAND, **_BOXED},
    "block_state": {"font_color": _MUTED, "bg_color": _BAND, "align": "left", "indent": 1, **_BOXED},
    "name": {"text_wrap": True, **_BOXED},
    "code": {"font_color": _MUTED, "font_size": 9, "num_format": "@", "shrink": True, **_BOXED},
    "measure": {"align": "center", "shrink": True, **_BOXED},
    "check": {"shrink": True, "align": "left", "indent": 1, **_BOXED},
    "sentence": {"text_wrap": True, **_BOXED},
    "centred": {"align": "center", **_BOXED},
    "reason": {"bg_color": _FILL_IN, "locked": False, "num_format": "@", **_BOXED},
    "summary": {"bold": True},
}


def make_styles(workbook: Workbook) -> TemplateStyles:
    """The formats, added to `workbook`."""
    return TemplateStyles(
        **{field.name: workbook.add_format(_BASE | _STYLES[field.name]) for field in fields(TemplateStyles)}
    )


def number_style(workbook: Workbook, *, decimals: int, kind: str) -> Format:
    """The format of a number with `decimals` places: `fill` to fill in, `shown` beside it, `change` with a sign."""
    places = "0" + "." * bool(decimals) + "0" * decimals
    grouped = f"#,##{places}"
    given: dict[str, Any] = {"num_format": grouped, "align": "right", **_BOXED}
    if kind == "fill":
        given |= {"bg_color": _FILL_IN, "locked": False, "bold": True}
    elif kind == "change":
        given |= {"num_format": f"+{grouped};-{grouped};{places}", "font_color": _MUTED}
    else:
        given |= {"font_color": _MUTED}
    return workbook.add_format(_BASE | given)


def colour_verdicts(workbook: Workbook, sheet: Worksheet, cells: str) -> None:
    """Colour the verdicts within `cells` by the mark they begin with."""
    shown = {
        "✘": {"font_color": _FAILED, "bg_color": _FAILED_TINT},
        "⚠": {"font_color": _WARNED, "bg_color": _WARNED_TINT},
        "✔": {"font_color": _PASSED},
    }
    for mark, look in shown.items():
        rule = {"type": "text", "criteria": "begins with", "value": mark, "format": workbook.add_format(look)}
        sheet.conditional_format(cells, rule)
