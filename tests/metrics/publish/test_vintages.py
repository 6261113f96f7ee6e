"""What was pulled is pulled again, byte for byte, whatever became known since.

After a few dozen revisions here, each dataset as CSV and in half of the other forms, in two ways, which take turns;
REVISIONS=500 tries more revisions, and every way in every form (tests/trust/shown.py).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import func, select

from metrics.cli.plan import CITY_PLAN
from metrics.commands.load_plan import load_plan
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.revise_target import revise_target
from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import LedgerEntry
from metrics.plan.files import read_plan
from metrics.plan.model import Plan, Text
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.task_reports import task_reports
from metrics.queries.view import view_at
from metrics.submission_states import Action
from metrics.task_reports import TaskState
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import BUREAU, post

EVALUATOR = Principal(4, "han", "评估", Role.EVALUATOR)
UNITS = ["441202", "441203", "441204"]
MONTHS = ["2019-08", "2019-09"]
REVISIONS = os.environ.get("REVISIONS")
LATER = int(REVISIONS or 44)
CITATION = {"where": "补充通知", "line": 1, "quote": "网上可办率目标调整"}
OF_ONE_MONTH = {
    "progress": {"on": "2019-09-30"},
    "leaderboard": {"period": "2019-09"},
    "attention": {"period": "2019-09"},
    "commitments": {"on": "2019-09-30"},
    "freshness": {"on": "2019-12-06"},
}
OF_HISTORY = {name: {"history": "true"} for name in ("observations", "targets", "task_reports")}


@cache
def city_plan() -> Plan:
    return read_plan(CITY_PLAN)


def everything(
    session: WriteSession, as_of: str | None, forms: Collection[str] = tuple(MEDIA_TYPES)
) -> dict[tuple[str, str, str], bytes]:
    """Every dataset in each form, asked for plainly or else for a fixed month or with its history."""
    at = {} if as_of is None else {"as_of": as_of}
    return {
        (name, form, str(more)): pulled(session, name, form=form, **more, **at)
        for number, name in enumerate(DATASETS)
        for turn, form in enumerate(MEDIA_TYPES)
        if form in forms
        for way, more in enumerate(({}, OF_ONE_MONTH.get(name) or OF_HISTORY.get(name) or {"lang": "en"}))
        if REVISIONS or (number + turn + way) % (2 if form == "csv" else 4) == 0
    }


def newest_moment(session: WriteSession) -> str:
    """When the newest entry was recorded."""
    return session.scalars(select(func.max(LedgerEntry.recorded_at))).one().isoformat()


def correct(session: WriteSession, draw: random.Random, number: int) -> None:
    post(
        session,
        draw.choice(UNITS),
        draw.choice(MONTHS),
        items_online=600 + number % 300,
        items_full_online=draw.randint(200, 400),
        reason=f"=更正 {number}",
    )


def check(session: WriteSession, draw: random.Random, _: int) -> None:
    month = date.fromisoformat(draw.choice(MONTHS) + "-01")
    standing = find_version(session, unit=draw.choice(UNITS), period=month)
    assert standing is not None
    step = Action.VERIFY if standing.state == "submitted" else Action.REOPEN
    verify_submission(session, principal=BUREAU, submission_id=standing.id, action=step, reason="复核")


def report(session: WriteSession, draw: random.Random, number: int) -> None:
    unit, month = draw.choice(UNITS), draw.choice(MONTHS)
    view = view_at(session)
    standing = [row for row in task_reports(session, view, tasks=[11], units=[unit]) if str(row.period)[:7] == month]
    given = TaskReportGiven(unit, month, TaskState.IN_PROGRESS, f"=进展 {number}", reason="补充")
    report_task(session, 11, principal=BUREAU, given=given, if_match=standing[0].etag if standing else None)


def revise(session: WriteSession, _: random.Random, number: int) -> None:
    body: dict[str, Any] = {
        "citations": [{**CITATION, "quote": f"目标调整之{number}"}],
        "effective_from": f"20{20 + number % 70}-01-01",
        "reason": f"调整 {number}",
        "threshold": f"{70 + number % 25}",
    }
    newest = plan_at(session).target_revisions["TG-05A"][-1].effective_from
    if newest is None or body["effective_from"] > newest.isoformat():
        revise_target(session, "TG-05A", principal=EVALUATOR, body=body)


def rename(session: WriteSession, draw: random.Random, number: int) -> None:
    plan = city_plan()
    renamed = draw.choice(UNITS)
    units = tuple(
        unit.model_copy(update={"name": Text(zh=f"新名{number}", en=f"Renamed {number}")})
        if unit.code == renamed
        else unit
        for unit in plan.units
    )
    load_plan(session, plan.model_copy(update={"units": units}), actor="tests")


def test_whatever_is_revised_later_changes_no_byte(session: WriteSession) -> None:
    for unit in UNITS:
        for month in MONTHS:
            post(session, unit, month)
            report(session, random.Random(83), 0)
    seq, moment = newest_seq(session), newest_moment(session)
    before = everything(session, None)
    one_form = MEDIA_TYPES if REVISIONS else ["csv"]  # where only how the moment is named differs
    assert everything(session, str(seq), one_form).items() <= before.items()
    draw = random.Random(83)
    acts: list[Callable[[WriteSession, random.Random, int], None]] = (
        [correct] * 16 + [check] * 3 + [report, revise, rename]
    )
    number = 0
    while newest_seq(session) < seq + LATER:
        assert number < 2 * LATER
        for act in draw.sample(acts, len(acts)):  # each kind of act in every round, however few there are
            number += 1
            act(session, draw, number)
    for as_of, forms in ((str(seq), MEDIA_TYPES), (moment, one_form)):
        after = everything(session, as_of, forms)
        assert len(after) >= len(DATASETS)
        assert [key for key in after if after[key] != before[key]] == []
    for name in ("observations", "rates", "progress", "targets", "task_reports", "units"):  # what came later did matter
        assert pulled(session, name) != pulled(session, name, as_of=str(seq))


def test_a_verdict_keeps_the_target_that_was_in_force_when_it_was_judged(session: WriteSession) -> None:
    post(session, items_online=720, items_full_online=300)
    seq = newest_seq(session)

    def verdict(**more: str) -> tuple[str, str]:
        (row,) = rows(pulled(session, "progress", unit="441202", target="TG-05A", on="2019-09-30", **more))
        return row["threshold"], row["status"]

    before = verdict()
    body = {"citations": [CITATION], "effective_from": "2019-09-01", "reason": "上级调整", "threshold": "75"}
    revise_target(session, "TG-05A", principal=EVALUATOR, body=body)
    assert before == ("70", "met")
    assert verdict() == ("75", "behind")
    assert verdict(as_of=str(seq)) == before
