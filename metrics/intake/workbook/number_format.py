"""What a number looks like under its number format, for the formats that offices use; of any other it is said that
nobody can say. Nothing is guessed: a format is taken apart into the tokens below or not at all.

A spreadsheet keeps fifteen digits and rounds halves away from zero when it shows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from metrics.intake.workbook.format_sections import (
    FormatToken,
    Section,
    UnknownFormat,
    numeric_sections,
    parts_of,
    section_of,
)

_KEPT = Context(prec=15, rounding=ROUND_HALF_UP)
_ROUNDED = Context(prec=6, rounding=ROUND_HALF_UP)  # General, where it writes an exponent
_WIDE = Context(prec=1000, rounding=ROUND_HALF_UP)
_SCALING_WORDS = ("万", "千", "亿", "百")
_GENERAL_FROM, _GENERAL_BELOW = Decimal("1e-9"), Decimal("1e11")  # outside, General is written with an exponent

_ITSELF = re.compile(r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:[, ][0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+")
_LITERALS = re.compile(r'"([^"]*)"|\\(.)')
_ABSENT = {"0": "0", "#": "", "?": " "}  # what a place shows that has no digit
_COMPARED = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a format shows one content; the fields are those of :class:`metrics.intake.grid.Cell`."""

    percent: bool = False
    scaled: bool = False
    shown: str | None = None
    suffix: str = ""


PLAIN = Look()


def number_look(number: Decimal, code: str) -> Look:
    """How `number` looks under the number format `code`."""
    size = abs(number)
    if not code or not number.is_finite() or (code == "General" and _GENERAL_FROM <= size < _GENERAL_BELOW):
        return PLAIN
    percent = "%" in code or "％" in code
    if percent or _scales(code):
        return Look(percent=percent, scaled=not percent)
    kept = _KEPT.plus(number)
    try:
        section, minus = _chosen(numeric_sections(code), kept)
        before, digits, after = _rendered(section, abs(kept), minus=minus)
    except (UnknownFormat, ArithmeticError):
        # What is not understood counts as shown otherwise, never as the number itself (decision 89).
        return Look(shown=code)
    shown, suffix = f"{before}{digits}{after}".strip(), after.strip()
    if before.strip() not in ("", "-") or not _is_itself(before, digits, kept):
        return Look(shown=shown)
    if suffix and (not suffix[0].isalpha() or any(character.isnumeric() for character in suffix)):
        return Look(shown=shown)
    return Look(suffix=suffix)


def number_text(number: Decimal, code: str) -> str | None:
    """What stands in the cell of a number that is shown as it is, None where nobody can say.

    In General only the whole part stands for sure: a fraction is rounded to what the column holds.
    """
    kept = _KEPT.plus(number)
    if not code or code == "General":
        return format(kept, "f").partition(".")[0] if abs(kept) < _GENERAL_BELOW else None
    if "%" in code or "％" in code or _scales(code):
        return None
    try:
        section, minus = _chosen(numeric_sections(code), kept)
        if section.has("general"):
            return None
        return "".join(_rendered(section, abs(kept), minus=minus)).strip()
    except (UnknownFormat, ArithmeticError):
        return None


def text_look(text: str, code: str) -> Look:
    """How a text looks under the number format `code`, of which only the section for texts matters."""
    parts = parts_of(code)
    if len(parts) < 4 and "@" not in parts[-1]:
        return PLAIN
    try:
        section = section_of(parts[min(len(parts), 4) - 1])
    except UnknownFormat:
        return Look(shown=code)
    if len(parts) < 4 and not section.has("text"):
        return PLAIN  # an @ in quotes
    if any(token.kind not in ("text", "literal") for token in section.tokens):
        return Look(shown=code)
    shown = "".join(text if token.kind == "text" else token.text for token in section.tokens)
    return PLAIN if shown.strip() == text.strip() else Look(shown=shown)


def date_look(code: str) -> Look:
    """How a date looks under the date format `code`: digits that stand in the format itself are none of the date's."""
    literals = "".join(quoted + escaped for quoted, escaped in _LITERALS.findall(code))
    is_bare_day = not any(letter in code.casefold() for letter in "ymegh")  # a day alone shows no month
    return Look(shown=code) if is_bare_day or any(character.isnumeric() for character in literals) else PLAIN


def _scales(code: str) -> bool:
    """True if the format shows the number divided by thousands, ten thousands and so on."""
    if any(word in code for word in _SCALING_WORDS):
        return True
    try:
        sections = numeric_sections(code)
    except UnknownFormat:
        return False
    return any(token.kind == "digits" and token.text.endswith(",") for part in sections for token in part.tokens)


def _chosen(sections: tuple[Section, ...], number: Decimal) -> tuple[Section, bool]:
    """The section that holds for `number`, and whether a minus is put in front."""
    if any(section.condition for section in sections):
        return _by_condition(sections, number), False
    if number < 0 and len(sections) > 1:
        return sections[1], False
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], number < 0


def _by_condition(sections: tuple[Section, ...], number: Decimal) -> Section:
    """The section for a number that is not negative, where sections carry conditions of their own."""
    if number < 0 or sections[0].condition is None:
        raise UnknownFormat
    for place, section in enumerate(sections):
        if section.condition is not None:
            operator, bound = section.condition
            if _COMPARED[operator](number, bound):
                return section
        elif place == len(sections) - 1:
            return section  # one in the middle is for negative numbers
    raise UnknownFormat


def _rendered(section: Section, size: Decimal, *, minus: bool) -> tuple[str, str, str]:
    """What is shown before the digits, the digits with what stands among them, and what is shown after them."""
    tokens = section.tokens
    places = [at for at, token in enumerate(tokens) if token.kind != "literal"]
    first, last = (places[0], places[-1]) if places else (len(tokens), len(tokens) - 1)
    before, after = ("".join(token.text for token in some) for some in (tokens[:first], tokens[last + 1 :]))
    middle = tokens[first : last + 1]
    kinds = {token.kind for token in middle}
    if not middle:
        digits = ""
    elif kinds & {"general", "text"}:
        digits = _general(middle, size)
    elif "exponent" in kinds:
        digits = _with_exponent(middle, size)
    else:
        digits = _digits(middle, size)
    return ("-" if minus else "") + before, digits, after


def _general(middle: tuple[FormatToken, ...], size: Decimal) -> str:
    if len(middle) > 1:
        raise UnknownFormat
    if not size or _GENERAL_FROM <= size < _GENERAL_BELOW:
        return _plain(size)
    mantissa, _, power = format(_ROUNDED.plus(size), ".5E").partition("E")
    return f"{_plain(Decimal(mantissa))}E{int(power):+03d}"


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_exponent(middle: tuple[FormatToken, ...], size: Decimal) -> str:
    """`0.00E+00`, with one digit before the point."""
    written = "".join(token.text for token in middle)
    match = re.fullmatch(r"0(?:\.(0*))?e([+-])(0+)", written, re.IGNORECASE)
    if match is None:
        raise UnknownFormat
    places = len(match[1] or "")
    rounded = Context(prec=places + 1, rounding=ROUND_HALF_UP).plus(size)
    mantissa, _, power = format(rounded if rounded else float(0), f".{places}E").partition("E")
    sign = "-" if int(power) < 0 else "+" if match[2] == "+" else ""
    return f"{mantissa}E{sign}{abs(int(power)):0{len(match[3])}d}"


def _digits(middle: tuple[FormatToken, ...], size: Decimal) -> str:
    """Digit places, at most one point, and literals among them."""
    kinds = [token.kind for token in middle]
    if kinds.count("point") > 1:
        raise UnknownFormat
    at = kinds.index("point") if "point" in kinds else len(middle)
    whole, fraction = middle[:at], middle[at + 1 :]
    places = "".join(token.text for token in fraction if token.kind == "digits")
    if "," in places:
        raise UnknownFormat
    rounded = size.quantize(Decimal(1).scaleb(-len(places)), context=_WIDE)
    ahead, _, behind = format(rounded, "f").partition(".")
    return _whole(whole, ahead) + "".join(token.text for token in middle[at : at + 1]) + _fraction(fraction, behind)


def _whole(tokens: tuple[FormatToken, ...], digits: str) -> str:
    """The whole part, filled from the right; the first place takes all digits that are left."""
    left = digits.lstrip("0")
    first = next((at for at, token in enumerate(tokens) if token.kind == "digits"), None)
    if first is None and left:
        raise UnknownFormat
    shown = ""
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].kind != "digits":
            shown = tokens[at].text + shown
            continue
        for place in reversed(tokens[at].text.replace(",", "")):
            digit, left = left[-1:], left[:-1]
            shown = (digit or _ABSENT[place]) + shown
        if at == first:
            shown = left + shown
    grouped = any("," in token.text for token in tokens if token.kind == "digits")
    return _grouped(shown) if grouped and shown.isdigit() else shown


def _grouped(digits: str) -> str:
    start = len(digits) % 3
    groups = [digits[:start], *(digits[at : at + 3] for at in range(start, len(digits), 3))]
    return ",".join(group for group in groups if group)


def _fraction(tokens: tuple[FormatToken, ...], digits: str) -> str:
    significant = len(digits.rstrip("0"))
    shown, used = "", 0
    for token in tokens:
        if token.kind != "digits":
            shown += token.text
            continue
        for place in token.text:
            shown += digits[used] if used < significant else _ABSENT[place]
            used += 1
    return shown


def _is_itself(before: str, digits: str, number: Decimal) -> bool:
    """True if what is shown is the number, perhaps with separators of thousands or zeros at the end."""
    match = _ITSELF.fullmatch(digits.strip())
    if match is None:
        return False  # hidden, with something in between, or 0098
    return Decimal(re.sub(r"[ ,]", "", match[0])) * (-1 if "-" in before else 1) == number
