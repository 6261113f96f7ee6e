"""Sending a unit's monthly material (工作进展情况材料); sent again for the same month it is a revision.

What it says of tasks are the unit's task reports for that month as they stand: they are named in it, not typed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from metrics.commands.record_material_act import (
    MaterialRecorded,
    NewMaterialAct,
    material_recorded,
    record_material_act,
)
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.if_match import require_named
from metrics.ledger.entry import next_place
from metrics.models import MaterialRecord
from metrics.periods import format_period, parse_period, period_problem
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.attachments import Attachment, files_to_carry
from metrics.queries.materials import material_for
from metrics.queries.task_reports import task_reports
from metrics.queries.view import view_at
from metrics.submissions import period_problems
from metrics.supervision.bodies import body_problems
from metrics.supervision.materials import LONGEST_MATERIAL_TEXT, Material, MaterialAction


@dataclass(frozen=True, slots=True)
class MaterialGiven:
    """What a unit sends. `period`: as written; `attachments`: numbers of files; `reason`: why it is revised."""

    unit: str
    period: str
    problems: str
    next_month: str
    summary: str = ""
    attachments: Sequence[int] = ()
    reason: str = ""


_TEXTS = {
    "summary": Message("总体进展", "The progress as a whole"),
    "problems": Message("存在问题", "Problems"),
    "next_month": Message("下月计划", "What is planned for the next month"),
}


def send_material(
    session: WriteSession,
    *,
    principal: Principal,
    given: MaterialGiven,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> MaterialRecorded:
    """Record what a unit sends for a month; what stands so already, task reports included, is not recorded again.

    `simulated_at` dates one of the synthetic demonstration. Raises Forbidden for a unit that is not the principal's,
    Invalid with every problem found, VersionMissing or Stale for a revision that does not name what it revises.
    """
    principal.require_unit(given.unit)
    period = _read(plan_at(session), given, now=simulated_at or datetime.now(UTC))
    files = files_to_carry(session, given.attachments, unit=given.unit)
    place = next_place(session, simulated=simulated_at)
    reports = task_reports(session, view_at(session), units=[given.unit], period_from=period, period_to=period)
    carried = sorted((report.task, report.seq) for report in reports)
    standing = material_for(session, given.unit, period)
    if not carried and not is_visible(given.summary):
        message = Message(
            f"本单位 {format_period(period)} 没有任务月报,须写明总体进展,或先报告任务进展。",
            f"The unit has reported on no task for {format_period(period)}: say what was done as a whole, or report on "
            "tasks first.",
        )
        raise _refusal([Problem("progress_missing", message, "/summary")])
    if standing is not None and _says_the_same(standing, given, files, carried):
        row = session.get_one(MaterialRecord, standing.sent.seq)
        return material_recorded(session, row, etag=standing.etag, recorded=False)
    if standing is not None:
        _require_revisable(standing, given, if_match=if_match)
    act = NewMaterialAct(
        unit=given.unit,
        period=period,
        action=MaterialAction.SEND,
        actor=principal.username,
        summary=given.summary,
        problems=given.problems,
        next_month=given.next_month,
        reports=carried,
        attachments=files,
        reason=given.reason if standing is not None else "",
    )
    return record_material_act(session, place, act, standing=standing, synthetic=simulated_at is not None)


def _read(plan: Plan, given: MaterialGiven, *, now: datetime) -> date:
    period = parse_period(given.period)
    problems = body_problems(plan, given.unit, period=period)
    if period is None:
        problems.append(period_problem(as_given(given.period)))
    else:
        problems += period_problems(plan, period, now=now)
    for name, words in _TEXTS.items():
        text = getattr(given, name)
        if name != "summary" and not is_visible(text):
            message = Message(f"{words.zh}须填写,没有的写“无”。", f"{words.en}: say it, or that there is none.")
            problems.append(Problem("text_missing", message, f"/{name}", given=as_given(text)))
        elif len(text) > LONGEST_MATERIAL_TEXT:
            message = Message(
                f"{words.zh}最多 {LONGEST_MATERIAL_TEXT} 字,更多的请作为附件。",
                f"{words.en}: at most {LONGEST_MATERIAL_TEXT} characters; attach what is longer.",
            )
            problems.append(Problem("text_too_long", message, f"/{name}", given=as_given(text)))
    if problems or period is None:
        raise _refusal(problems)
    return period


def _refusal(problems: list[Problem]) -> Invalid:
    message = Message("材料未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
    return Invalid(problems[0].code if len(problems) == 1 else "material_invalid", message, problems)


def _says_the_same(
    standing: Material, given: MaterialGiven, files: Sequence[Attachment], carried: Sequence[tuple[int, int]]
) -> bool:
    sent = standing.sent
    return (sent.summary, sent.problems, sent.next_month, sent.attachments, sent.reports) == (
        given.summary,
        given.problems,
        given.next_month,
        tuple(file.seq for file in files),
        tuple(report for _, report in carried),
    )


def _require_revisable(standing: Material, given: MaterialGiven, *, if_match: str | None) -> None:
    month, revision = format_period(standing.sent.period), standing.revision
    require_named(
        if_match,
        standing.etag,
        missing=Message(
            f"本单位 {month} 的材料已报送(第 {revision} 版);修订时须在 If-Match 中写明所依据的版本。",
            f"The unit's material for {month} is there (revision {revision}); a revision names in If-Match what it "
            "revises.",
        ),
        changed=lambda: Message(
            f"{month} 的材料现为第 {revision} 版,或其后已阅、已签发,请核对后重新提交。",
            f"The material for {month} is now revision {revision}, or was seen or signed since. Look at it and send "
            "yours again.",
        ),
    )
    if not is_visible(given.reason):
        message = Message("修订已报送的材料须说明理由。", "A revision of material needs a reason.")
        raise _refusal([Problem("reason_missing", message, "/reason", given=as_given(given.reason))])
