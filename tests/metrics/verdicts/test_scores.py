"""Scores in whole columns are those added up one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.periods import JudgedMonth
from metrics.plan.model import Target
from metrics.ranking import score
from metrics.results import Status
from metrics.verdicts.scores import ScoreTable
from tests.metrics.test_progress import a_target
from tests.metrics.verdicts.columns import Judgement, a_rate, no_rate
from tests.metrics.verdicts.test_verdict_table import PLAN, judgements
from tests.reference import attainment


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(judgements(), st.data())
def test_scores_are_those_of_the_slow_code(judgement: Judgement, data: st.DataObject) -> None:
    codes = st.sampled_from([target.code for target in judgement.targets])
    weights = data.draw(st.dictionaries(codes, st.sampled_from([Fraction(1), Fraction(5, 2)])))
    table = ScoreTable(judgement.in_columns(), weights)
    for unit in judgement.plan.units:
        rows = [p for p in judgement.one_by_one() if p.unit_code == unit.code and p.target_code in weights]
        reached = {
            p.target_code: attainment(
                p.value, p.threshold, direction=judgement.plan.indicator_by_code[p.indicator_code].direction
            )
            for p in rows
            if p.value is not None and p.status is not Status.NOT_APPLICABLE
        }
        silent = any(p.status is Status.NO_DATA for p in rows)
        assert table.attainments[unit.code] == reached
        assert table.scores()[unit.code] == (None if silent else score(reached, weights))


# --- computed by hand -------------------------------------------------------------------------------------------------

UNITS = [unit.code for unit in PLAN.reporting_units]


def table(
    targets: Sequence[Target], weights: Mapping[str, str], **figures: Mapping[str, tuple[int, int] | None]
) -> ScoreTable:
    """`figures`: by indicator, then unit, numerator and denominator in whole numbers; None where it did not report."""
    period = date(2019, 9, 1)
    known = {
        (unit, indicator): [
            no_rate(unit, indicator, period)
            if counts is None
            else a_rate(PLAN, unit, indicator, period, *counts, 1, 0, 1)
        ]
        for indicator, by_unit in figures.items()
        for unit, counts in by_unit.items()
    }
    judgement = Judgement(PLAN, tuple(targets), JudgedMonth.of(period), known)
    return ScoreTable(judgement.in_columns(), {code: Fraction(weight) for code, weight in weights.items()})


def share(code: str = "share", threshold: str = "70", **changes: Any) -> Target:
    return a_target(threshold=threshold, **{"code": code, "indicator": "online_rate"} | changes)


def days(threshold: str = "1") -> Target:
    return a_target("<=", threshold, code="days", indicator="startup_time")


@pytest.mark.parametrize(
    ("target", "counts", "reached"),
    [
        (share(), (35, 100), "1/2"),
        (share(), (70, 100), "1"),
        (share(), (71, 100), "1"),
        (share(threshold="1"), (2, 100), "1"),
        (share(threshold="99"), (1, 1), "1"),
        (share(), (0, 100), "0"),
        (share(), (-35, 100), "0"),
        (share(threshold="0"), (35, 100), "1"),
        (share(threshold="0"), (-5, 100), "0"),  # materials grew where they were not to
        (share(threshold="-10"), (-5, 100), "1"),
        (share(threshold="-10"), (-20, 100), "0"),
        (days(), (20, 10), "1/2"),
        (days(), (10, 10), "1"),
        (days(), (5, 10), "1"),
        (days(), (0, 10), "1"),
        (days(), (-5, 10), "1"),
        (days("0"), (20, 10), "0"),
        (days("0"), (0, 10), "1"),
    ],
)
def test_an_attainment_is_what_is_reached_of_the_threshold_within_0_and_1(
    target: Target, counts: tuple[int, int], reached: str
) -> None:
    found = table([target], {target.code: "1"}, **{str(target.indicator): {UNITS[1]: counts}})
    assert found.attainments == {
        code: {target.code: Fraction(reached)} if code == UNITS[1] else {} for code in (PLAN.root.code, *UNITS)
    }
    assert found.attainment.fractions() == [0, 0, Fraction(reached), 0]
    assert found.scores()[UNITS[1]] == Fraction(reached)


def test_a_score_weighs_what_applies_and_is_none_where_something_was_not_reported() -> None:
    targets = [share(), days(), share("unweighed", "50"), share("scoped", scope_units=(UNITS[1],))]
    online = {UNITS[0]: (35, 100), UNITS[1]: (35, 100), UNITS[2]: (7, 0)}
    faster = {UNITS[0]: (10, 10), UNITS[1]: None, UNITS[2]: (40, 10)}
    weights = {"share": "1", "days": "5/2", "scoped": "3"}
    found = table(targets, weights, online_rate=online, startup_time=faster)
    assert found.attainments[UNITS[0]] == {"share": Fraction(1, 2), "days": Fraction(1)}
    assert found.attainments[UNITS[1]] == {"share": Fraction(1, 2), "scoped": Fraction(1, 2)}
    assert len(found.attainments[UNITS[1]]) == 2
    scores = found.scores()
    assert (scores[UNITS[0]], scores[UNITS[1]], scores[UNITS[2]]) == (Fraction(6, 7), None, Fraction(1, 4))
    assert scores[PLAN.root.code] is None
    assert found.unreported()[UNITS[1]] == ("days",)
    assert UNITS[0] not in found.unreported()
    unreported = table([share(), share("other", "1")], {"other": "1"}, online_rate={UNITS[0]: (1, 100)})
    assert unreported.scores()[UNITS[0]] == 1


def test_what_was_not_reported_and_is_not_weighed_leaves_the_score() -> None:
    found = table([share(), days()], {"share": "1"}, online_rate={UNITS[0]: (35, 100)})
    assert found.scores()[UNITS[0]] == Fraction(1, 2)


@pytest.mark.parametrize(
    ("target", "weight", "counts", "alike"),
    [
        (share(), "1", (35, 100), True),
        (share(due_on="2020-12-31"), "1", (35, 100), True),
        (share(), "1", (7, 20), True),  # the same amount in other counts
        (share(threshold="60"), "1", (35, 100), False),
        (share(), "2", (35, 100), False),
        (share(), "1", (36, 100), False),
        (share(), "1", (0, 0), False),
        (share(), "1", None, False),
        (share(code="other"), "1", (35, 100), False),
    ],
)
def test_tables_are_alike_where_no_score_can_differ(
    target: Target, weight: str, counts: tuple[int, int] | None, alike: bool
) -> None:
    first, second = (35, 100), (80, 100)
    one = table([share()], {"share": "1"}, online_rate={UNITS[0]: first, UNITS[1]: second})
    other = table([target], {target.code: weight}, online_rate={UNITS[0]: counts, UNITS[1]: second})
    assert one.alike(other) is alike
    assert other.alike(one) is alike
    assert alike is False or one.scores() == other.scores()


def test_tables_of_other_targets_are_not_alike_however_they_are_weighed() -> None:
    figures = {"online_rate": {UNITS[0]: (35, 100)}}
    one, other = (table([share(code)], {"share": "1", "other": "1"}, **figures) for code in ("share", "other"))
    assert not one.alike(other)
    assert not other.alike(one)
