"""Recording what an inquiry that a task of the plan asks for (测评) came to: by unit, round and form, with evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from metrics.database import WriteSession
from metrics.errors import Invalid, Message, NotFound, Problem
from metrics.evidence import evidence_problems, is_visible
from metrics.forms import as_given, plain
from metrics.if_match import require_named
from metrics.ledger.entry import Place, append, next_place
from metrics.models import InquiryScore
from metrics.periods import parse_day
from metrics.plan.model import Plan, Task
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.attachments import as_recorded, files_to_carry
from metrics.queries.inquiry_scores import InquiryRow, inquiry_etag, inquiry_scores
from metrics.queries.view import view_at
from metrics.supervision.score_reading import LONGEST_TEXT, read_number
from metrics.value_types import Moment, PlainFigure

MOST_MARKS = Decimal(100000)
ROUND = re.compile(r"[12][0-9]{3}(-[1-9])?")


@dataclass(frozen=True, slots=True)
class InquiryGiven:
    """What was sent. `round`: the year measured, with a number where it has several; `measured_on` as written.

    `score` and `full_marks`: numbers, or texts that are. `evidence`: a web address; `attachments`: numbers of files.
    """

    unit: str
    round: str
    form: str
    score: object
    full_marks: object
    measured_on: str
    evidence: str = ""
    attachments: Sequence[int] = ()
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InquiryRecorded:
    """The revision that stands, and its place in the ledger."""

    task: int
    unit: str
    round: str
    form: str
    revision: int
    score: PlainFigure
    full_marks: PlainFigure
    etag: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


def record_inquiry(
    session: WriteSession,
    number: int,
    *,
    principal: Principal,
    given: InquiryGiven,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> InquiryRecorded:
    """Record a score of the inquiry that task `number` asks for; another one of the same is a correction.

    Raises NotFound for a task that asks for none, Forbidden, VersionMissing or Stale for a correction that does not
    name what it corrects, Invalid with every problem.
    """
    principal.require(Scope.SUPERVISE)
    place = next_place(session, simulated=simulated_at)
    plan = plan_at(session)
    task = inquiring_task(plan, number)
    standing = _standing(session, number, given)
    if standing is not None:
        _require_seen(standing, if_match=if_match)
    zone = ZoneInfo(plan.document.timezone)
    today = place.recorded_at.astimezone(zone).date()
    score, full_marks, measured_on = _read(plan, task, given, today=today, correcting=standing is not None)
    files = files_to_carry(session, given.attachments, unit=given.unit)
    row = InquiryScore(
        seq=place.seq,
        task_number=number,
        unit_code=given.unit,
        round=given.round,
        form=given.form,
        revision=1 if standing is None else standing.revision + 1,
        score=score,
        full_marks=full_marks,
        measured_on=measured_on,
        evidence=given.evidence,
        attachments=[file.seq for file in files],
        note=given.note,
        reason=given.reason,
        actor=principal.username,
        recorded_at=place.recorded_at,
    )
    return _record(session, place, row, carried=as_recorded(files), simulated=simulated_at is not None)


def _record(
    session: WriteSession, place: Place, row: InquiryScore, *, carried: list[dict[str, Any]], simulated: bool
) -> InquiryRecorded:
    same = ("round", "form", "revision", "evidence", "note", "reason", "actor")
    content: dict[str, Any] = {name: getattr(row, name) for name in same}
    content |= {"task": row.task_number, "unit": row.unit_code, "measured_on": row.measured_on.isoformat()}
    content |= {"score": plain(row.score), "full_marks": plain(row.full_marks), "attachments": carried}
    label = {"synthetic": True} if simulated else {}
    leaf_hash = append(session, kind="inquiry_score", place=place, content=content | label)
    session.add(row)
    session.flush()
    return InquiryRecorded(
        task=row.task_number,
        unit=row.unit_code,
        round=row.round,
        form=row.form,
        revision=row.revision,
        score=row.score,
        full_marks=row.full_marks,
        etag=inquiry_etag(row.task_number, row.unit_code, row.round, row.form, row.revision),
        seq=place.seq,
        recorded_at=place.recorded_at,
        leaf_hash=leaf_hash.hex(),
    )


def inquiring_task(plan: Plan, number: int) -> Task:
    """The task, which asks for an inquiry. Raises NotFound."""
    task = next((task for task in plan.tasks if task.number == number and task.inquiry), None)
    if task is None:
        message = Message(f"方案的任务 {number} 没有要求测评。", f"Task {number} of the plan asks for no inquiry.")
        raise NotFound("inquiry_unknown", message)
    return task


def _standing(session: WriteSession, number: int, given: InquiryGiven) -> InquiryRow | None:
    found = inquiry_scores(session, view_at(session), tasks=[number], units=[given.unit])
    return next((row for row in found if (row.round, row.form) == (given.round, given.form)), None)


def _require_seen(standing: InquiryRow, *, if_match: str | None) -> None:
    require_named(
        if_match,
        standing.etag,
        missing=Message(
            f"该项得分已登记(第 {standing.revision} 版);更正须在 If-Match 中写明所见的版本。",
            f"This score is recorded (revision {standing.revision}); a correction names in If-Match what was seen.",
        ),
        changed=lambda: Message(
            f"该项得分现为第 {standing.revision} 版,请核对。", f"The score is now revision {standing.revision}."
        ),
    )


def _read(
    plan: Plan, task: Task, given: InquiryGiven, *, today: date, correcting: bool
) -> tuple[Decimal, Decimal, date]:
    problems = _place_problems(plan, task, given)
    score, full_marks = (read_number(value, most=MOST_MARKS) for value in (given.score, given.full_marks))
    if full_marks is None or not full_marks:
        message = Message("满分须为大于 0 的数,最多 3 位小数。", "Full marks are a number above 0, 3 decimals at most.")
        problems.append(Problem("full_marks_invalid", message, "/full_marks", given=as_given(given.full_marks)))
    elif score is None or score > full_marks:
        message = Message(
            "得分须为 0 至满分之间的数,最多 3 位小数。",
            "A score is a number from 0 to the full marks, 3 decimals at most.",
        )
        problems.append(Problem("score_invalid", message, "/score", given=as_given(given.score)))
    measured_on = parse_day(given.measured_on)
    if measured_on is None or measured_on > today:
        message = Message(
            "测评日期写作 2020-01-20 的形式,不晚于今天。", "A day is written 2020-01-20 and is no later than today."
        )
        problems.append(Problem("measured_on_invalid", message, "/measured_on", given=as_given(given.measured_on)))
    elif ROUND.fullmatch(given.round) and int(given.round[:4]) > measured_on.year:
        message = Message(
            "轮次的年度不能晚于测评日期。", "The year of a round is no later than the day it was measured."
        )
        problems.append(Problem("round_invalid", message, "/round", given=as_given(given.round)))
    problems += _word_problems(given, correcting=correcting)
    if problems or score is None or full_marks is None or measured_on is None:
        message = Message("未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
        raise Invalid(problems[0].code if len(problems) == 1 else "inquiry_invalid", message, problems)
    return score, full_marks, measured_on


def _place_problems(plan: Plan, task: Task, given: InquiryGiven) -> list[Problem]:
    problems = []
    if given.unit not in plan.owing_units[task.number]:
        unit = as_given(given.unit)
        message = Message(
            f"任务 {task.number} 没有点名“{unit}”。", f"Task {task.number} does not name the unit {unit!r}."
        )
        problems.append(Problem("task_not_owed", message, "/unit", given=unit))
    if not ROUND.fullmatch(given.round):
        message = Message(
            "轮次写作年度,一年多次的加序号,如 2019、2019-2。",
            "A round is a year, with a number where a year has several: 2019, 2019-2.",
        )
        problems.append(Problem("round_invalid", message, "/round", given=as_given(given.round)))
    if given.form not in {form.code for form in task.inquiry}:
        known = ", ".join(form.code for form in task.inquiry)
        message = Message(f"测评形式为 {known} 之一。", f"A form of inquiry is one of {known}.")
        problems.append(Problem("form_unknown", message, "/form", given=as_given(given.form)))
    return problems


def _word_problems(given: InquiryGiven, *, correcting: bool) -> list[Problem]:
    problems = evidence_problems(given.evidence)
    if not given.evidence and not given.attachments:
        message = Message("须有佐证:网址或附件。", "Evidence is needed: a web address or an attached file.")
        problems.append(Problem("evidence_missing", message, "/evidence", given=""))
    if correcting and not is_visible(given.reason):
        message = Message("更正须说明理由。", "A correction needs a reason.")
        problems.append(Problem("reason_missing", message, "/reason", given=as_given(given.reason)))
    for name in ("evidence", "note", "reason"):
        text = getattr(given, name)
        if len(text) > LONGEST_TEXT:
            message = Message(f"最多 {LONGEST_TEXT} 字。", f"At most {LONGEST_TEXT} characters.")
            problems.append(Problem("text_too_long", message, f"/{name}", given=as_given(text)))
    return problems
