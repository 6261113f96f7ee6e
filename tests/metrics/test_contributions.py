"""What units added to a change: exact, the same in any order, 0 for what stands, written so that it adds up."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from metrics.contributions import Counts, Movement, PartState, UnitCounts, apportioned, movement
from metrics.rounding import shown_distance, written


def unit(
    code: str, before: tuple[int, int] | None, after: tuple[int, int] | None, *, carried: bool = False
) -> UnitCounts:
    was = None if before is None else Counts(before[0], before[1])
    now = None if after is None else Counts(after[0], after[1], carried=carried)
    return UnitCounts(code, was, now)


def moved(*units: UnitCounts) -> Movement:
    found = movement(units, scale=100)
    assert found is not None
    return found


def any_counts(chance: random.Random) -> tuple[int, int] | None:
    below = chance.choice((0, 1, 20, 900, 1069))
    return None if chance.random() < 0.15 else (chance.randint(-below, below), below)


def any_units(chance: random.Random) -> list[UnitCounts]:
    found = []
    for number in range(chance.randint(1, 14)):
        before, after = any_counts(chance), any_counts(chance)
        if chance.random() < 0.3:
            after = before
        found.append(unit(f"c{number}", before, after, carried=after is not None and after == before))
    return found


def from_the_sentence(units: list[UnitCounts], one: UnitCounts) -> tuple[Fraction, Fraction]:
    """What one unit added, by the words: of its counts that are more, those above the middle of both rates.

    Own rate: the size it had on average, times by how much its rate rose. Denominator: by how many it grew, times how
    far its rate lies above the city's. Each over the city's size on average, in percentage points.
    """
    sums = []
    for place in (0, 1):
        there = [counts for each in units if (counts := each.summed[place])]
        sums.append((sum(c.numerator for c in there), sum(c.denominator for c in there)))
    middle = (Fraction(*sums[0]) + Fraction(*sums[1])) / 2
    size = Fraction(sums[0][1] + sums[1][1], 2)
    was, now = one.summed
    if was and now:
        rates = was.ratio, now.ratio
        own = Fraction(was.denominator + now.denominator, 2) * (rates[1] - rates[0])
        grown = (now.denominator - was.denominator) * ((was.ratio + now.ratio) / 2 - middle)
        return 100 * own / size, 100 * grown / size
    grown = Fraction(0)
    if now:
        grown = now.denominator * (Fraction(now.numerator, now.denominator) - middle)
    if was:
        grown = -was.denominator * (Fraction(was.numerator, was.denominator) - middle)
    return Fraction(0), 100 * grown / size


def test_parts_of_any_change_sum_to_it_exactly_and_are_those_of_the_sentence() -> None:
    chance = random.Random("moved")
    looked_at = 0
    for _ in range(400):
        units = any_units(chance)
        found = movement(units, scale=100)
        sums = [[each.summed[place] for each in units if each.summed[place]] for place in (0, 1)]
        if not all(sums):
            assert found is None
            continue
        looked_at += 1
        assert found is not None
        rates = [
            Fraction(100 * sum(c.numerator for c in there if c), sum(c.denominator for c in there if c))
            for there in sums
        ]
        assert (found.before, found.after) == tuple(rates)
        assert sum(part.total for part in found.parts) == found.change == rates[1] - rates[0]
        for part in found.parts:
            assert (part.rate_effect, part.denominator_effect) == from_the_sentence(units, part.counts)
    assert looked_at > 200


def test_the_order_of_units_changes_nothing_but_the_order() -> None:
    chance = random.Random("in another order")
    for _ in range(100):
        units = any_units(chance)
        mixed = chance.sample(units, len(units))
        found, other = movement(units, scale=100), movement(mixed, scale=100)
        if found is not None and other is not None:
            by_unit = {part.counts.unit_code: part for part in other.parts}
            assert [by_unit[part.counts.unit_code] for part in found.parts] == list(found.parts)


def test_what_stands_as_it_stood_adds_nothing_and_a_rate_that_stands_no_own_part() -> None:
    chance = random.Random("unchanged")
    for _ in range(200):
        units = any_units(chance)
        found = movement(units, scale=100)
        for part in found.parts if found else ():
            before, after = part.counts.summed
            if before and after and before.ratio == after.ratio:
                assert part.rate_effect == 0
                if before.denominator == after.denominator:
                    assert part.total == 0


def test_worked_by_hand() -> None:
    """600/1000 and 300/500 are 60 %; then 700/1000 and 330/600: 1030/1600 = 64.375 %, so +4.375 points."""
    found = moved(unit("a", (600, 1000), (700, 1000)), unit("b", (300, 500), (330, 600)))
    assert found.change == Fraction(4375, 1000)
    one, two = found.parts
    assert one.rate_effect == Fraction(100 * 100, 1550)  # 100 items more over the mean size 1,550
    assert one.denominator_effect == 0
    assert two.rate_effect == Fraction(100 * 550, 1550) * (Fraction(55, 100) - Fraction(60, 100))
    assert two.denominator_effect == Fraction(100 * 100, 1550) * (Fraction(575, 1000) - Fraction(621875, 1000000))
    assert [(w.rate_effect, w.denominator_effect) for w in found.written] == [(645, 0), (-177, -30)]
    assert found.together.total == 438


def test_every_state_is_named() -> None:
    assert unit("a", (1, 2), (1, 2)).state is PartState.REPORTED
    assert unit("a", (1, 2), (1, 2), carried=True).state is PartState.CARRIED
    assert unit("a", None, (1, 2)).state is unit("a", (0, 0), (1, 2)).state is PartState.ENTERED
    assert unit("a", (1, 2), None).state is unit("a", (1, 2), (0, 0)).state is PartState.LEFT
    assert unit("a", (0, 0), None).state is unit("a", (0, 0), (0, 0)).state is PartState.NOT_APPLICABLE
    assert unit("a", None, None).state is PartState.ABSENT


@pytest.mark.parametrize("missing", [None, (0, 0)])
def test_a_sum_without_value_has_no_change_to_take_apart(missing: tuple[int, int] | None) -> None:
    assert movement([unit("a", missing, (1, 2))], scale=100) is None
    assert movement([unit("a", (1, 2), missing)], scale=100) is None
    assert movement([], scale=100) is None


def test_what_is_written_adds_up_to_the_change_as_pages_write_it() -> None:
    chance = random.Random("written")
    for _ in range(300):
        found = movement(any_units(chance), scale=100)
        if found is None:
            continue
        assert written(found.together.total, 2) == shown_distance(found.change)
        for part, cells in zip(found.parts, found.written, strict=True):
            for effect, cell in (
                (part.rate_effect, cells.rate_effect),
                (part.denominator_effect, cells.denominator_effect),
            ):
                assert abs(100 * effect - cell) < 1
                assert effect or not cell


def test_of_two_parts_the_larger_is_never_written_as_the_smaller_nor_one_upwards_as_one_downwards() -> None:
    chance = random.Random("in order")
    looked_at = nearest = 0
    for _ in range(600):
        found = movement(any_units(chance), scale=100)
        if found is None:
            continue
        exact = [part.total for part in found.parts]
        cells = [effects.total for effects in found.written]
        assert all(
            (a > b) <= (c >= d) for a, c in zip(exact, cells, strict=True) for b, d in zip(exact, cells, strict=True)
        )
        assert all(abs(100 * a - c) < 1 and (a >= 0) * c >= 0 for a, c in zip(exact, cells, strict=True))
        away = abs(100 * sum((part.rate_effect for part in found.parts), Fraction(0)) - found.together.rate_effect)
        assert away < 2
        looked_at += 1
        nearest += int(away < 1)
    assert nearest > 0.99 * looked_at > 300


def test_parts_that_hardly_differ_are_written_in_their_order() -> None:
    """By their effects alone the first would be written 0.06 and the second 0.07, as the demonstration once showed."""
    units = [
        unit("first", (1474, 1515), (1485, 1519)),
        unit("second", (995, 1082), (1004, 1084)),
        unit("rest", (8149, 8333), (8188, 8362)),
    ]
    first, second, _rest = moved(*units).written
    assert first.total >= second.total


def test_many_parts_are_written_finer() -> None:
    units = [unit(f"c{number}", (number, 100), (number + 1, 100)) for number in range(51)]
    assert (moved(*units[:50]).decimals, moved(*units).decimals) == (2, 4)
    found = moved(*units)
    assert written(found.together.total, 4) == "1.0000"


def test_largest_remainders_go_up_and_equal_ones_by_their_order() -> None:
    thirds = [Fraction(1, 300)] * 3
    assert apportioned(thirds, Fraction(1, 100), decimals=2) == [1, 0, 0]
    assert apportioned([Fraction(-1, 300), Fraction(0), Fraction(2, 300)], Fraction(1, 300), decimals=2) == [0, 0, 0]


def test_scale_is_the_indicators() -> None:
    units = [unit("a", (42, 40), (38, 40))]
    in_days, in_percent = movement(units, scale=1), movement(units, scale=100)
    assert in_days is not None
    assert in_percent is not None
    assert in_percent.parts[0] == replace(in_days.parts[0], rate_effect=100 * in_days.parts[0].rate_effect)
    assert in_days.change == Fraction(-1, 10)
