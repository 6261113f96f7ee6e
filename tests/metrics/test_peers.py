"""Order statistics among peers, held against plain counting; no mean of rates anywhere."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from metrics.peers import Peers


def of(*percents: int, higher: bool = True) -> Peers:
    return Peers({f"u{place}": Fraction(value, 7) for place, value in enumerate(percents)}, higher)


@pytest.mark.parametrize("higher", [True, False])
def test_ranks_bands_and_ends_are_those_of_plain_counting(higher: bool) -> None:
    chance = random.Random(f"peers {higher}")
    for _ in range(200):
        peers = of(*(chance.randint(0, 15) for _ in range(chance.randint(1, 25))), higher=higher)
        count = len(peers.values)
        assert peers.bands == (10 if count >= 10 else 4 if count >= 4 else 0)
        for unit, value in peers.values.items():
            better = sum((other > value) if higher else (other < value) for other in peers.values.values())
            assert peers.ranks[unit] == 1 + better
            band = next((b for b in range(1, peers.bands + 1) if (1 + better) * peers.bands <= b * count), None)
            assert peers.band(unit) == band
            ends = peers.band_ends(unit)
            if band is None:
                assert ends is None
            else:
                assert ends is not None
                assert min(ends) <= value <= max(ends)
        best, worst = peers.ends
        assert {best, worst} == {min(peers.values.values()), max(peers.values.values())}
        assert (best >= worst) is higher or best == worst


def test_the_middle_of_an_even_number_is_two_values() -> None:
    assert of(1, 2, 9).middle == (Fraction(2, 7), Fraction(2, 7))
    assert of(1, 2, 5, 9).middle == (Fraction(5, 7), Fraction(2, 7))
    assert of(1, 2, 5, 9, higher=False).middle == (Fraction(2, 7), Fraction(5, 7))


def test_who_has_no_value_has_no_band() -> None:
    assert (of(1, 2, 3, 4).band("nobody"), of(1, 2, 3, 4).band_ends("nobody")) == (None, None)
