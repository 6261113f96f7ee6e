"""Tasks by group, kind, lead, unit and phase. The numbers expected here were counted in the document."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.plan.task_choice import TaskChoice, chosen_milestones, chosen_tasks
from tests.plan_folders import SEED, plan_in

PLAN = plan_in(SEED)


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [
        (TaskChoice(), set(range(1, 51))),
        (TaskChoice(groups=["(三)"]), {17, 18, 19, 20}),
        (TaskChoice(groups=["(一)", "(三)"]), {1, 2, 3, 17, 18, 19, 20}),
        (TaskChoice(kinds=["kpi"]), {4, 5, 6, 7, 19, 36}),
        (TaskChoice(groups=["(二)"], kinds=["kpi"]), {4, 5, 6, 7}),
        (TaskChoice(phases=["PH4"]), {25}),
        (TaskChoice(phases=["PH3"]), {4, 5, 12, 17, 32, 42}),
        (TaskChoice(units=["ZQ-YUEGUI"], groups=["(二)"]), {7, 8, 11, 13, 16}),
        (TaskChoice(units=["ZQ-YUEGUI"], phases=["PH3"]), {42}),
        (TaskChoice(groups=["(一)"], kinds=["kpi"]), set()),
    ],
)
def test_sorts_narrow_and_what_is_of_one_sort_widens(choice: TaskChoice, numbers: set[int]) -> None:
    found = chosen_tasks(PLAN, choice)
    assert {task.number for task in found} == numbers
    assert list(found) == sorted(found, key=lambda task: task.number)


def test_a_lead_is_who_the_task_says_leads_it() -> None:
    found = {task.number for task in chosen_tasks(PLAN, TaskChoice(leads=["JUS"]))}
    assert {1, 3} <= found
    assert all("司法局" in task.lead_raw for task in PLAN.tasks if task.number in found)


def test_a_unit_owes_the_tasks_on_which_it_reports() -> None:
    for unit, number in (("441200-SELF", 50), ("441202", 33)):
        found = chosen_tasks(PLAN, TaskChoice(units=[unit]))
        assert list(found) == [task for task in PLAN.tasks if unit in PLAN.owing_units[task.number]]
        assert len(found) == number


def test_milestones_are_those_of_the_tasks_and_of_the_phase() -> None:
    first = chosen_milestones(PLAN, TaskChoice(groups=["(二)"], phases=["PH1"]))
    assert [m.code for m in first] == ["MS-04-1", "MS-05-1", "MS-06-1", "MS-15-1"]
    assert all(m.due_on is not None and m.due_on <= date(2019, 9, 30) for m in first)
    assert len(chosen_milestones(PLAN, TaskChoice())) == len(PLAN.milestones)
