"""Columns, order and conditions of a pull: what is in the file, in every form, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.plan.store import plan_at
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import EVERYWHERE
from metrics.publish.shape import TableShape, read_shape
from metrics.publish.shaped import adding_up
from tests.beginnings import beginning
from tests.metrics.publish.pulling import pulled, rows, sheets
from tests.metrics.queries.test_views import post

UNITS = ["441202", "441203", "441204"]
TARGET: dict[str, Any] = {"target": "TG-05A", "unit": [*UNITS, "441223"]}


@beginning
def posted(session: WriteSession) -> WriteSession:
    for unit, online in zip(UNITS, (640, 900, 690), strict=True):
        post(session, unit, items_online=online, items_full_online=300)
    return session


def test_columns_come_in_the_order_asked_for_in_every_form(posted: WriteSession) -> None:
    asked: dict[str, Any] = TARGET | {"columns": "value,unit_code"}
    table = rows(pulled(posted, "progress", **asked))
    assert [list(row.values()) for row in table] == [
        ["64.00", "441202"],
        ["90.00", "441203"],
        ["69.00", "441204"],
        ["", "441223"],
    ]
    assert json.loads(pulled(posted, "progress", form="json", **asked))[0] == {"value": "64.00", "unit_code": "441202"}
    book = sheets(pulled(posted, "progress", form="xlsx", **asked))
    (sheet,) = [cells for title, cells in book.items() if title.startswith("progress")]
    assert [row[:2] for row in sheet[1:3]] == [("value", "unit_code"), (64, "441202")]


def test_rows_are_sorted_by_what_is_written_and_empty_cells_come_last_either_way(posted: WriteSession) -> None:
    def order(sort: str) -> list[str]:
        return [row["unit_code"] for row in rows(pulled(posted, "progress", sort=sort, **TARGET))]

    assert order("value") == ["441202", "441204", "441203", "441223"]
    assert order("-value") == ["441203", "441204", "441202", "441223"]
    assert order("-light,value") == order("-light,value")
    assert order("status")[0] == "441203"  # by the order of statuses, not of letters: met before behind


@pytest.mark.parametrize(
    ("where", "units"),
    [
        ("status:met", ["441203"]),
        ("status:met,no_data", ["441203", "441223"]),
        ("value:<69.00", ["441202"]),
        ("value:<=69", ["441202", "441204"]),
        ("value:>64;value:<90", ["441204"]),
        ("value:", ["441223"]),
        ("value:*", UNITS),
        ("due_on:<2019-09-30", []),
        ("regressed:true", []),
        ("unit_code:441202", ["441202"]),
    ],
)
def test_conditions_leave_the_rows_that_meet_all(posted: WriteSession, where: str, units: list[str]) -> None:
    found = rows(pulled(posted, "progress", where=where, **TARGET))
    assert [row["unit_code"] for row in found] == units


def test_a_wide_table_has_a_row_a_unit_and_leaves_what_adds_up_the_others_first(posted: WriteSession) -> None:
    codes = ["TG-05A", "TG-05B"]
    asked: dict[str, Any] = {"across": "target", "target": codes, "unit": ["441200", *UNITS]}
    long = {(row["unit_code"], row["target_code"]): row for row in rows(pulled(posted, "progress", target=codes))}
    whole = rows(pulled(posted, "progress", **asked))
    assert list(whole[0]) == ["unit_code", "unit_name", *(f"{c}.{n}" for c in codes for n in ("value", "status"))]
    for row in whole:
        for code in codes:
            for name in ("value", "status"):
                assert row[f"{code}.{name}"] == long[row["unit_code"], code][name]
    chosen = rows(
        pulled(
            posted, "progress", columns="unit_name,TG-05A.gap", sort="-TG-05A.value", where="TG-05A.value:<80", **asked
        )
    )
    assert [row["TG-05A.gap"] for row in chosen] == [
        long[unit, "TG-05A"]["gap"] for unit in ("441200", "441204", "441202")
    ]
    assert list(chosen[0]) == ["unit_name", "TG-05A.gap"]


def test_what_adds_up_the_others_is_above_all_of_them(session: WriteSession) -> None:
    plan = plan_at(session)
    assert adding_up(plan, ["441200", "441202", "441203"]) == 1
    assert adding_up(plan, ["441202", "441203"]) == 0
    assert adding_up(plan, ["441200"]) == 0
    assert adding_up(plan, []) == 0


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("progress", {"columns": "colour"}, "column_unknown"),
        ("progress", {"columns": "TG-05A.value"}, "column_unknown"),
        ("progress", {"sort": "-colour"}, "column_unknown"),
        ("progress", {"where": "colour:red"}, "column_unknown"),
        ("progress", {"where": "status:red"}, "parameter_invalid"),
        ("progress", {"where": "regressed:yes"}, "parameter_invalid"),
        ("progress", {"where": "status"}, "parameter_invalid"),
        ("progress", {"columns": ""}, "parameter_invalid"),
        ("progress", {"where": "value:<much"}, "parameter_invalid"),
        ("progress", {"where": "value:<1,2"}, "parameter_invalid"),
        *(
            ("progress", {"where": f"{column}:<{odd}"}, "parameter_invalid")
            for column, odds in {
                "value": ("7_0", "٧٠", "\uff17\uff10", "1e2", "NaN", "Infinity", "+", "7.", "7 0"),
                "due_on": ("20190930", "2019-W40-1", "2019-9-30"),
                "period": ("201909", "2019-9", "2019-09-01"),
            }.items()
            for odd in odds
        ),
        ("progress", {"where": "due_on:>2019-02-30"}, "parameter_invalid"),
        ("observations", {"where": "recorded_at:>2019-09-30"}, "parameter_invalid"),
        ("observations", {"where": "recorded_at:<=2019-09-30T18:00:00"}, "parameter_invalid"),
        ("progress", {"where": ["status:met", "light:red"]}, "parameter_repeated"),
        ("progress", {"across": "unit"}, "parameter_invalid"),
        ("progress", {"across": "target", "columns": "value"}, "column_unknown"),
        ("progress", {"across": "target", "sort": "TG-99.value"}, "column_unknown"),
        ("progress", {"across": "target", "target": "TG-05A", "columns": "TG-05B.value"}, "column_unknown"),
        ("leaderboard", {"across": "target"}, "parameter_unknown"),
        ("observations", {"sort": "value"}, "parameter_unknown"),
    ],
)
def test_a_shape_that_cannot_be_meant_is_refused(
    session: WriteSession, name: str, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        pulled(session, name, **given)
    assert refused.value.code == code
    assert refused.value.message.zh
    assert refused.value.message.en


def test_a_shape_is_written_as_it_is_read() -> None:
    given = {"columns": "a,b", "sort": "-c,d", "where": "e:f,g;h:<5", "across": "target"}
    assert read_shape(given).written() == given
    assert read_shape({"columns": "a,a,,b", "sort": "-c,c"}).written() == {"columns": "a,b", "sort": "c"}
    assert not read_shape({})
    assert not TableShape()


def test_every_dataset_takes_columns_and_conditions_and_one_column_is_one() -> None:
    for dataset in DATASETS.values():
        assert dataset.parameters >= EVERYWHERE - {"sort"}, dataset.name


def test_one_column_of_a_dataset_made_of_whole_columns_has_as_many_rows(posted: WriteSession) -> None:
    whole = rows(pulled(posted, "progress", **TARGET))
    for name in whole[0]:
        assert [row[name] for row in rows(pulled(posted, "progress", columns=name, **TARGET))] == [
            r[name] for r in whole
        ]
    assert rows(pulled(posted, "rates", columns="indicator_code", unit="441202", period="2019-09"))
