"""The matrix on the overview: sorted, filtered, columns hidden and pinned by the address; the file has just that."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.locale import speaking
from dashboard.words.figures import status_word
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.results import Light, Status
from tests.dashboard.conftest import set_light
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.dashboard.read_back import named
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision

MONTH = "?month=2019-09"


def section(tree: Any) -> Any:
    (found,) = of_class(tree, "matrix-section")
    return found


def shown_matrix(part: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The rows: the unit's code, and of each cell its target and what is said in it."""
    (table,) = of_class(part, "matrix")
    rows = [node for node in nodes(table) if node["type"] == "Tr"][1:]
    found = []
    for row in rows:
        links = [cell["props"]["children"]["props"]["href"] for cell in of_class(row, "cell")]
        cells = [said(cell) for cell in of_class(row, "cell")]
        found.append((named(links[0])[0], [(named(href)[1], text) for href, text in zip(links, cells, strict=True)]))
    return found


def files(part: Any) -> dict[str, str]:
    hrefs = [str(node["props"].get("href", "")) for node in nodes(part)]
    return {href.split("?")[0].rpartition(".")[2]: href for href in hrefs if href.startswith("/api/v1/progress")}


def test_the_file_has_the_rows_and_columns_that_are_shown(evaluator: TestClient, submissions: WriteSession) -> None:
    for asked in (
        "",
        "&sort=-TG-05A.value",
        "&sort=TG-05A.value&where=TG-05A.status:met,behind",
        "&where=unit_code:441202,441204&columns=TG-05B,TG-05A",
        "&targets=all&pinned=TG-05B&columns=TG-05A,TG-05B",
        "&where=TG-05A.status:overdue",
    ):
        part = section(window(evaluator, "/", MONTH + asked))
        answer = evaluator.get(files(part)["csv"])
        assert answer.status_code == 200, answer.text
        table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        rows = shown_matrix(part)
        assert [row["unit_code"] for row in table] == [unit for unit, _cells in rows], asked
        targets = [target for target, _text in rows[0][1]]
        assert list(table[0]) == ["unit_code", "unit_name", *(f"{t}.{n}" for t in targets for n in ("value", "status"))]
        with speaking("zh"):
            for row, (_unit, cells) in zip(table, rows, strict=True):
                for target, text in cells:
                    value, word = row[f"{target}.value"], status_word(Status(row[f"{target}.status"]))
                    assert word in text, (asked, target)
                    assert value.replace("-", "−") in text, (asked, target)
        assert evaluator.get(files(part)["xlsx"]).status_code == 200


def test_the_file_has_the_light_set_by_hand_where_the_matrix_shows_one(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    set_light(submissions, Light.RED, reason="抽查")
    part = section(window(evaluator, "/", MONTH))
    table = list(csv.DictReader(io.StringIO(evaluator.get(files(part)["csv"]).content.decode("utf-8-sig"), newline="")))
    assert [name for name in table[0] if name.endswith(".override")] == ["TG-05A.override"]
    assert {row["unit_code"]: row["TG-05A.override"] for row in table if row["TG-05A.override"]} == {"441203": "red"}
    without = section(window(evaluator, "/", f"{MONTH}&where=unit_code:441202"))
    assert "override" not in files(without)["csv"]


def test_the_city_stays_first_and_units_without_a_value_last(evaluator: TestClient, submissions: WriteSession) -> None:
    def order(sort: str) -> list[str]:
        return [unit for unit, _cells in shown_matrix(section(window(evaluator, "/", f"{MONTH}&sort={sort}")))]

    assert order("-TG-05A.value")[:3] == ["441200", "441203", "441202"]
    assert order("TG-05A.value")[:3] == ["441200", "441202", "441203"]


def test_what_is_left_out_is_said_with_the_way_back(evaluator: TestClient, submissions: WriteSession) -> None:
    part = section(window(evaluator, "/", MONTH + "&where=TG-05A.status:met"))
    (line,) = of_class(part, "chosen-line")
    assert said(line).startswith("显示12个单位中的1个")
    (way,) = [node["props"]["href"] for node in nodes(line) if "href" in node["props"]]
    assert way == f"/{MONTH}"
    assert not of_class(section(window(evaluator, "/", MONTH)), "chosen-line")


def test_filters_count_the_units_and_columns_are_pinned_by_links(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    part = section(window(evaluator, "/", MONTH))
    first = of_class(part, "counted-links")[0]
    counts = {said(node): node["props"]["href"] for node in nodes(first) if "href" in node["props"]}
    assert counts["全部12"] == f"/{MONTH}"
    pins = [node["props"]["href"] for pin in of_class(part, "pin") for node in nodes(pin) if "href" in node["props"]]
    pinned = section(window(evaluator, "/", MONTH + "&pinned=TG-05B"))
    assert f"/{MONTH}&pinned=TG-05B" in pins
    assert shown_matrix(pinned)[0][1][0][0] == "TG-05B"
    assert of_class(pinned, "pinned-1")


@pytest.mark.parametrize("asked", ["sort=TG-03.value", "where=TG-05A.status:red", "columns=TG-99", "pinned=TG-99"])
def test_what_means_nothing_is_left_out_and_said(evaluator: TestClient, submissions: WriteSession, asked: str) -> None:
    tree = window(evaluator, "/", f"{MONTH}&{asked}")
    assert asked.partition("=")[0] in said(of_class(tree, "misread"))
    assert len(shown_matrix(section(tree))) == 13


def test_any_cell_is_said_as_a_condition(evaluator: TestClient, submissions: WriteSession) -> None:
    tree = window(evaluator, "/", f"{MONTH}&where=TG-05A.status:*")
    assert "任意" in said(of_class(tree, "chosen-line"))


def test_that_own_targets_count_by_themselves_is_said(evaluator: TestClient, submissions: WriteSession) -> None:
    assert "own target" not in said(of_class(window(evaluator, "/", f"{MONTH}&lang=en"), "legend"))
    own = {"effective_from": "2019-08-01", "due_on": "2019-12-31", "citations": [CITATION]}
    revise_target(
        submissions, "TG-05A", principal=EVALUATOR, body=revision(for_units=["441202"], threshold="60", **own)
    )
    part = section(window(evaluator, "/", f"{MONTH}&lang=en"))
    assert "§ own target, counted by it: 1" in said(of_class(part, "legend"))
