"""Ranks and scores."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from metrics.plan.model import Direction, UnitKind
from metrics.ranking import RankGroup, group_of, ranks, score
from tests.metrics.test_roll_up import a_unit
from tests.reference import attainment, competition_ranks


def test_ties_share_a_rank_and_the_next_rank_skips() -> None:
    scores = {"a": Fraction(90, 100), "b": Fraction(85, 100), "c": Fraction(85, 100), "d": Fraction(80, 100), "e": None}
    assert ranks(scores) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": None}


@given(st.lists(st.fractions(min_value=0, max_value=1, max_denominator=20), max_size=12))
def test_a_rank_is_one_more_than_the_number_of_better_scores(scores: list[Fraction]) -> None:
    named = {str(place): value for place, value in enumerate(scores)}
    assert list(ranks(named).values()) == competition_ranks(scores)


def test_attainment_is_capped_and_turns_round_where_lower_is_better() -> None:
    assert attainment(Fraction(35), Fraction(70), direction=Direction.HIGHER) == Fraction(1, 2)
    assert attainment(Fraction(80), Fraction(70), direction=Direction.HIGHER) == 1
    assert attainment(Fraction(2), Fraction(1), direction=Direction.LOWER) == Fraction(1, 2)
    assert attainment(Fraction(0), Fraction(1), direction=Direction.LOWER) == 1


def test_a_score_weighs_what_there_is() -> None:
    weights = {"a": Fraction(1), "b": Fraction(3)}
    assert score({"a": Fraction(1), "b": Fraction(1, 2)}, weights) == Fraction(5, 8)
    assert score({"a": Fraction(1)}, weights) == 1
    assert score({}, weights) is None
    assert score({"a": Fraction(0)}, weights) == 0
    assert score({"a": Fraction(1)}, {"a": Fraction(0)}) is None


def test_counties_and_zones_are_ranked_among_themselves_and_the_citys_departments_with_all_only() -> None:
    groups = {kind: group_of(a_unit("u", kind=kind)) for kind in UnitKind}
    assert groups.pop(UnitKind.FUNCTIONAL_ZONE) is RankGroup.ZONE
    assert groups.pop(UnitKind.CITY_DEPARTMENTS) is None
    assert set(groups.values()) == {RankGroup.COUNTY}


shares = st.dictionaries(st.sampled_from("abcd"), st.fractions(min_value=0, max_value=1, max_denominator=10**6))


@given(shares, st.lists(st.fractions(min_value=0, max_value=5, max_denominator=10), min_size=4, max_size=4))
def test_a_score_is_the_weighted_mean(reached: dict[str, Fraction], weighed: list[Fraction]) -> None:
    weights = dict(zip("abcd", weighed, strict=True))
    total = sum(weights[target] for target in reached)
    mean = sum(weights[target] * share for target, share in reached.items()) / total if total else None
    assert score(reached, weights) == mean


def test_scores_that_differ_in_little_have_ranks_of_their_own() -> None:
    little = Fraction(1, 3**60)
    scores = {"a": Fraction(1, 2), "b": Fraction(1, 2) + little, "c": Fraction(1, 2) - little, "d": Fraction(1, 2)}
    assert ranks(scores) == {"b": 1, "a": 2, "d": 2, "c": 4}
