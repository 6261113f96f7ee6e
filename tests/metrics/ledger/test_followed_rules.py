"""What the verifier takes from the rules is what the rules are: numbers, names of columns, parameters, rounding."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.ledger.verifying.facts import DEFAULT_SETTINGS, LIGHTS, METHOD
from metrics.ledger.verifying.question import PARAMETERS, PULLED_ANYWHERE
from metrics.ledger.verifying.rates import LEAST_CHECKED_FIRST
from metrics.ledger.verifying.rounding import in_full
from metrics.ledger.verifying.rounding import shown as shown_offline
from metrics.ledger.verifying.tables import TABLES, WRITTEN_BY_PEOPLE
from metrics.methods import PRESENT
from metrics.progress import LIGHTS as LIGHTS_OF_THE_RULES
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Kind
from metrics.ranking import RankGroup
from metrics.rounding import Line, exact_decimal, shown
from metrics.settings import Settings
from metrics.submission_states import State

# What a pull can ask for that is not written anew: pages of it, what a release knows, rows and columns of its own.
NOT_FOLLOWED = {"limit", "cursor", "release", "sort", "where", "across"}


def test_the_method_and_the_defaults_are_the_present_ones() -> None:
    assert PRESENT.number == METHOD
    assert {status.value: light.value for status, light in LIGHTS_OF_THE_RULES.items()} == LIGHTS
    assert Settings(_env_file=None).of_verdicts == DEFAULT_SETTINGS
    assert tuple(state.value for state in State)[1:] == LEAST_CHECKED_FIRST


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_recomputed(table: str) -> None:
    columns = DATASETS[table].columns
    assert [column.name for column in columns] == TABLES[table]
    people = [column.name for column in columns if column.kind is Kind.TEXT]
    assert people == [name for name in TABLES[table] if name in WRITTEN_BY_PEOPLE]


@pytest.mark.parametrize("table", [*TABLES, "observations"])
def test_every_parameter_is_followed_or_refused(table: str) -> None:
    many, once = PARAMETERS[table]
    apart = {"columns"} if table == "observations" else {"history"}  # vintages are another table, with other columns
    assert {*many, *once, *PULLED_ANYWHERE} == DATASETS[table].parameters - NOT_FOLLOWED - apart
    assert DATASETS["leaderboard"].choices["group"] == tuple(RankGroup)


@given(
    st.fractions(min_value=-300, max_value=300, max_denominator=100_000),
    st.lists(st.sampled_from([Fraction(70), Fraction(100), Fraction(1), Fraction(0), Fraction("44.125")]), unique=True),
    st.sampled_from([1, -1]),
    st.sampled_from([2, 4]),
)
def test_figures_are_written_alike(value: Fraction, lines: list[Fraction], better: int, decimals: int) -> None:
    lines.sort()
    expected = shown(value, lines=[Line(at=one, met_above=better > 0) for one in lines], decimals=decimals)
    assert shown_offline(value, lines, better=better, decimals=decimals) == expected


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_amounts_are_written_in_full(number: int, decimals: int) -> None:
    amount = Fraction(number, 10**decimals)
    assert in_full(amount) == exact_decimal(amount)
