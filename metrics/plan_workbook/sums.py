"""Linear forms as people write them in a cell: ``items_total - exempt_online``, ``2*a + b + 3``. Pure."""

from __future__ import annotations

import re
from typing import Any

from metrics.plan.model import LinearForm

# A hyphen may be part of a code, so it is an operator only between blanks; the other signs are in no code.
_PLUS = "+\uff0b"  # of half and full width
_OPERATORS = re.compile(rf"\s*([{_PLUS}−])\s*|(?:^|\s+)([-–])\s+|^(-)(?=\S)")
_TERM = re.compile(r"(?:(\d+)\s*[*×]\s*)?(\S+)")


def sum_text(form: LinearForm) -> str:
    """The form in one line; :func:`read_sum` reads it back as it is."""
    parts: list[tuple[bool, str]] = []
    for term in form.terms:
        times = "" if abs(term.times) == 1 and not term.element.isdigit() else f"{abs(term.times)}*"
        parts.append((term.times < 0, f"{times}{term.element}"))
    if form.constant or not parts:
        parts.append((form.constant < 0, str(abs(form.constant))))
    negative, first = parts[0]
    return ("- " if negative else "") + first + "".join(f" {'-' if below else '+'} {text}" for below, text in parts[1:])


def read_sum(text: str) -> dict[str, Any] | None:
    """The form as a plan's file has it; None if it is none. Which elements there are is not asked here."""
    terms: list[dict[str, Any]] = []
    constant = 0
    for sign, part in _signed(text.strip()):
        found = _TERM.fullmatch(part)
        if found is None:
            return None
        times, code = found[1], found[2]
        if times is None and code.isascii() and code.isdigit():
            constant += sign * int(code)
        elif all(character.isalnum() or character in "._-" for character in code):
            terms.append({"element": code, "times": str(sign * int(times or 1))})
        else:
            return None
    return {"terms": terms, "constant": str(constant)}


def _signed(text: str) -> list[tuple[int, str]]:
    """The parts between the operators, each with its sign; an empty part where an operator has nothing beside it."""
    pieces = [piece for piece in _OPERATORS.split(text) if piece is not None]
    begins_with_sign = len(pieces) > 1 and not pieces[0]
    pieces = pieces[1:] if begins_with_sign else ["+", *pieces]
    signs, parts = pieces[::2], pieces[1::2]
    return [(1 if sign in _PLUS else -1, part.strip()) for sign, part in zip(signs, parts, strict=False)]
