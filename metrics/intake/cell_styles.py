"""Of the styles of a workbook only what can make a cell look like something else: number formats and lines through it.

Colours, fills, borders and fonts are not looked at, whatever is wrong with them: no figure depends on them. Styles that
are missing, or no XML at all, leave every cell as programs then show it, in the format General.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from metrics.intake.refusals import FileRefused
from metrics.intake.workbook_parts import Parts, child, children, is_true

_CHINESE_DATES = dict.fromkeys([*range(27, 37), *range(50, 59)], 'yyyy"年"m"月"d"日"')  # which of them is all the same
_FORMATS: dict[int, str] = {**BUILTIN_FORMATS, **_CHINESE_DATES}


@dataclass(frozen=True, slots=True)
class CellStyle:
    """`is_date`, `is_duration`: what numbers in this format are. `repeats`: the content fills the width of the cell."""

    number_format: str = "General"
    is_date: bool = False
    is_duration: bool = False
    struck: bool = False
    raised: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """`cells`: by the number that a cell names. `conditional`: by the number that a rule names."""

    cells: tuple[CellStyle, ...] = ()
    conditional: tuple[CellStyle, ...] = ()

    def of_cell(self, written: str | None) -> CellStyle:
        return _at(self.cells, written)

    def of_rule(self, written: str | None) -> CellStyle:
        return _at(self.conditional, written) if written is not None else NOTHING


@dataclass(frozen=True, slots=True)
class _Font:
    struck: bool = False
    raised: bool = False


@dataclass(slots=True)
class _Tables:
    formats: dict[int, str] = field(default_factory=dict)
    fonts: list[_Font] = field(default_factory=list)


PLAIN, NOTHING = CellStyle(), CellStyle(number_format="")  # the second is what a rule without a style changes


def styles_of(parts: Parts, part: str | None) -> Styles:
    """The styles in `part`, as far as it can be read."""
    if part is None:
        return Styles()
    try:
        root = parts.root(part)
    except FileRefused:
        return Styles()
    tables = _Tables()
    for element in children(child(root, "numFmts"), "numFmt"):
        number = _number(element.get("numFmtId"))
        if number is not None:
            tables.formats[number] = element.get("formatCode", "")
    tables.fonts = [font_of(element) for element in children(child(root, "fonts"), "font")]
    return Styles(
        cells=tuple(_cell_style(element, tables) for element in children(child(root, "cellXfs"), "xf")),
        conditional=tuple(_rule_style(element) for element in children(child(root, "dxfs"), "dxf")),
    )


def font_of(element: Element | None) -> _Font:
    line, place = child(element, "strike"), child(element, "vertAlign")
    return _Font(
        struck=line is not None and is_true(line.get("val", "1")),
        raised=place is not None and place.get("val") in ("superscript", "subscript"),
    )


def _cell_style(element: Element, tables: _Tables) -> CellStyle:
    number, font = _number(element.get("numFmtId")) or 0, _number(element.get("fontId")) or 0
    alignment = child(element, "alignment")
    code = tables.formats.get(number) or _FORMATS.get(number, "General")
    return _style(
        code,
        tables.fonts[font] if font < len(tables.fonts) else _Font(),
        repeats=alignment is not None and alignment.get("horizontal") == "fill",
    )


def _rule_style(element: Element) -> CellStyle:
    """What a rule changes; a number format of "" stands for none."""
    written = child(element, "numFmt")
    code = "" if written is None else written.get("formatCode", "")
    return _style(code, font_of(child(element, "font")), repeats=False)


def _style(code: str, font: _Font, *, repeats: bool) -> CellStyle:
    is_date = is_date_format(code)
    return CellStyle(
        number_format=code,
        is_date=is_date,
        is_duration=is_date and is_timedelta_format(code),
        struck=font.struck,
        raised=font.raised,
        repeats=repeats,
    )


def _at(styles: tuple[CellStyle, ...], written: str | None) -> CellStyle:
    number = _number(written) if written is not None else 0
    return styles[number] if number is not None and number < len(styles) else PLAIN


def _number(written: str | None) -> int | None:
    return int(written) if written is not None and written.isascii() and written.isdigit() else None
