"""Putting right what an inspection found (整改): the unit's answer, and what a reviewer makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from metrics.commands.raise_finding import due_day_problems, round_of, text_problems
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, NotFound, Problem
from metrics.evidence import evidence_problems
from metrics.if_match import require_named
from metrics.ledger.entry import Place, append, next_place
from metrics.models import Rectification
from metrics.periods import parse_day
from metrics.principal import Principal, Scope
from metrics.queries.attachments import as_recorded, files_to_carry
from metrics.queries.findings import FindingRow, findings
from metrics.queries.view import view_at
from metrics.supervision.rectification import FindingState, RectificationAction, after, finding_etag
from metrics.value_types import Moment


@dataclass(frozen=True, slots=True)
class Rectified:
    """What was done about a finding, what it has come to, and the act's place in the ledger."""

    finding: int
    unit: str
    action: RectificationAction
    state: FindingState
    due_on: date
    etag: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """How a unit put something right. `evidence`: a web address, or empty; `attachments`: numbers of files it kept."""

    text: str
    evidence: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewGiven:
    """What a reviewer does with a finding. `due_on` as written: a new due day for what is sent back, or empty."""

    action: RectificationAction
    text: str = ""
    due_on: str = ""


def answer_finding(
    session: WriteSession,
    phase: str,
    number: int,
    *,
    principal: Principal,
    given: AnswerGiven,
    simulated_at: datetime | None = None,
) -> Rectified:
    """Record how the unit put finding `number` of the round `phase` right.

    Raises NotFound for one that there is not, Forbidden for another unit's, Conflict where its state forbids it,
    Invalid.
    """
    principal.require(Scope.POST_SUBMISSION)
    place = next_place(session, simulated=simulated_at)
    found = _finding(session, phase, number)
    principal.require_unit(found.unit)
    state = after(found.standing.state, RectificationAction.ANSWER)
    missing = Message("须写明整改情况。", "How it was put right has to be said.")
    _refuse(text_problems(given.text, missing=missing) + evidence_problems(given.evidence))
    files = files_to_carry(session, given.attachments, unit=found.unit)
    row = _row(found, place, RectificationAction.ANSWER, principal, text=given.text, evidence=given.evidence)
    row.attachments = [file.seq for file in files]
    due, simulated = found.standing.due_on, simulated_at is not None
    return _record(session, place, row, state=state, due_on=due, carried=as_recorded(files), simulated=simulated)


def review_finding(
    session: WriteSession,
    phase: str,
    number: int,
    *,
    principal: Principal,
    given: ReviewGiven,
    if_match: str | None,
    simulated_at: datetime | None = None,
) -> Rectified:
    """Close finding `number`, send its answer back or withdraw it, as it was seen; the last two say why.

    Raises NotFound, Conflict where its state forbids it, VersionMissing or Stale where it was not seen as it
    is, Invalid.
    """
    principal.require(Scope.VERIFY)
    place = next_place(session, simulated=simulated_at)
    found = _finding(session, phase, number)
    require_named(
        if_match,
        found.etag,
        missing=Message("须在 If-Match 中写明所见的版本。", "Name in If-Match the version that was seen."),
        changed=lambda: Message(
            "该问题已有新的进展,请核对后再办。", "Something was done about it meanwhile: look again."
        ),
    )
    state = after(found.standing.state, given.action)
    zone = ZoneInfo(view_at(session).plan.document.timezone)
    problems = []
    if given.action is not RectificationAction.CLOSE:
        problems += text_problems(given.text, missing=Message("须说明理由。", "A reason is needed."))
    if given.due_on:
        problems += due_day_problems(given.due_on, today=place.recorded_at.astimezone(zone).date())
        if given.action is not RectificationAction.SEND_BACK:
            message = Message("只有退回整改可以另定期限。", "Only what is sent back gets another due day.")
            problems.append(Problem("due_on_not_taken", message, "/due_on", given=given.due_on))
    _refuse(problems)
    due_on = parse_day(given.due_on) if given.due_on else None
    row = _row(found, place, given.action, principal, text=given.text, due_on=due_on)
    due = due_on or found.standing.due_on
    return _record(session, place, row, state=state, due_on=due, simulated=simulated_at is not None)


def _finding(session: WriteSession, phase: str, number: int) -> FindingRow:
    view = view_at(session)
    found = findings(session, view, phases=[round_of(view.plan, phase).code], numbers=[number])
    if not found:
        message = Message(f"本阶段没有第 {number} 号问题。", f"The round has no finding {number}.")
        raise NotFound("finding_unknown", message)
    return found[0]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        message = Message("未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
        raise Invalid(problems[0].code if len(problems) == 1 else "rectification_invalid", message, problems)


def _row(
    found: FindingRow,
    place: Place,
    action: RectificationAction,
    principal: Principal,
    *,
    text: str,
    evidence: str = "",
    due_on: date | None = None,
) -> Rectification:
    return Rectification(
        seq=place.seq,
        number=found.number,
        unit_code=found.unit,
        action=action.value,
        text=text,
        evidence=evidence,
        attachments=[],
        due_on=due_on,
        actor=principal.username,
        recorded_at=place.recorded_at,
    )


def _record(
    session: WriteSession,
    place: Place,
    row: Rectification,
    *,
    state: FindingState,
    due_on: date,
    carried: Sequence[Mapping[str, Any]] = (),
    simulated: bool,
) -> Rectified:
    content = {
        "finding": row.number,
        "unit": row.unit_code,
        "action": row.action,
        "text": row.text,
        "evidence": row.evidence,
        "attachments": list(carried),
        "due_on": None if row.due_on is None else row.due_on.isoformat(),
        "actor": row.actor,
    }
    label = {"synthetic": True} if simulated else {}
    leaf_hash = append(session, kind="rectification", place=place, content=content | label)
    session.add(row)
    session.flush()
    return Rectified(
        finding=row.number,
        unit=row.unit_code,
        action=RectificationAction(row.action),
        state=state,
        due_on=due_on,
        etag=finding_etag(row.number, place.seq),
        seq=place.seq,
        recorded_at=place.recorded_at,
        leaf_hash=leaf_hash.hex(),
    )
