"""Who answers for work: reporting units, and the departments that tasks name by themselves."""

from __future__ import annotations

from datetime import date

from metrics.supervision.bodies import bodies, body_problems, counts_in, is_collective, reporting_bodies
from tests.workbooks import city_plan


def test_units_come_first_and_departments_that_tasks_name_after_them() -> None:
    plan = city_plan()
    found = bodies(plan)
    units = [code for code, body in found.items() if not body.department]
    assert units == [unit.code for unit in plan.reporting_units] == list(found)[: len(units)]
    assert found["GSDB"].name.zh == "市政务服务数据管理局"
    for code, body in found.items():
        if body.department:
            assert not is_collective(plan, code)
            named = [t.number for t in plan.tasks if code in {b.code for b in (*t.leads, *t.responsible)}]
            assert list(body.tasks) == named != []


def test_nobody_answers_under_a_name_that_stands_for_others() -> None:
    plan = city_plan()
    for code in ("ALL_DEPTS", "SOME_DEPTS", "DUANZHOU", "441200", "x"):
        assert [problem.code for problem in body_problems(plan, code)] == ["unit_unknown"]
    assert body_problems(plan, "GSDB", period=date(2019, 9, 1)) == []
    late = [code for code, body in bodies(plan).items() if body.valid_from is not None]
    for code in late:
        assert [p.code for p in body_problems(plan, code, period=date(2000, 1, 1))] == ["unit_not_in_period"]


def test_units_that_owe_a_task_and_departments_that_it_names_report_on_it() -> None:
    plan = city_plan()
    known = bodies(plan)
    for task in plan.tasks:
        reporting = reporting_bodies(plan, task)
        owing = plan.owing_units[task.number]
        departments = reporting[len(owing) :]
        assert reporting[: len(owing)] == owing
        named = {body.code for body in (*task.leads, *task.responsible)}
        assert set(departments) == {code for code in named if code in known and known[code].department}
        assert {counts_in(plan, code) for code in departments} <= {"441200-SELF"} & set(owing)
    assert counts_in(plan, "441202") == "441202"
