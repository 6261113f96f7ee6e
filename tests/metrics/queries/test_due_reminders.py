"""What a page tells of submissions and material that are due: clerks their own, reviewers all, others nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from metrics.commands.except_unit import grant_exception
from metrics.commands.lock_period import lock_period
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.due_reminders import ReminderDays, told_reminders
from metrics.reminders.words import reminder_message
from tests.posting import CLERK, REVIEWER, post
from tests.trees import load, with_counties

DUE_SOON, OVERDUE = datetime(2019, 10, 5, 2, tzinfo=UTC), datetime(2019, 10, 7, 2, tzinfo=UTC)
DAYS = ReminderDays(2, 7)


def seen(session: WriteSession, principal: Principal, now: datetime) -> list[tuple[str, str]]:
    told = told_reminders(session, principal=principal, now=now, days=DAYS)
    return [(due.kind, reminder_message(due.kind, due.period, due.units).zh) for due in told]


MATERIAL = MaterialGiven("441202", "2019-09", problems="无", next_month="第二批", summary="平稳")


def test_a_clerk_is_told_of_the_own_unit_until_its_submission_and_its_material_came(session: WriteSession) -> None:
    assert seen(session, CLERK, DUE_SOON) == [
        ("due_soon", "端州区 2019-09 月报和工作进展情况材料尚未报送,请于 2019-10-05 前报送(含当日)。")
    ]
    assert seen(session, CLERK, OVERDUE)[0][1].endswith("已逾期 2 天,请尽快报送。")
    post(session, now=DUE_SOON)
    assert seen(session, CLERK, OVERDUE) == [
        ("overdue", "端州区 2019-09 工作进展情况材料应于 2019-10-05 前报送(含当日),已逾期 2 天,请尽快报送。")
    ]
    send_material(session, principal=CLERK, given=MATERIAL)
    assert seen(session, CLERK, OVERDUE) == []


def test_a_department_is_told_of_its_material(session: WriteSession) -> None:
    (sentence,) = [said for _, said in seen(session, replace(CLERK, units=frozenset({"GSDB"})), DUE_SOON)]
    assert sentence.startswith("市政务服务数据管理局 2019-09 工作进展情况材料尚未报送")


def test_who_has_sent_material_is_no_longer_named_in_the_digest(session: WriteSession) -> None:
    ((_kind, before),) = seen(session, REVIEWER, OVERDUE)
    send_material(session, principal=CLERK, given=MATERIAL)
    ((_kind, after),) = seen(session, REVIEWER, OVERDUE)

    def counts(said: str) -> list[int]:
        return [int(found) for found in re.findall(r"尚有 (\d+) 个单位未报", said)]

    assert counts(after) == [counts(before)[0], counts(before)[1] - 1]


def test_a_reviewer_is_told_of_all_at_once(session: WriteSession) -> None:
    assert seen(session, REVIEWER, DUE_SOON) == []
    ((kind, sentence),) = seen(session, REVIEWER, OVERDUE)
    assert kind == "digest"
    assert "11 个单位未报" in sentence


def test_of_a_country_a_few_are_named_and_all_are_counted(session: WriteSession) -> None:
    load(session, with_counties(plan_at(session), 300))
    ((_kind, sentence),) = seen(session, REVIEWER, OVERDUE)
    submissions, materials = sentence.removesuffix("。").split("。")
    assert "月报截止日为 2019-10-05,尚有 311 个单位未报" in submissions
    assert "工作进展情况材料截止日为 2019-10-05" in materials
    for said in (submissions, materials):
        assert said.endswith("等")
        assert said.count("逾期") == 20
    (due,) = told_reminders(session, principal=REVIEWER, now=OVERDUE, days=DAYS)
    assert " and 291 more. Material for 2019-09 " in reminder_message(due.kind, due.period, due.units).en


def test_the_figures_of_a_locked_month_are_asked_for_by_nobody(session: WriteSession) -> None:
    lock_period(session, date(2019, 9, 1), plan=plan_at(session), principal=REVIEWER, reason="")
    for who in (CLERK, REVIEWER):
        ((_kind, sentence),) = seen(session, who, OVERDUE)
        assert "月报" not in sentence
        assert "工作进展情况材料" in sentence  # is owed all the same


def test_an_excepted_unit_is_left_alone(session: WriteSession) -> None:
    grant_exception(
        session,
        date(2019, 9, 1),
        plan=plan_at(session),
        principal=REVIEWER,
        unit="441202",
        until="2019-10-31",
        reason="系统故障",
        now=OVERDUE,
    )
    assert ["月报" in sentence for _, sentence in seen(session, CLERK, OVERDUE)] == [False]
    assert "10 个单位未报" in seen(session, REVIEWER, OVERDUE)[0][1]


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_others_are_told_nothing(session: WriteSession, role: Role) -> None:
    assert seen(session, Principal(9, "x", "x", role), OVERDUE) == []
