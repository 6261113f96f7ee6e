"""Columns of rationals: int64 up to the last number that fits, Python's integers from there on, never a wrong one."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.verdicts.ratios import Ratios, chosen, narrowed, product, total, whole

MOST = 2**63 - 1
numbers = st.integers(-(2**64), 2**64) | st.integers(-5, 5)
below = st.integers(1, 2**40) | st.integers(1, 3)
columns = st.lists(st.tuples(numbers, below, numbers, below), min_size=1, max_size=5)


def pair(rows: list[tuple[int, int, int, int]]) -> tuple[Ratios, Ratios, list[tuple[Fraction, Fraction]]]:
    first, under, second, other = (whole(column) for column in zip(*rows, strict=True))
    known = [(Fraction(a, b), Fraction(c, d)) for a, b, c, d in rows]
    return Ratios(first, under), Ratios(second, other), known


@given(columns)
def test_arithmetic_is_exact(rows: list[tuple[int, int, int, int]]) -> None:
    one, other, known = pair(rows)
    ways: list[Callable[[object, object], object]] = [operator.add, operator.sub, operator.mul]
    for way in ways:
        result = way(one, other)
        assert isinstance(result, Ratios)
        assert result.fractions() == [way(a, b) for a, b in known]
    assert [np.sign(sign) for sign in one.beyond(other).tolist()] == [(a > b) - (a < b) for a, b in known]
    assert one.rounded_up().tolist() == [ceil(a) for a, _ in known]
    assert one.reduced().fractions() == [a for a, _ in known]
    assert one.order().tolist() == sorted(range(len(known)), key=lambda place: known[place][0])


@given(columns)
def test_a_quotient_has_its_sign_above(rows: list[tuple[int, int, int, int]]) -> None:
    one, other, known = pair([(a, b, c or 1, d) for a, b, c, d in rows])
    found = one.over(other)
    assert found.fractions() == [a / b for a, b in known]
    assert all(number > 0 for number in found.below.tolist())


@pytest.mark.parametrize(
    ("one", "other", "multiplied", "added"),
    [
        (2**31, 2**31, np.int64, np.int64),
        (2**32, 2**31, object, np.int64),
        (MOST, 1, np.int64, object),
        (MOST - 1, 1, np.int64, np.int64),
        (-MOST, 1, np.int64, object),
        (7, 1317624576693539401, np.int64, np.int64),  # 7 × it is 2**63 − 1
        (7, 1317624576693539402, object, np.int64),
    ],
)
def test_numbers_leave_int64_where_a_result_would(one: int, other: int, multiplied: type, added: type) -> None:
    first, second = whole([one, 0]), whole([other, 0])
    assert (product(first, second).dtype, total(first, second).dtype) == (np.dtype(multiplied), np.dtype(added))
    assert (product(first, second)[0], total(first, second)[0]) == (one * other, one + other)


def test_wide_columns_become_narrow_again_where_all_fits() -> None:
    assert narrowed(np.array([MOST, -MOST], dtype=object)).dtype == np.int64
    assert narrowed(np.array([MOST + 1], dtype=object)).dtype == object
    mixed = chosen(np.array([True, False]), np.array([1, 2]), np.array([MOST + 1, MOST + 2], dtype=object))
    assert mixed.tolist() == [1, MOST + 2]
    assert whole([MOST]).dtype == np.int64
    assert whole([-MOST - 1]).dtype == object


def test_a_column_of_fractions_has_0_where_there_is_none() -> None:
    found = Ratios.from_fractions([Fraction(3, 4), None, Fraction(-5)])
    assert (found.above.tolist(), found.below.tolist(), len(found)) == ([3, 0, -5], [4, 1, 1], 3)
    assert len(Ratios.from_fractions([])) == 0


def test_the_sign_goes_above_and_nothing_else_changes() -> None:
    found = Ratios.of(np.array([3, 3, 0]), np.array([-4, 4, -1]))
    assert (found.above.tolist(), found.below.tolist()) == ([-3, 3, 0], [4, 4, 1])


def test_values_are_taken_spread_chosen_and_signed() -> None:
    column = Ratios.from_fractions([Fraction(1, 2), Fraction(2, 3), Fraction(-3, 4)])
    assert column.take(np.array([2, 0])).fractions() == [Fraction(-3, 4), Fraction(1, 2)]
    assert column.take(np.array([False, True, False])).fractions() == [Fraction(2, 3)]
    spread = Ratios.spread(np.array([True, False, True, True]), column)
    assert spread.fractions() == [Fraction(1, 2), 0, Fraction(2, 3), Fraction(-3, 4)]
    other = Ratios.from_fractions([Fraction(5), Fraction(6), Fraction(7)])
    assert column.where(np.array([True, False, True]), other).fractions() == [Fraction(1, 2), 6, Fraction(-3, 4)]
    assert column.signed(np.array([1, -1, -1])).fractions() == [Fraction(1, 2), Fraction(-2, 3), Fraction(3, 4)]


def test_columns_stay_narrow_where_they_can_and_wide_ones_lose_nothing() -> None:
    narrow, wide = np.array([1, 2]), np.array([MOST + 1, 3], dtype=object)
    assert chosen(np.array([True, False]), narrow, narrow).dtype == np.int64
    for one, other in ((narrow, wide), (wide, narrow)):
        assert product(one, other).tolist() == [MOST + 1, 6]
        assert total(one, other).tolist() == [MOST + 2, 5]
    assert product(np.array([], dtype=np.int64), np.array([], dtype=np.int64)).tolist() == []
