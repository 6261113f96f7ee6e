"""Sorting and filtering the flat table: exactly, and whatever is asked without a failure."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.grids.flat_choice import FlatCell, FlatRow, RowChoice

COLUMNS = ("unit", "value")
ROWS: list[FlatRow] = [
    {"unit": FlatCell("鼎湖区"), "value": FlatCell("69.99", Fraction(69996, 1000))},
    {"unit": FlatCell("端州区"), "value": FlatCell("70.00", Fraction(70))},
    {"unit": FlatCell("高要区"), "value": FlatCell("")},
    {"unit": FlatCell("Zone A"), "value": FlatCell("−3.00", Fraction(-3))},
]


def chosen(**asked: Any) -> list[str]:
    return [row["unit"].text for row in RowChoice.of_grid(asked, COLUMNS).rows(ROWS)]


def where(kind: str, sought: object = None, until: object = None, *, column: str = "value") -> list[str]:
    sort = "number" if column == "value" else "text"
    return chosen(filterModel={column: {"filterType": sort, "type": kind, "filter": sought, "filterTo": until}})


def test_rows_are_ordered_by_the_exact_value_and_those_without_one_come_last_both_ways() -> None:
    assert chosen(sortModel=[{"colId": "value", "sort": "asc"}]) == ["Zone A", "鼎湖区", "端州区", "高要区"]
    assert chosen(sortModel=[{"colId": "value", "sort": "desc"}]) == ["端州区", "鼎湖区", "Zone A", "高要区"]


def test_the_first_column_asked_for_decides_and_equals_follow_the_next() -> None:
    rows: list[FlatRow] = [
        {"unit": FlatCell(name), "value": FlatCell(str(value), Fraction(value))}
        for name, value in (("b", 2), ("a", 1), ("a", 3))
    ]
    asked = {"sortModel": [{"colId": "unit", "sort": "asc"}, {"colId": "value", "sort": "desc"}]}
    assert [row["value"].text for row in RowChoice.of_grid(asked, COLUMNS).rows(rows)] == ["3", "1", "2"]


@pytest.mark.parametrize(
    ("kind", "sought", "until", "found"),
    [
        ("greaterThanOrEqual", 70, None, ["端州区"]),  # 69.996 is below, as it is shown
        ("greaterThanOrEqual", 69.996, None, ["鼎湖区", "端州区"]),
        ("greaterThan", 69.996, None, ["端州区"]),
        ("lessThan", 70, None, ["鼎湖区", "Zone A"]),
        ("lessThanOrEqual", 70, None, ["鼎湖区", "端州区", "Zone A"]),
        ("equals", 70, None, ["端州区"]),
        ("notEqual", 70, None, ["鼎湖区", "Zone A"]),
        ("inRange", -3, 69.996, ["鼎湖区", "Zone A"]),
        ("inRange", -3, None, []),
        ("blank", None, None, ["高要区"]),
        ("notBlank", None, None, ["鼎湖区", "端州区", "Zone A"]),
        ("greaterThan", "many", None, []),
    ],
)
def test_numbers_are_filtered_by_what_they_are(kind: str, sought: object, until: object, found: list[str]) -> None:
    assert where(kind, sought, until) == found


@pytest.mark.parametrize(
    ("kind", "sought", "found"),
    [
        ("contains", "zone", ["Zone A"]),
        ("notContains", "区", ["Zone A"]),
        ("equals", "zone a", ["Zone A"]),
        ("notEqual", "端州区", ["鼎湖区", "高要区", "Zone A"]),
        ("startsWith", "端", ["端州区"]),
        ("endsWith", "湖区", ["鼎湖区"]),
    ],
)
def test_texts_are_filtered_whatever_their_case(kind: str, sought: str, found: list[str]) -> None:
    assert where(kind, sought, column="unit") == found


def test_a_choice_is_written_into_an_address_and_read_from_it() -> None:
    asked = {
        "sortModel": [{"colId": "value", "sort": "desc"}],
        "filterModel": {
            "unit": {"type": "contains", "filter": "区"},
            "value": {"filterType": "number", "type": "inRange", "filter": 1, "filterTo": 99},
        },
    }
    choice = RowChoice.of_grid(asked, COLUMNS)
    again = RowChoice.of_address(choice.written())
    assert again == choice
    assert again.rows(ROWS) == choice.rows(ROWS) == [ROWS[1], ROWS[0]]
    assert RowChoice.of_address("{") is RowChoice.of_address("[" * 5000) is None
    assert RowChoice.of_address(None) == RowChoice.of_address("{}") == RowChoice()


def test_what_is_said_of_columns_that_there_are_not_is_left_out_and_the_rest_holds() -> None:
    told = RowChoice.of_address('{"sortModel":[{"colId":"value","sort":"asc"}],"shown":["unit","x"],"pinned":["x"]}')
    assert told is not None
    assert told.columns.difference(COLUMNS) == {"x"}
    assert told.about(COLUMNS) == RowChoice((("value", False),), shown=("unit",))


_ALL = ("unit", "a", "b", "c", "d")


@given(st.text("abcd", max_size=9), st.text("abcd", max_size=4))
def test_columns_hidden_and_shown_again_stand_where_they_stood(hidden: str, pinned: str) -> None:
    choice = RowChoice()
    for name in hidden:
        choice = choice.toggled(name, _ALL)
    there = {name for name in _ALL[1:] if hidden.count(name) % 2 == 0}
    assert choice.laid_out(_ALL) == ["unit", *[name for name in _ALL if name in there]]
    for name in pinned:
        choice = choice.pinned_too(name)
    in_sight = [name for name in _ALL if name in there and pinned.count(name) % 2]
    assert choice.laid_out(_ALL)[: len(in_sight) + 1] == ["unit", *in_sight]
    assert RowChoice.of_address(choice.written() or None) == choice
    assert RowChoice(pinned=choice.pinned, shown=("c", "a")).shown_of(_ALL) == ["unit", "c", "a"]


_PLAIN = st.sampled_from([None, True, 3, -1.5, float("inf"), "", "asc", "value", "inRange", "1e999", "\x00"])
_KEYS = st.sampled_from(["sortModel", "filterModel", "colId", "sort", "type", "filter", "value", "unit"])
_JSON = st.recursive(
    _PLAIN, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=6
)


@given(_JSON)
def test_whatever_is_asked_is_answered_with_rows_there_are(asked: Any) -> None:
    assert all(row in ROWS for row in RowChoice.of_grid(asked, COLUMNS).rows(ROWS))


@given(_JSON)
def test_an_address_is_read_before_it_is_known_which_columns_there_are(asked: Any) -> None:
    text = json.dumps(asked)
    found = RowChoice.of_address(text)
    assert found is None or RowChoice.of_address(found.written() or None) == found


def test_an_order_by_no_column_is_no_choice() -> None:
    assert RowChoice.of_address('{"sortModel": [{}], "filterModel": {}}') is None


_FILTER = st.fixed_dictionaries(
    {
        "filterType": st.sampled_from(["number", "text"]),
        "type": st.sampled_from(["equals", "inRange", "lessThan", "contains", "blank"]),
        "filter": _JSON,
        "filterTo": _JSON,
    }
)


@given(st.dictionaries(st.sampled_from(COLUMNS), _FILTER))
def test_any_filter_is_answered(filters: Any) -> None:
    assert len(chosen(filterModel=filters)) <= len(ROWS)
