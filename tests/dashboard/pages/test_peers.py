"""A unit beside its peers: on its page and as a file, the same figures, the group's rate a sum over a sum."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.beginnings import beginning
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, window

PAGE = "/units/441202"


@beginning
def five(session: WriteSession) -> WriteSession:
    for unit, online, total in (
        ("441202", 600, 1000),
        ("441203", 700, 1000),
        ("441204", 650, 1000),
        ("441223", 500, 1000),
        ("ZQ-HITECH", 800, 1000),
    ):
        record(session, unit, "2019-09", items_online=online, items_total=total)
    return session


def peers_of(client: TestClient, search: str) -> tuple[dict[str, list[str]], list[dict[str, str]]]:
    """The table of the page by target, and the rows of its file."""
    tree: Any = window(client, PAGE, f"?month=2019-09&lang=en{search}")
    (href,) = {n["props"]["href"] for n in nodes(tree) if "/peers.csv" in str(n["props"].get("href"))}
    table = next(t for t in of_class(tree, "figures") if "Beside its peers" in said(t))
    lines = [[said(c) for c in n["props"]["children"]] for n in nodes(table) if n["type"] == "Tr"]
    rows = list(csv.DictReader(io.StringIO(client.get(href).content.decode("utf-8-sig"))))
    return {line[0]: line[1:] for line in lines}, rows


def test_the_rate_of_the_group_is_said_to_leave_out_what_the_whole_carries(
    evaluator: TestClient, five: WriteSession
) -> None:
    for unit in ("441202", "441203"):
        record(five, unit, "2019-10", items_online=600, items_total=1000)
    tree: Any = window(evaluator, PAGE, "?month=2019-10&lang=en")
    table = next(t for t in of_class(tree, "figures") if "Beside its peers" in said(t))
    row = next(said(n) for n in nodes(table) if n["type"] == "Tr" and "Online-processing rate, stage 1" in said(n))
    assert "60.00 %" in row  # the whole, with three that are carried, is at 63.00 %
    assert "63.00" in said(window(evaluator, "/", "?month=2019-10&lang=en"))
    assert "leaves out carried values" in said(tree)


def test_among_all_it_has_its_quartile_and_the_groups_rate_is_sum_over_sum(
    evaluator: TestClient, five: WriteSession
) -> None:
    table, rows = peers_of(evaluator, "")
    assert table["Online-processing rate, stage 1 ≥ 70 %"] == [
        "60.00",
        "65.00 %",
        "65.00",
        "50.00 – 80.00",
        "4 of 5",
        "quartile 4: 50.00 – 60.00",
    ]
    row = next(row for row in rows if row["target_code"] == "TG-05A")
    told = [row[name] for name in ("value", "group_value", "middle_better", "end_worse", "end_better", "rank", "band")]
    assert told == ["60.00", "65.00", "65.00", "50.00", "80.00", "4", "4"]
    assert (row["group_numerator"], row["group_denominator"], row["among"]) == ("3250", "5000", "all")


def test_counties_zones_and_a_list_of_ones_own(evaluator: TestClient, five: WriteSession) -> None:
    table, rows = peers_of(evaluator, "&group=zone")
    assert table["Online-processing rate, stage 1 ≥ 70 %"][1:] == [
        "80.00 %",
        "60.00 – 80.00",
        "60.00 – 80.00",
        "2 of 2",
        "fewer than 4 values",
    ]
    assert {row["among"] for row in rows} == {"zone"}
    table, rows = peers_of(evaluator, "&peer=441203,441204")
    assert table["Online-processing rate, stage 1 ≥ 70 %"][1:5] == ["67.50 %", "65.00", "60.00 – 70.00", "3 of 3"]
    assert {row["among"] for row in rows} == {"own"}


def test_a_value_that_stands_alone_has_no_place_among_others(evaluator: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-09", items_online=600, items_total=1000)
    table, rows = peers_of(evaluator, "")
    assert table["Online-processing rate, stage 1 ≥ 70 %"][4:] == ["the only value", "fewer than 4 values"]
    row = next(row for row in rows if row["target_code"] == "TG-05A")
    assert (row["rank"], row["ranked"]) == ("1", "1")


def test_a_group_beside_a_list_of_ones_own_is_said_to_mean_nothing(evaluator: TestClient, five: WriteSession) -> None:
    page = window(evaluator, PAGE, "?month=2019-09&peer=441203&group=zone")
    assert "group=zone" in said(of_class(page, "misread"))
    answer = evaluator.get("/api/v1/peers.csv?peer=441203&group=zone")
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_conflict")


@pytest.mark.parametrize("search", ["&group=nope", "&peer=441203,nope", "&peer=,"])
def test_what_is_said_to_be_left_out_is_left_out_of_the_table_and_its_file(
    evaluator: TestClient, five: WriteSession, search: str
) -> None:
    assert peers_of(evaluator, search) == peers_of(evaluator, "")
