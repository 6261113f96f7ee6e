"""How exact figures are written: two decimals, half up, never across a line that the value has not crossed."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction


def shown(value: Fraction, lines: Iterable[Fraction] = (), *, better: int = 1, decimals: int = 2) -> str:
    """`value` with so many decimals, on the side of each of `lines` where it is itself.

    A line is met at or above it, or with `better` −1 at or below it.
    """
    scale = 10**decimals
    scaled = value * scale
    whole = (2 * abs(scaled) + 1) // 2  # half up, away from zero
    rounded = whole if scaled >= 0 else -whole
    for line in lines:
        met = better * value >= better * line
        if (better * Fraction(rounded, scale) >= better * line) != met:
            up = met == (better > 0)
            rounded = -(-scaled // 1) if up else scaled // 1
    return _written(int(rounded), decimals)


def in_full(value: Fraction) -> str:
    """A count, or a sum of decimals, with all its decimals. Raises ValueError if they never end."""
    for decimals in range(31):
        if (value * 10**decimals).denominator == 1:
            return _written(int(value * 10**decimals), decimals)
    raise ValueError(value)


def _written(scaled: int, decimals: int) -> str:
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
