"""Lists whose rows are chosen in the address: filters that count, orders, and files that have just what is shown."""

from __future__ import annotations

import csv
import io
from typing import Any

from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.plan_folders import SEED, plan_in

PLAN = plan_in(SEED)
MONTH = "?month=2019-09"


def first_column(tree: Any, place: int = 0) -> list[str]:
    """What one column of the first table of figures says, row by row."""
    table = of_class(tree, "figures")[0]
    rows = [node for node in nodes(table) if node["type"] == "Tr"][1:]
    return [said(row["props"]["children"][place]) for row in rows]


def file_of(client: TestClient, tree: Any, dataset: str) -> list[dict[str, str]]:
    """The rows of the file that has what is shown."""
    hrefs = [str(node["props"].get("href", "")) for node in nodes(tree)]
    (href,) = [href for href in hrefs if href.startswith(f"/api/v1/{dataset}.csv?") and "columns=" in href]
    answer = client.get(href)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def links(tree: Any, name: str = "counted-links") -> dict[str, str]:
    """The links of the filters by what they say."""
    found = [node for part in of_class(tree, name) for node in nodes(part) if "href" in node["props"]]
    return {said(node): str(node["props"]["href"]) for node in found}


def test_targets_are_filtered_and_sorted_and_the_file_has_the_same(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    for asked in ("", "&where=status:behind,no_data", "&sort=-value", "&where=status:met&sort=due_on&lang=en"):
        tree = window(evaluator, "/targets", MONTH + asked)
        assert [row["target_code"] for row in file_of(evaluator, tree, "progress")] == first_column(tree, -1), asked
    counts = links(window(evaluator, "/targets", MONTH))
    (way,) = [href for words, href in counts.items() if words.startswith("达标")]
    assert way == f"/targets{MONTH}&where=status%3Amet"
    spread = of_class(window(evaluator, "/targets", MONTH), "spread")
    hrefs = {str(node["props"].get("href", "")) for node in nodes(spread)}
    assert f"/targets/TG-05A{MONTH}&where=status%3Ano_data" in hrefs


def test_units_of_one_kind_and_the_file_has_the_same(evaluator: TestClient, submissions: WriteSession) -> None:
    for asked in ("", "&where=kind:county", "&where=figures_required:false"):
        tree = window(evaluator, "/units", MONTH + asked)
        shown = first_column(tree, -1)[1:]  # without the city
        assert [row["unit_code"] for row in file_of(evaluator, tree, "units")] == shown, asked


def test_overdue_tasks_led_by_a_bureau_are_two_links_away_and_a_file(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    """Job 9: state, lead, responsible unit and date, all in the address, each with its count."""
    month = "?month=2020-12"
    lead = PLAN.tasks[0].leads[0].code
    tree = window(evaluator, "/tasks", f"{month}&lead={lead}")
    statuses = {words: href for words, href in links(tree).items() if "status%3A" in href}
    assert statuses
    for words, href in statuses.items():
        count = int("".join(sign for sign in words if sign.isdigit()))
        chosen = window(evaluator, "/tasks", "?" + href.partition("?")[2] + "&show=table")
        numbers = first_column(chosen)
        assert len(numbers) == count, words
        table = file_of(evaluator, chosen, "task_standings")
        assert [row["task_number"] for row in table] == numbers
        assert {row["status"] for row in table} == {href.partition("status%3A")[2].partition("&")[0]}
    by_lead = {task.number for task in PLAN.tasks if lead in {one.code for one in task.leads}}
    assert f"{len(by_lead)}" in said(of_class(tree, "choice-menus"))


def test_what_needs_attention_is_shown_for_one_reason_and_taken_as_a_file(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    tree = window(evaluator, "/", MONTH)
    (panel,) = of_class(tree, "attention")
    hrefs = [str(node["props"].get("href", "")) for node in nodes(panel)]
    way = next(href for href in hrefs if "reason=" in href)
    reason = way.partition("reason=")[2].partition("&")[0]
    (panel,) = of_class(window(evaluator, "/", "?" + way.partition("?")[2]), "attention")
    (href,) = [
        str(node["props"].get("href")) for node in nodes(panel) if "attention.csv" in str(node["props"].get("href"))
    ]
    answer = evaluator.get(href)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert {row["reason"] for row in rows} == {reason}
    assert len(of_class(panel, "attention-reason")) == 1
    assert said(of_class(panel, "attention-reason")) == str(len(rows))


def test_a_target_and_its_tasks_lead_to_each_other(evaluator: TestClient, submissions: WriteSession) -> None:
    target = next(one for one in PLAN.targets if one.code == "TG-05A")
    page = window(evaluator, "/targets/TG-05A", MONTH)
    hrefs = {str(node["props"].get("href", "")) for node in nodes(page)}
    for number in target.tasks:
        assert f"/tasks/{number}{MONTH}" in hrefs
        task = window(evaluator, f"/tasks/{number}", MONTH)
        assert f"/targets/TG-05A{MONTH}" in {str(node["props"].get("href", "")) for node in nodes(task)}
