"""The data page: what it counts is what the file holds, for every dataset, moment and choice."""

from __future__ import annotations

import csv
import io
import random
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.publish.catalogue import DATASETS
from metrics.publish.shape import SHAPE
from tests.dashboard.drawn import nodes, of_class, said, window


def counted(tree: object) -> int:
    """The number of rows in the page's heading."""
    (heading,) = [node for node in nodes(tree) if node["type"] == "H1"]
    found = re.search(r"([\d,]+) ?(行|rows)", said(heading))
    assert found is not None, said(heading)
    return int(found[1].replace(",", ""))


def address(tree: object) -> str:
    """The address of the file that the page offers."""
    (button,) = of_class(tree, "button-main")[-1:]
    return str(button["props"]["href"])


def rows_of_file(client: TestClient, href: str) -> list[list[str]]:
    answer = client.get(href)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"), newline="")))[1:]


def test_the_count_is_that_of_the_file_and_whatever_a_dataset_takes_can_be_chosen(
    submissions: WriteSession, evaluator: TestClient
) -> None:
    """`month` judges and `release` and `as_of` date every page; language and pages are no choice of rows, and what a
    script holds of the ledger it says itself.
    """
    dated = {"on", "period", "as_of", "release", "after_hash"}
    for name, dataset in DATASETS.items():
        tree = window(evaluator, "/data", f"?dataset={name}&lang=en")
        rows = rows_of_file(evaluator, address(tree))
        assert counted(tree) == len(rows), name
        shown = [node for node in nodes(of_class(tree, "rows")) if node["type"] == "Tr"][1:]
        assert len(shown) == min(20, len(rows)), name
        offered = {node["props"].get("name") for node in nodes(tree)}
        assert dataset.parameters - offered - dated == {"limit", "cursor", "bom"}, name


@pytest.mark.parametrize(
    "chosen",
    [
        "dataset=observations&unit=441202,441203&element=items_online&period_from=2019-08",
        "dataset=observations&history=true&basis=submitted",
        "dataset=observations&basis=verified",
        "dataset=rates&indicator=online_rate,one_window_rate&period_to=2019-08&format=csv",
        "dataset=progress&month=2019-08&target=TG-05A&unit=441202",
        "dataset=leaderboard&month=2019-08",
        "dataset=leaderboard&group=zone",
        "dataset=targets&history=true&indicator=online_rate",
        "dataset=tasks&group=(一),(二)&lead=GSDB",
        "dataset=milestones&kind=kpi&phase=PH1&unit=441202",
        "dataset=task_reports&task=11,13&unit=441202",
        "dataset=slips&state=late",
        "dataset=observations&after_seq=3&history=true",
        "dataset=progress&month=2019-08&columns=unit_name,value,status&sort=-value,unit_name&where=status:met,behind",
        "dataset=progress&month=2019-08&where=gap:<0;light:red,amber",
        "dataset=progress&month=2019-08&across=target&target=TG-05A,TG-05B&sort=TG-05A.value",
        "dataset=units&columns=unit_code&where=kind:county",
        "dataset=units&element=items_total",  # chosen for another dataset: left out
        "dataset=nothing&format=exe",
    ],
)
def test_every_choice_is_in_the_address(submissions: WriteSession, evaluator: TestClient, chosen: str) -> None:
    tree = window(evaluator, "/data", "?" + chosen)
    href = address(tree)
    assert counted(tree) == len(rows_of_file(evaluator, href))
    asked, given = parse_qs(chosen), parse_qs(urlsplit(href).query)
    for name in ("unit", "indicator", "target", "group", "lead", "kind", "phase", "task", "after_seq"):
        if name in asked:
            assert given[name] == asked[name][0].split(",")
    for name in SHAPE:
        assert given.get(name) == asked.get(name)
    shown = [node for node in nodes(of_class(tree, "rows")) if node["type"] == "Thead"]
    if shown and ".csv" in href:
        head = evaluator.get(href).text.lstrip("\ufeff").splitlines()[0]
        assert [said(node) for node in nodes(shown) if node["type"] == "Code"] == head.split(",")
    assert ("element" in given) is ("observations&unit" in chosen)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ("columns=unit_name,colour", "names a column that is not there: colour"),
        ("sort=-colour", "names a column that is not there: colour"),
        ("where=status", "is written column:cell"),
        ("where=status:done", "has status one of"),
        ("across=indicator", "is target"),
    ],
)
def test_columns_and_conditions_that_mean_nothing_are_said_and_stay_in_the_form(
    submissions: WriteSession, evaluator: TestClient, odd: str, words: str
) -> None:
    tree = window(evaluator, "/data", f"?dataset=progress&month=2019-08&lang=en&{odd}")
    assert words in said(of_class(tree, "empty"))
    assert counted(tree) == len(rows_of_file(evaluator, address(tree)))
    assert not {name for name in SHAPE if f"{name}=" in address(tree)}
    name, _, value = odd.partition("=")
    (field,) = [node["props"] for node in nodes(tree) if node["props"].get("name") == name]
    assert field["value"] in (value, value.split(","))
    tabs = [node["props"]["href"] for node in nodes(of_class(tree, "tabs")) if "href" in node["props"]]
    assert not [href for href in tabs if f"{name}=" in href]


def test_the_query_for_excel_types_the_columns_that_were_chosen(
    submissions: WriteSession, evaluator: TestClient
) -> None:
    tree = window(evaluator, "/data", "?dataset=progress&month=2019-08&columns=unit_name,value")
    (query,) = [said(node) for node in nodes(tree) if node["props"].get("id") == "pull-power-query"]
    assert '{{"unit_name", type text}, {"value", type number}}' in query


def test_an_order_that_a_dataset_does_not_take_is_said(submissions: WriteSession, evaluator: TestClient) -> None:
    tree = window(evaluator, "/data", "?dataset=observations&sort=value")
    assert "sort=value" in said(of_class(tree, "misread"))


CHOICES = {
    "unit": ["441202", "441203", "441202,441203", "441200"],
    "element": ["items_online", "items_total,items_online"],
    "indicator": ["online_rate", "online_rate,one_window_rate"],
    "target": ["TG-05A", "TG-05A,TG-05B"],
    "month": ["2019-07", "2019-08", "2019-09"],
    "period_from": ["2019-08", "2019-09"],
    "period_to": ["2019-07", "2019-08"],
    "basis": ["submitted", "verified"],
    "history": ["true"],
    "after_seq": ["0", "3", "9999"],
    "group": ["(一)", "(一),(二)", "county", "zone"],
    "kind": ["kpi", "standing,deliverable"],
    "lead": ["GSDB", "GSDB,JUS"],
    "phase": ["PH1", "PH1,PH2"],
    "task": ["11", "11,13"],
    "as_of": ["3", "4", "5"],
    "columns": ["unit_code", "unit_code,unit_name"],
    "where": ["unit_code:441202", "status:met", "value:*"],
    "sort": ["-unit_code", "value"],
    "across": ["target"],
}


def test_choices_at_random_are_counted_as_their_files(submissions: WriteSession, evaluator: TestClient) -> None:
    draw, counts = random.Random(20191007), []
    for _ in range(26):
        names = draw.sample(list(CHOICES), draw.randrange(5))
        asked = [f"{name}={draw.choice(CHOICES[name])}" for name in names]
        search = "&".join([f"?dataset={draw.choice(list(DATASETS))}", *asked])
        tree = window(evaluator, "/data", search)
        counts.append((counted(tree), len(rows_of_file(evaluator, address(tree))), search))
    assert [odd for odd in counts if odd[0] != odd[1]] == []
    assert len({count for count, _, _ in counts}) > 8


def test_the_count_stays_with_the_moment(submissions: WriteSession, evaluator: TestClient) -> None:
    later = window(evaluator, "/data", "?dataset=observations")
    first = window(evaluator, "/data", "?dataset=observations&as_of=2")
    assert counted(first) < counted(later)
    assert counted(first) == len(rows_of_file(evaluator, address(first)))


def test_a_clerk_is_shown_closed_counts_of_the_own_units_only(submissions: WriteSession, clerk: TestClient) -> None:
    tree = window(clerk, "/data", "?dataset=observations&element=exempt_site")
    assert {row[1] for row in rows_of_file(clerk, address(tree))} == {"441202"}
    assert counted(tree) == len(rows_of_file(clerk, address(tree)))
    assert "441203" not in said(of_class(tree, "rows"))
    refused = window(clerk, "/data", "?dataset=observations&unit=441203&element=exempt_site")
    assert of_class(refused, "failed")


@pytest.mark.parametrize(
    "search",
    [
        "?dataset=rates&unit=999999",
        "?dataset=rates&unit=%00",
        "?dataset=observations&period_from=2019-13",
        "?dataset=observations&basis='; drop table figures; --",
        "?dataset=observations&history=maybe",
        "?dataset=progress&target=" + "x," * 900,
        "?dataset[]=rates&unit[]=1",
        "?" + "a" * 7000,
    ],
)
def test_an_odd_choice_is_refused_in_words(submissions: WriteSession, evaluator: TestClient, search: str) -> None:
    tree = window(evaluator, "/data", search)
    assert of_class(tree, "failed") or counted(tree) >= 0


def test_the_formats_lead_to_their_files(submissions: WriteSession, evaluator: TestClient) -> None:
    for form in ("csv", "xlsx", "json", "parquet"):
        href = address(window(evaluator, "/data", f"?dataset=units&format={form}"))
        assert urlsplit(href).path == f"/api/v1/units.{form}"
        assert evaluator.get(href).status_code == 200


def test_both_languages_name_columns_and_dataset(submissions: WriteSession, evaluator: TestClient) -> None:
    assert "填报数据" in said(window(evaluator, "/data", "?dataset=observations"))
    english = said(window(evaluator, "/data", "?dataset=observations&lang=en"))
    assert "Reporting unit's code" in english
    assert "unit_code" in english
