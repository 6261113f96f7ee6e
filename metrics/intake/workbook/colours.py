"""Colours, as far as it takes to say that a content has surely the colour of what lies behind it: then nobody sees it.

A colour is six hexadecimal digits, `theme4` and the like for what only the theme knows, :data:`UNKNOWN`, or
:data:`UNSAID`. Whatever is wrong with a colour makes it unknown, and an unknown colour is taken to be visible.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from decimal import Decimal
from typing import NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.styles.colors import COLOR_INDEX

from metrics.intake.workbook.format_sections import parts_of
from metrics.intake.workbook.parts import child

UNSAID, UNKNOWN, WHITE, BLACK = "", "?", "FFFFFF", "000000"
PAPER = "paper"  # what lies behind a cell without a fill: white, unless a table's style or a picture lies there
PALETTE: tuple[str, ...] = tuple(COLOR_INDEX)
_ALIKE = 5  # of 255: how far the parts of two colours may be apart that nobody tells from one another
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
_THEME = {"0": WHITE, "1": BLACK}  # the paper and the ink of every theme that programs come with
_NAMED = {
    "black": BLACK, "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF", "red": "FF0000",
    "white": WHITE, "yellow": "FFFF00", "黑": BLACK, "蓝": "0000FF", "青": "00FFFF", "绿": "00FF00", "洋红": "FF00FF",
    "红": "FF0000", "白": WHITE, "黄": "FFFF00",
}  # fmt: skip
_IN_FORMAT = re.compile(rf"\[(?:({'|'.join(_NAMED)})色?|(color|颜色)\s?\d+)\]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.')


class Colours(NamedTuple):
    """Of a cell: its content's and that of what lies behind. Of a rule: what it changes, or :data:`UNSAID`."""

    ink: str = UNKNOWN
    behind: str = PAPER

    def changed(self, rule: Colours) -> Colours:
        return Colours(rule.ink or self.ink, rule.behind or self.behind)

    @property
    def hides(self) -> bool:
        return are_alike(self.ink, self.behind)


PLAINLY = Colours()  # ink on paper


def are_alike(one: str, other: str) -> bool:
    """True if both colours are known and nobody can tell them apart."""
    one, other = (WHITE if colour == PAPER else colour for colour in (one, other))
    if one in (UNSAID, UNKNOWN) or other in (UNSAID, UNKNOWN):
        return False
    if not (_RGB.fullmatch(one) and _RGB.fullmatch(other)):
        return one == other
    return all(abs(a - b) <= _ALIKE for a, b in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True))


def colour_of(written: Mapping[str, str], palette: Sequence[str] = PALETTE) -> str:
    """The colour that the attributes of an element say."""
    if (rgb := _RGB.fullmatch(written.get("rgb", ""))) is not None:
        found = rgb[1].upper()
    elif "theme" in written:
        found = _THEME.get(written["theme"], f"theme{written['theme']}")
    elif (number := written.get("indexed", "")) == "65":
        found = WHITE  # the system's background
    elif number.isascii() and number.isdigit() and int(number[:9]) < min(len(palette), 64):
        rgb = _RGB.fullmatch(palette[int(number)])
        found = rgb[1].upper() if rgb is not None else UNKNOWN
    else:
        return UNKNOWN
    return _tinted(found, written.get("tint", "0"))


def ink_of(font: Element | None, palette: Sequence[str] = PALETTE) -> str:
    """The colour of a font; UNSAID if it names none."""
    colour = child(font, "color")
    return UNSAID if colour is None else colour_of(colour.attrib, palette)


def behind_of(fill: Element, palette: Sequence[str] = PALETTE) -> str:
    """The colour of a cell's fill: of none, the paper's."""
    pattern = child(fill, "patternFill")
    if pattern is None:
        return PAPER if len(fill) == 0 else UNKNOWN
    kind, colour = pattern.get("patternType", "none"), child(pattern, "fgColor")
    if kind == "solid" and colour is not None:
        return colour_of(colour.attrib, palette)
    return PAPER if kind == "none" else UNKNOWN


def behind_by_rule(fill: Element | None, palette: Sequence[str] = PALETTE) -> str:
    """The colour of a rule's fill, which stands in another place than that of a cell's."""
    if fill is None or len(fill) == 0:
        return UNSAID
    pattern = child(fill, "patternFill")
    colour = child(pattern, "bgColor")
    if pattern is None or colour is None or pattern.get("patternType", "solid") != "solid":
        return UNKNOWN
    return colour_of(colour.attrib, palette)


def ink_by_format(code: str, number: Decimal | None) -> str:
    """The colour that a number format gives to `number`, or to a text (None); UNSAID if it names none."""
    bare = _QUOTED.sub("", code)
    if "[" not in bare or not _IN_FORMAT.search(bare):
        return UNSAID
    parts = parts_of(bare)
    if re.search(r"\[[<>=]", bare):
        return UNKNOWN
    if number is None:
        part = parts[3] if len(parts) > 3 else parts[-1] if "@" in parts[-1] else ""
    else:
        place = 1 if number < 0 else 2 if number == 0 else 0
        part = parts[place] if place < len(parts) and "@" not in parts[place] else parts[0]
    found = _IN_FORMAT.search(part)
    if found is None:
        return UNSAID
    return _NAMED[found[1].lower()] if found[1] else UNKNOWN


def _tinted(colour: str, tint: str) -> str:
    """The colour made lighter (to 1) or darker (to -1)."""
    try:
        by = float(tint)
    except ValueError:
        return UNKNOWN
    if not by:
        return colour
    if not -1 <= by <= 1:
        return UNKNOWN
    if _RGB.fullmatch(colour) is None:
        return f"{colour}{by:+.3f}"
    hue, light, full = rgb_to_hls(*(part / 255 for part in bytes.fromhex(colour)))
    light = light * (1 + by) if by < 0 else light * (1 - by) + by
    return "".join(f"{round(part * 255):02X}" for part in hls_to_rgb(hue, light, full))
