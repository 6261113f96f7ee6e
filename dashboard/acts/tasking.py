"""A unit's act on a task: reporting on it for a month, or revising what it reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.acts.asked import Asked
from dashboard.locale import _
from dashboard.outcome import Outcome, refused
from metrics.commands.idempotent import once
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.database import WriteSession, write_session
from metrics.errors import BadRequest, BiaochiError, Message
from metrics.principal import Principal
from metrics.task_reports import TaskState


def report(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent; the revision on the page is the one revised."""
    try:
        number, given = _task(asked), _given(asked)
        with write_session() as session:
            answer = once(
                session,
                principal=principal,
                key=asked.field("key"),
                asked={"request": "task.report", "fields": asked.fields},
                do=lambda: _done(session, number, principal=principal, given=given, if_match=_seen(asked)),
            )
    except BiaochiError as error:
        return [refused(error)]
    seq, revision = answer.body["seq"], answer.body["revision"]
    if not answer.body["recorded"]:
        return [Outcome(True, _("It stands so already; nothing was recorded (no. {seq})", seq=seq))]
    if revision > 1:
        return [Outcome(True, _("Revised; the earlier revision is kept (no. {seq})", seq=seq))]
    return [Outcome(True, _("Reported on task {number} (no. {seq})", number=number, seq=seq))]


def _done(
    session: WriteSession, number: int, *, principal: Principal, given: TaskReportGiven, if_match: str | None
) -> dict[str, Any]:
    done = report_task(session, number, principal=principal, given=given, if_match=if_match)
    return {"seq": done.seq, "revision": done.revision, "recorded": done.recorded}


def _task(asked: Asked) -> int:
    number = asked.field("task")
    if not (number.isascii() and number.isdigit() and len(number) <= 4):
        raise BadRequest("task_malformed", Message("未写明所报告的任务。", "Which task is not said."))
    return int(number)


def _given(asked: Asked) -> TaskReportGiven:
    try:
        state = TaskState(asked.field("state"))
    except ValueError:
        raise BadRequest("state_unknown", Message("没有这种进展状态。", "There is no such state.")) from None
    return TaskReportGiven(
        unit=asked.field("unit"),
        period=asked.field("period").strip(),
        state=state,
        text=asked.field("text").strip(),
        evidence=asked.field("evidence").strip(),
        reason=asked.field("reason").strip(),
    )


def _seen(asked: Asked) -> str | None:
    """What stood on the page, if the report is for the month that was on it."""
    shown = asked.field("seen") if asked.field("period").strip() == asked.field("month") else ""
    return f'"{shown}"' if shown else None
