"""Exact rationals in whole columns: pairs of integers, in int64 where no result can overflow and Python's else.

Every product and sum first looks at the greatest numbers of both columns; where the result could leave int64 the
columns become Python integers (dtype object), which are slower and never wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[Any]  # int64, or Python integers where int64 could overflow
Places = NDArray[np.intp] | NDArray[np.int64]
Mask = NDArray[np.bool_]
_MOST = 2**63 - 1


def whole(numbers: Sequence[int]) -> Whole:
    """`numbers` as a column, in int64 if all of them fit."""
    fits = all(-_MOST <= number <= _MOST for number in numbers)
    return np.array(numbers, dtype=np.int64 if fits else object)


def product(one: Whole, other: Whole) -> Whole:
    """Both columns multiplied."""
    if _is_wide(one, other) or _largest(one) * _largest(other) > _MOST:
        return _python(one) * _python(other)
    return one * other


def total(one: Whole, other: Whole) -> Whole:
    """Both columns added."""
    if _is_wide(one, other) or _largest(one) + _largest(other) > _MOST:
        return _python(one) + _python(other)
    return one + other


def narrowed(numbers: Whole) -> Whole:
    """`numbers` in int64 if all of them fit."""
    return numbers.astype(np.int64) if numbers.dtype == object and _largest(numbers) <= _MOST else numbers


def chosen(condition: Mask, one: Whole, other: Whole) -> Whole:
    """`one` where the condition holds, else `other`."""
    if _is_wide(one, other):
        one, other = _python(one), _python(other)
    return np.where(condition, one, other)


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """A column of rationals `above` ÷ `below`, `below` > 0; not necessarily in lowest terms."""

    above: Whole
    below: Whole

    @classmethod
    def of(cls, above: Whole, below: Whole) -> Ratios:
        """above ÷ below, where `below` is not 0 but may be negative."""
        sign = np.where(below < 0, np.int64(-1), np.int64(1))
        return cls(product(above, sign), product(below, sign))

    @classmethod
    def from_fractions(cls, values: Sequence[Fraction | None]) -> Ratios:
        """`values` as a column; 0 where there is none."""
        known = [Fraction(0) if value is None else value for value in values]
        return cls(whole([v.numerator for v in known]), whole([v.denominator for v in known]))

    def __len__(self) -> int:
        return len(self.above)

    @classmethod
    def spread(cls, mask: Mask, values: Ratios) -> Ratios:
        """`values` where the mask holds, else 0."""
        above = np.zeros(len(mask), dtype=values.above.dtype)
        below = np.ones(len(mask), dtype=values.below.dtype)
        above[mask], below[mask] = values.above, values.below
        return cls(above, below)

    def take(self, places: Places | Mask | slice) -> Ratios:
        """The values at `places`, or those where it is True."""
        return Ratios(narrowed(self.above[places]), narrowed(self.below[places]))

    def __add__(self, other: Ratios) -> Ratios:
        above = total(product(self.above, other.below), product(other.above, self.below))
        return Ratios(above, product(self.below, other.below))

    def __neg__(self) -> Ratios:
        return Ratios(-self.above, self.below)

    def __sub__(self, other: Ratios) -> Ratios:
        return self + -other

    def __mul__(self, other: Ratios) -> Ratios:
        return Ratios(product(self.above, other.above), product(self.below, other.below))

    def over(self, other: Ratios) -> Ratios:
        """Divided by `other`, in which no value is 0."""
        return Ratios.of(product(self.above, other.below), product(self.below, other.above))

    def beyond(self, other: Ratios) -> Whole:
        """A column with the sign of self − other."""
        return total(product(self.above, other.below), -product(other.above, self.below))

    def where(self, condition: Mask, other: Ratios) -> Ratios:
        """`self` where the condition holds, else `other`."""
        return Ratios(chosen(condition, self.above, other.above), chosen(condition, self.below, other.below))

    def rounded_up(self) -> Whole:
        """The least whole numbers that are not below."""
        return narrowed(-(-self.above // self.below))

    def reduced(self) -> Ratios:
        """The same values in lowest terms."""
        common = np.gcd(self.above, self.below)
        return Ratios(narrowed(self.above // common), narrowed(self.below // common))

    def signed(self, signs: Whole) -> Ratios:
        """Every value times its sign, 1 or −1."""
        return Ratios(product(self.above, signs), self.below)

    def order(self) -> Whole:
        """The places of the values from the least to the greatest, those of equal ones as they stand."""
        # First by whole parts of 2⁶⁴, in which most values differ: fractions are slow to compare.
        parts = [(above << 64) // below for above, below in zip(self.above.tolist(), self.below.tolist(), strict=True)]
        keys = list(zip(parts, self.fractions(), strict=True))
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)

    def fractions(self) -> list[Fraction]:
        """The values one by one."""
        return [Fraction(int(a), int(b)) for a, b in zip(self.above.tolist(), self.below.tolist(), strict=True)]


def _largest(numbers: Whole) -> int:
    return max(-int(numbers.min()), int(numbers.max())) if numbers.size else 0


def _is_wide(one: Whole, other: Whole) -> bool:
    return one.dtype == object or other.dtype == object


def _python(numbers: Whole) -> Whole:
    return numbers.astype(object)
