"""Acts on tasks: a unit reports or revises; a lead unit and the bureau confirm it or send it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc

from dashboard.acts.attaching import attached
from dashboard.locale import _, language, month_text
from dashboard.window.address import Address
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome, refused
from metrics.authority import authority_of
from metrics.commands.check_task_report import CheckGiven, check_task_report
from metrics.commands.report_task import TaskReported, TaskReportGiven, report_task
from metrics.database import write_session
from metrics.errors import BadRequest, Message, VersionMissing
from metrics.periods import parse_period
from metrics.principal import Principal
from metrics.supervision.task_checks import CheckAction
from metrics.task_reports import TaskState

Component = Any


def report(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: what stands so already is not recorded again, and the revision on the page is the one revised."""
    try:
        number, given = _task(asked), _given(asked)
        with write_session(authority_of(principal)) as session:
            done = report_task(session, number, principal=principal, given=given, if_match=_seen(asked))
    except VersionMissing as error:
        return [_there_already(number, given, error)]
    return [Outcome(True, _said(done))]


def confirm(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    return [_step(CheckAction.CONFIRM, asked, principal)]


def send_back(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    return [_step(CheckAction.SEND_BACK, asked, principal)]


def _step(action: CheckAction, asked: Ask, principal: Principal) -> Outcome:
    given = CheckGiven(asked.field("unit"), asked.field("period"), action, asked.field("reason").strip())
    with write_session(authority_of(principal)) as session:
        done = check_task_report(session, _task(asked), principal=principal, given=given, if_match=_seen(asked))
    if not done.recorded:
        return Outcome(True, _("It already says so; nothing was recorded (no. {seq})", seq=done.seq))
    if action is CheckAction.CONFIRM:
        return Outcome(True, _("Task {number}: the report is confirmed (no. {seq})", number=done.task, seq=done.seq))
    return Outcome(True, _("Task {number}: the report is sent back (no. {seq})", number=done.task, seq=done.seq))


def _said(done: TaskReported) -> str:
    if not done.recorded:
        return _("It already says so; nothing was recorded (no. {seq})", seq=done.seq)
    if done.revision > 1:
        return _("Revised; the earlier revision is kept (no. {seq})", seq=done.seq)
    return _("Reported on task {number} (no. {seq})", number=done.task, seq=done.seq)


def _there_already(number: int, given: TaskReportGiven, error: VersionMissing) -> Outcome:
    """What stands for the month was not on the page; it is revised where it is seen."""
    period = parse_period(given.period)
    if period is None:
        return refused(error)
    month = month_text(period)
    said = _("There is already a report for {month}. It can be revised where it is shown.", month=month)
    return Outcome(False, said, _link(_("Open {month}", month=month), number, given.unit, period), error)


def _link(words: str, number: int, unit: str, month: date) -> Component:
    """To the task's page, seen in that month."""
    address = Address(path=f"/tasks/{number}", month=month, language=language(), kept=(("unit", unit),))
    return dcc.Link(words, href=address.href())


def _task(asked: Ask) -> int:
    number = asked.field("task")
    if not (number.isascii() and number.isdigit() and len(number) <= 4):
        raise BadRequest("task_malformed", Message("未写明所报告的任务。", "Say which task the report is about."))
    return int(number)


def _given(asked: Ask) -> TaskReportGiven:
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
        attachments=attached(asked),
    )


def _seen(asked: Ask) -> str | None:
    """What stood on the page; None if nothing did."""
    shown = asked.field("seen")
    return f'"{shown}"' if shown else None
