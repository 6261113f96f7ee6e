"""Of the styles of a workbook only what can make a cell look like something else: number formats, lines through it, and
colours that hide it.

Whatever is wrong with colours, fills, borders and fonts is passed over: no figure depends on them. Styles that are
missing, or no XML at all, leave every cell as programs then show it, in the format General.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.colours import (
    PALETTE,
    PAPER,
    PLAINLY,
    UNKNOWN,
    UNSAID,
    Colours,
    behind_by_rule,
    behind_of,
    ink_of,
)
from metrics.intake.workbook.parts import Parts, child, children, is_true

LEAST_TYPE = 3.0  # points; nothing can be read in less
_CHINESE_DATES = dict.fromkeys([*range(27, 37), *range(50, 59)], 'yyyy"年"m"月"d"日"')  # which of them is all the same
_FORMATS: dict[int, str] = {**BUILTIN_FORMATS, **_CHINESE_DATES}


@dataclass(frozen=True, slots=True)
class CellStyle:
    """`is_date`, `is_duration`: what numbers in this format are. `repeats`: the content fills the width of the cell.

    `crossed`: lines go through the cell from corner to corner. `size`: of its font, as a multiple of the workbook's
    own. `turned`: the content is turned, or made smaller until it fits. `tiny`: nobody can read it.
    """

    number_format: str = "General"
    is_date: bool = False
    is_duration: bool = False
    struck: bool = False
    raised: bool = False
    repeats: bool = False
    colours: Colours = PLAINLY
    crossed: bool = False
    size: float = 1.0
    turned: bool = False
    tiny: bool = False


@dataclass(frozen=True, slots=True)
class WorkbookStyles:
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
    ink: str = UNSAID
    size: float | None = None


@dataclass(slots=True)
class _Tables:
    formats: dict[int, str] = field(default_factory=dict)
    fonts: list[_Font] = field(default_factory=list)
    fills: list[str] = field(default_factory=list)
    crossed: list[bool] = field(default_factory=list)
    palette: tuple[str, ...] = PALETTE

    def font(self, number: int) -> _Font:
        return self.fonts[number] if number < len(self.fonts) else _Font()

    def size(self, font: _Font) -> float:
        """How large a font is, compared with the workbook's own, in whose digits columns are measured."""
        own = self.font(0).size
        return font.size / own if font.size and own else 1.0


PLAIN = CellStyle()
NOTHING = CellStyle(number_format="", colours=Colours(UNSAID, UNSAID))  # what a rule without a style changes


def styles_of(parts: Parts, part: str | None) -> WorkbookStyles:
    """The styles in `part`, as far as it can be read."""
    if part is None:
        return WorkbookStyles()
    try:
        root = parts.root(part)
    except FileRefused:
        return WorkbookStyles()
    tables = _Tables()
    for element in children(child(root, "numFmts"), "numFmt"):
        number = _number(element.get("numFmtId"))
        if number is not None:
            tables.formats[number] = element.get("formatCode", "")
    own = [element.get("rgb", "") for element in children(child(child(root, "colors"), "indexedColors"), "rgbColor")]
    tables.palette = tuple(own) or PALETTE
    tables.fonts = [_font_of(element, tables.palette) for element in children(child(root, "fonts"), "font")]
    tables.fills = [behind_of(element, tables.palette) for element in children(child(root, "fills"), "fill")]
    tables.crossed = [_is_crossed(element) for element in children(child(root, "borders"), "border")]
    return WorkbookStyles(
        cells=tuple(_cell_style(element, tables) for element in children(child(root, "cellXfs"), "xf")),
        conditional=tuple(rule_style(element, tables.palette) for element in children(child(root, "dxfs"), "dxf")),
    )


def rule_style(element: Element, palette: tuple[str, ...] = PALETTE) -> CellStyle:
    """What a rule changes; a number format of "" stands for none."""
    written = child(element, "numFmt")
    code = "" if written is None else written.get("formatCode", "")
    font = _font_of(child(element, "font"), palette)
    return replace(_style(code, font), colours=Colours(font.ink, behind_by_rule(child(element, "fill"), palette)))


def _font_of(element: Element | None, palette: tuple[str, ...]) -> _Font:
    line, place, size = child(element, "strike"), child(element, "vertAlign"), child(element, "sz")
    return _Font(
        struck=line is not None and is_true(line.get("val", "1")),
        raised=place is not None and place.get("val") in ("superscript", "subscript"),
        ink=ink_of(element, palette),
        size=None if size is None else size_in_points(size.get("val", "")),
    )


def _is_crossed(border: Element) -> bool:
    line = child(border, "diagonal")
    drawn = line is not None and line.get("style", "none") != "none"
    return drawn and (is_true(border.get("diagonalUp")) or is_true(border.get("diagonalDown")))


def size_in_points(written: str) -> float | None:
    """The size of a font, None for what is none."""
    return float(written) if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,9})?", written) and float(written) else None


def _cell_style(element: Element, tables: _Tables) -> CellStyle:
    number, fill, border = (_number(element.get(name)) or 0 for name in ("numFmtId", "fillId", "borderId"))
    font = tables.font(_number(element.get("fontId")) or 0)
    alignment = child(element, "alignment")
    code = tables.formats.get(number) or _FORMATS.get(number, "General")
    aligned = {} if alignment is None else alignment.attrib
    return replace(
        _style(code, font),
        repeats=aligned.get("horizontal") == "fill",
        tiny=font.size is not None and font.size < LEAST_TYPE,
        turned=is_true(aligned.get("shrinkToFit")) or aligned.get("textRotation", "0") != "0",
        colours=Colours(font.ink or UNKNOWN, tables.fills[fill] if fill < len(tables.fills) else PAPER),
        crossed=border < len(tables.crossed) and tables.crossed[border],
        size=tables.size(font),
    )


def _style(code: str, font: _Font) -> CellStyle:
    is_date = is_date_format(code)
    return CellStyle(
        number_format=code,
        is_date=is_date,
        is_duration=is_date and is_timedelta_format(code),
        struck=font.struck,
        raised=font.raised,
    )


def _at(styles: tuple[CellStyle, ...], written: str | None) -> CellStyle:
    number = _number(written) if written is not None else 0
    return styles[number] if number is not None and number < len(styles) else PLAIN


def _number(written: str | None) -> int | None:
    return int(written) if written is not None and written.isascii() and written.isdigit() else None
