"""Exact figures as they are written, in whole columns: what :mod:`metrics.rounding` writes of one, of many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

import numpy as np

from metrics.plan.model import Plan
from metrics.rounding import AT_ZERO, DECIMALS, Line, exact_decimal, lines_of, written
from metrics.verdicts.ratios import Mask, Ratios, Whole, chosen, narrowed, product, total, whole

Texts = list[str | None]


def shown_values(plan: Plan, indicator: Whole, values: Ratios, *, known: Mask) -> Texts:
    """Every value of its row's indicator, on the same side of all the indicator's lines; None where not `known`."""
    places = np.flatnonzero(known)
    scaled = np.zeros(len(values), dtype=object)
    for one in np.unique(indicator[places]).tolist():
        own = places[indicator[places] == one]
        scaled[own] = rounded(values.take(own), lines=lines_of(plan, plan.indicators[one]))
    return texts(narrowed(scaled), known=known, write=lambda number: written(number, DECIMALS))


def shown_figures(values: Ratios, *, known: Mask, lines: Sequence[Line] = (), decimals: int = DECIMALS) -> Texts:
    """Every value on the same side of `lines`; None where not `known`."""
    scaled = np.zeros(len(values), dtype=object)
    scaled[known] = rounded(values.take(known), lines=lines, decimals=decimals)
    return texts(narrowed(scaled), known=known, write=lambda number: written(number, decimals))


def shown_distances(values: Ratios, *, known: Mask) -> Texts:
    """Every signed distance to a line (:func:`metrics.rounding.shown_distance`); None where not `known`."""
    return shown_figures(values, known=known, lines=[AT_ZERO])


def amounts(numbers: Whole, scales: Whole, *, known: Mask) -> Texts:
    """Every amount numbers ÷ scales in full: 42, 42.5; None where not `known`. `scales`: powers of ten."""
    found: Texts = [None] * len(numbers)
    for scale in np.unique(scales[known]).tolist():
        rows = np.flatnonzero(known & (scales == scale))
        write = partial(_amount, scale=scale)
        for row, text in zip(rows.tolist(), texts(numbers[rows], known=known[rows], write=write), strict=True):
            found[row] = text
    return found


def _amount(number: int, *, scale: int) -> str:
    return exact_decimal(Fraction(number, scale))


def texts(numbers: Whole, *, known: Mask, write: Callable[[int], str]) -> Texts:
    """Every number as `write` writes it, each different one once; None where not `known`."""
    different, places = np.unique(numbers[known], return_inverse=True)
    found = np.full(len(numbers), None, dtype=object)
    if len(different):
        found[known] = np.array([write(number) for number in different.tolist()], dtype=object)[places]
    return found.tolist()


def rounded(values: Ratios, *, lines: Sequence[Line] = (), decimals: int = DECIMALS) -> Whole:
    """Every value × 10**decimals as a whole number: half up, away from zero, but never across a line."""
    scale = 10**decimals
    scaled, below = product(values.above, whole([scale])), values.below
    twice = product(below, whole([2]))
    half_up = total(product(abs(scaled), whole([2])), below) // twice
    found = chosen(scaled >= 0, half_up, -half_up)
    for line in lines:
        met = _is_met(line, values)
        across = np.flatnonzero(met != _is_met(line, Ratios(found, whole([scale]))))
        if len(across):
            up = met[across] == line.met_above
            found = found.copy()
            found[across] = chosen(up, -(-scaled[across] // below[across]), scaled[across] // below[across])
    return narrowed(found)


def _is_met(line: Line, values: Ratios) -> Mask:
    """Where the value meets the line."""
    beyond = values.beyond(Ratios.from_fractions([line.at]))
    return np.asarray(beyond >= 0 if line.met_above else beyond <= 0, dtype=bool)
