"""A unit's self-assessment of a round (自查评估): its figures, frozen, with its words; its leader's signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from metrics.commands.raise_finding import round_of
from metrics.commands.sign_off_submission import OnPaper, signature_of
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, Message, NotFound, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given, pointer_to
from metrics.if_match import require_named
from metrics.ledger.entry import Place, append, next_place
from metrics.models import SelfAssessment
from metrics.periods import format_period
from metrics.plan.model import Phase, Plan
from metrics.principal import Principal, Role, Scope
from metrics.queries.attachments import Attachment, as_recorded, files_to_carry
from metrics.queries.self_assessments import (
    DrawnSheet,
    SelfAssessmentRow,
    drawn_sheet,
    self_assessments,
    sheet_etag,
)
from metrics.queries.view import View, view_at
from metrics.supervision.rectification import LONGEST_TEXT
from metrics.value_types import Moment


@dataclass(frozen=True, slots=True)
class SelfAssessmentGiven:
    """What a unit says. `remarks`: target → words; `drawn_at`: the entry at which the figures were seen."""

    unit: str
    summary: str
    remarks: Mapping[str, str]
    reason: str = ""
    drawn_at: int | None = None


@dataclass(frozen=True, slots=True)
class SelfAssessed:
    """The revision that stands, or its signature, and its place in the ledger."""

    phase: str
    unit: str
    revision: int
    stands_on: int
    etag: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


def submit_self_assessment(
    session: WriteSession,
    phase: str,
    *,
    principal: Principal,
    given: SelfAssessmentGiven,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> SelfAssessed:
    """Record a unit's sheet of the round `phase`, with its figures as they are now; a later one is a revision.

    Raises Forbidden, NotFound for what is no round, Conflict `round_not_begun` and `figures_changed`, Invalid with
    every problem, VersionMissing or Stale for a revision that does not name what it revises.
    """
    principal.require_unit(given.unit)
    place = next_place(session, simulated=simulated_at)
    view = view_at(session)
    chosen = round_of(view.plan, phase)
    _require_begun(chosen, today=_today(view, place))
    standing = _standing(session, view, phase=phase, unit=given.unit)
    if standing is not None:
        _require_revisable(standing, given, if_match=if_match)
    sheet = _drawn(session, view, chosen, given)
    problems = _problems(view.plan, sheet, given)
    if problems:
        message = Message("自查未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
        raise Invalid(problems[0].code if len(problems) == 1 else "self_assessment_invalid", message, problems)
    row = _row(place, principal, phase=phase, unit=given.unit, revision=1 + (standing.revision if standing else 0))
    row.action, row.stands_on, row.period = "submit", sheet.seq, sheet.period
    row.summary, row.reason = given.summary, given.reason if standing else ""
    row.figures = [dict(figure) for figure in sheet.figures]
    row.remarks = {code: text for code, text in given.remarks.items() if text}
    return _record(session, place, row, simulated=simulated_at is not None)


def sign_self_assessment(
    session: WriteSession,
    phase: str,
    *,
    unit: str,
    principal: Principal,
    if_match: str | None,
    on_paper: OnPaper | None = None,
    scans: Sequence[int] = (),
    simulated_at: datetime | None = None,
) -> SelfAssessed:
    """Record that the unit's leader signs its sheet as it was seen: with their own account, or `on_paper`, of which a
    reviewer records the `scans` (numbers of files of the unit). A later revision is not signed.

    Raises Forbidden, NotFound, Conflict `signed_already` and `leader_missing`, VersionMissing, Stale, Invalid
    `scan_missing` and whatever :func:`signature_of` raises.
    """
    principal.require(Scope.SIGN_OFF)
    if principal.role is Role.LEADER and unit not in principal.units:
        message = Message("只能签发本单位的自查。", "A leader signs for their own unit alone.")
        raise Forbidden("unit_forbidden", message)
    place = next_place(session, simulated=simulated_at)
    view = view_at(session)
    chosen = round_of(view.plan, phase)
    known = unit in view.plan.unit_by_code
    standing = _standing(session, view, phase=chosen.code, unit=unit) if known else None
    if standing is None:
        message = Message("该单位尚未报送自查。", "The unit has not sent its self-assessment.")
        raise NotFound("self_assessment_missing", message)
    _require_seen(standing, if_match=if_match)
    if standing.signed_at is not None:
        raise Conflict("signed_already", Message("已签发。", "It is signed already."))
    row = _row(place, principal, phase=phase, unit=unit, revision=standing.revision)
    row.action, row.stands_on, row.period = "sign_off", standing.seq, standing.period
    row.summary, row.reason, row.figures, row.remarks = "", "", [], {}
    files: list[Attachment] = []
    if principal.role is not Role.LEADER:
        signed = signature_of(
            session, unit, plan=view.plan, principal=principal, on_paper=on_paper, now=place.recorded_at
        )
        files = _scans(session, scans, unit=unit)
        said = {"leader": signed.person.name, "title": signed.person.title, "person": signed.person.seq}
        row.signature = said | {"how": signed.how.value, "note": signed.note}
    return _record(session, place, row, files=files, simulated=simulated_at is not None)


def _scans(session: WriteSession, numbers: Sequence[int], *, unit: str) -> list[Attachment]:
    """What was signed on paper, to be looked at. Raises Invalid without it."""
    if not numbers:
        message = Message("纸质签字须附扫描件。", "A signature on paper comes with a scan of it.")
        raise Invalid("scan_missing", message, [Problem("scan_missing", message, "/attachments")])
    return files_to_carry(session, numbers, unit=unit)


def _today(view: View, place: Place) -> date:
    return place.recorded_at.astimezone(ZoneInfo(view.plan.document.timezone)).date()


def _require_begun(phase: Phase, *, today: date) -> None:
    if phase.start is not None and today < phase.start:
        day = phase.start.isoformat()
        raise Conflict("round_not_begun", Message(f"本轮自 {day} 起。", f"The round begins on {day}."))


def _standing(session: WriteSession, view: View, *, phase: str, unit: str) -> SelfAssessmentRow | None:
    return next(iter(self_assessments(session, view, phases=[phase], units=[unit])), None)


def _require_seen(standing: SelfAssessmentRow, *, if_match: str | None) -> None:
    require_named(
        if_match,
        standing.etag,
        missing=Message(
            f"自查已报送(第 {standing.revision} 版);须在 If-Match 中写明所见的版本。",
            f"There is a self-assessment (revision {standing.revision}); name in If-Match what was seen.",
        ),
        changed=lambda: Message(
            f"自查现为第 {standing.revision} 版,请核对。", f"The self-assessment is now revision {standing.revision}."
        ),
    )


def _require_revisable(standing: SelfAssessmentRow, given: SelfAssessmentGiven, *, if_match: str | None) -> None:
    _require_seen(standing, if_match=if_match)
    if not is_visible(given.reason):
        message = Message("修订已报送的自查须说明理由。", "A revision needs a reason.")
        raise Invalid("reason_missing", message, [Problem("reason_missing", message, "/reason")])


def _drawn(session: WriteSession, view: View, phase: Phase, given: SelfAssessmentGiven) -> DrawnSheet:
    """The sheet now; where it was seen at another entry, its figures have to be the same still."""
    sheet = drawn_sheet(session, view, phase, unit=given.unit)
    if sheet is None:
        message = Message("本单位尚无可自查的月报数据。", "The unit has reported no figures yet that it could assess.")
        raise Invalid("figures_missing", message, [Problem("figures_missing", message, "/unit", given=given.unit)])
    if given.drawn_at is not None and given.drawn_at != sheet.seq:
        seen = drawn_sheet(session, view_at(session, as_of=given.drawn_at), phase, unit=given.unit)
        if seen is None or (seen.period, seen.figures) != (sheet.period, sheet.figures):
            message = Message(
                "本单位数据已有变化,请核对新的数据后再报。", "The figures changed meanwhile: look at them again."
            )
            raise Conflict("figures_changed", message)
    return sheet


def _problems(plan: Plan, sheet: DrawnSheet, given: SelfAssessmentGiven) -> list[Problem]:
    known = {str(figure["target"]) for figure in sheet.figures}
    problems = []
    if not is_visible(given.summary):
        message = Message("须写明自查总体情况。", "Say what the unit found overall.")
        problems.append(Problem("summary_missing", message, "/summary", given=as_given(given.summary)))
    for code in sorted(set(given.remarks) - known):
        message = Message(f"自查表中没有目标“{as_given(code)}”。", f"The sheet has no target {as_given(code)!r}.")
        problems.append(Problem("target_unknown", message, pointer_to("remarks", code), given=as_given(code)))
    for code in sheet.unmet:
        if not is_visible(given.remarks.get(code, "")):
            called = plan.general_targets[code][-1].name
            message = Message(f"须说明“{called.zh}”为何未达标。", f"Say why this target is not met: {called.en}.")
            problems.append(Problem("remark_missing", message, pointer_to("remarks", code), given=""))
    for name, text in {
        "/summary": given.summary,
        **{pointer_to("remarks", c): t for c, t in given.remarks.items()},
    }.items():
        if len(text) > LONGEST_TEXT:
            message = Message(f"最多 {LONGEST_TEXT} 字。", f"At most {LONGEST_TEXT} characters.")
            problems.append(Problem("text_too_long", message, name, given=as_given(text)))
    return problems


def _row(place: Place, principal: Principal, *, phase: str, unit: str, revision: int) -> SelfAssessment:
    return SelfAssessment(
        seq=place.seq,
        phase_code=phase,
        unit_code=unit,
        revision=revision,
        actor=principal.username,
        recorded_at=place.recorded_at,
        signature={},
    )


def _record(
    session: WriteSession, place: Place, row: SelfAssessment, *, files: Sequence[Attachment] = (), simulated: bool
) -> SelfAssessed:
    row.attachments = [file.seq for file in files]
    same = ("revision", "action", "stands_on", "summary", "figures", "remarks", "reason", "actor", "signature")
    content: dict[str, Any] = {name: getattr(row, name) for name in same} | {"attachments": as_recorded(files)}
    content |= {"phase": row.phase_code, "unit": row.unit_code, "period": format_period(row.period)}
    label = {"synthetic": True} if simulated else {}
    leaf_hash = append(session, kind="self_assessment", place=place, content=content | label)
    session.add(row)
    session.flush()
    return SelfAssessed(
        phase=row.phase_code,
        unit=row.unit_code,
        revision=row.revision,
        stands_on=row.stands_on,
        etag=sheet_etag(row.phase_code, row.unit_code, row.revision),
        seq=place.seq,
        recorded_at=place.recorded_at,
        leaf_hash=leaf_hash.hex(),
    )
