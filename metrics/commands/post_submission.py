"""Posting a submission (月报): the first one of a unit for a period, or a revision of it.

All or nothing. Only what changed becomes observations; a submission that changes nothing records nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select, text

from metrics.asked_ahead import Asking, answer
from metrics.checks import unexcepted
from metrics.commands.record_submission_event import Event, RecordedEvent, record_event
from metrics.commands.submission_version import (
    Version,
    create_version,
    find_version,
    lock_version,
    making_or_locking,
    require_version,
    version_made_ahead,
)
from metrics.database import ReadSession, WriteSession
from metrics.errors import Message, Problem
from metrics.forms import plain
from metrics.ledger.continuation import require_going_on
from metrics.ledger.entry import next_place
from metrics.models import LedgerEntry
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.earlier_figures import asked_of_earlier_figures
from metrics.queries.period_states import require_open
from metrics.queries.submission_changes import SubmissionChanges, submission_changes
from metrics.submission_states import Action, State
from metrics.submissions import Posted, ReadSubmission, SubmissionRequest, read_submission, refuse_submission
from metrics.texts import text_problems
from metrics.timeliness import reception
from metrics.value_types import as_json_object

_TOUCHED = text("select exists (select from period_events where period = :period) as touched")
_KNOWN_NOW = text(
    "select (select max(seq) from plan_records) as plan,"
    " exists (select from period_events where period = :period) as touched"
)


@dataclass(frozen=True, slots=True)
class PreparedSubmission:
    """A submission that may be recorded: its submission is locked, everything about it was checked.

    `touched`: its month was locked or unlocked at some time.
    """

    sent: ReadSubmission
    changes: SubmissionChanges
    version: Version
    event: Event
    touched: bool


def post_submission(
    session: WriteSession,
    *,
    plan: Plan,
    principal: Principal,
    request: SubmissionRequest,
    if_match: str | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    simulated_at: datetime | None = None,
) -> Posted:
    """Record `request` and answer what became of it; a dry run answers the same and records nothing.

    `now` (default: the clock) decides which periods have ended. `simulated_at` takes its place for a submission of the
    synthetic demonstration history, and dates it.

    Raises Forbidden for a unit that is not the principal's, Conflict for a locked period, Invalid with every problem
    found, VersionMissing or Stale for a revision that does not name the version it revises.
    """
    now = simulated_at or now or datetime.now(UTC)
    prepared = prepare_submission(
        session, plan=plan, principal=principal, request=request, if_match=if_match, now=now, dry_run=dry_run
    )
    if isinstance(prepared, Posted):
        return prepared
    return record_submission(session, plan, prepared, now=now, simulated_at=simulated_at)


def prepare_submission(
    session: WriteSession,
    *,
    plan: Plan,
    principal: Principal,
    request: SubmissionRequest,
    if_match: str | None,
    now: datetime,
    dry_run: bool,
    read: ReadSubmission | None = None,
) -> PreparedSubmission | Posted:
    """Lock the submission and check everything; what is left is to record it, or the answer if nothing is left.

    `read`: `request` as it was read before, by the same plan and moment.

    Whoever records several submissions in one transaction prepares all of them first, by unit and period, and then
    records them: submissions are locked in one order, and before the ledger. Raises as :func:`post_submission`.
    """
    principal.require_unit(request.unit)
    sent, excepting = read or read_submission(plan, request, now=now), principal.may(Scope.VERIFY)
    touched = _require_open(session, plan, sent, at=now)
    if sent.period is None or sent.problems:
        raise refuse_submission(
            [*sent.problems, *submission_changes(session, plan, sent, excepting=excepting).problems]
        )
    # Submissions are locked before the ledger, several of them by unit and period: no deadlock (decision 51).
    find = find_version if dry_run else lock_version
    made = None if dry_run else version_made_ahead(session, unit=request.unit, period=sent.period, now=now)
    version = None
    while version is None:  # a second round only if somebody else made the same submission meanwhile
        existing = None if made is not None else find(session, unit=request.unit, period=sent.period)
        changes = submission_changes(session, plan, sent, excepting=excepting)
        if existing is not None and not changes.changed:
            require_going_on(session)  # that it stands is not said of a ledger in doubt
            return _as_it_stands(session, plan, existing, changes=changes, sent=sent)
        require_version(session, existing, if_match=if_match, timezone=plan.document.timezone)
        _require_acceptable(request, existing, changes)
        if dry_run:
            require_going_on(session)  # as the post itself would be asked
            return posted_answer(plan, sent, changes, version=existing, recorded=None, now=now)
        version = existing or made or create_version(session, unit=request.unit, period=sent.period, now=now)
    event = _event(sent, changes, version=version, actor=principal.username)
    return PreparedSubmission(sent, changes, version, event, touched)


def asked_of_submission(plan: Plan, sent: ReadSubmission, *, now: datetime) -> Sequence[Asking]:
    """What :func:`prepare_submission` asks of a submission in which nothing was found that it would be refused for."""
    unit, period = sent.request.unit, sent.period
    if period is None or sent.problems:
        return ()
    return (
        _asked_of_month(period),
        *making_or_locking(unit=unit, period=period, now=now),
        asked_of_earlier_figures(plan, unit=unit, period=period),
    )


def _asked_of_month(period: date) -> Asking:
    return Asking(_TOUCHED, {"period": period})


def record_submission(
    session: WriteSession,
    plan: Plan,
    prepared: PreparedSubmission,
    *,
    now: datetime,
    simulated_at: datetime | None = None,
) -> Posted:
    """Take the next place in the ledger and record what :func:`prepare_submission` prepared.

    Raises Conflict if the period was locked meanwhile.
    """
    place = next_place(session, simulated=simulated_at)
    # Asked again under the ledger's lock, which a lock of the month (decision 30) and a new plan take as well.
    now_known = session.execute(_KNOWN_NOW, {"period": prepared.version.period}).one()
    if now_known.touched:
        _require_open(session, plan, prepared.sent, at=place.recorded_at)
    recorded = record_event(
        session,
        prepared.version,
        event=prepared.event,
        place=place,
        plan=plan if plan.seq == now_known.plan else plan_at(session),
        simulated_at=simulated_at,
    )
    return posted_answer(plan, prepared.sent, prepared.changes, version=prepared.version, recorded=recorded, now=now)


def _require_open(session: ReadSession, plan: Plan, sent: ReadSubmission, *, at: datetime) -> bool:
    """Raise Conflict if the period is locked; False if it never was."""
    if sent.period is None or not sent.placed or not answer(session, _asked_of_month(sent.period))[0].touched:
        return False
    require_open(session, unit=sent.request.unit, period=sent.period, at=at, timezone=plan.document.timezone)
    return True


def _require_acceptable(request: SubmissionRequest, existing: Version | None, changes: SubmissionChanges) -> None:
    texts = {"reason": request.reason, "note": request.note, "acknowledged": request.acknowledged}
    problems = [*changes.problems, *unexcepted(changes.warnings), *text_problems(texts)]
    if existing is not None and not request.reason.strip():
        message = Message("更正已报送的月报须说明原因。", "A revision of a submission needs a reason.")
        problems.append(Problem("reason_missing", message, "/reason", given=request.reason))
    if problems:
        raise refuse_submission(problems)


def _event(sent: ReadSubmission, changes: SubmissionChanges, *, version: Version, actor: str) -> Event:
    """The event: its detail keeps the differences, its ledger content the whole submission as it now stands."""
    warnings = [as_json_object(warning) for warning in changes.warnings]
    differences = [
        {
            "element": code,
            "before": plain(changes.known[code]) if code in changes.known else None,
            "after": plain(value),
        }
        for code, value in changes.changed.items()
    ]
    return Event(
        kind="submission",
        action=Action.SUBMIT,
        state=State.SUBMITTED,
        revision=version.revision + 1,
        actor=actor,
        reason=sent.request.reason,
        note=sent.request.note,
        detail={
            "changed": differences,
            "unchanged": len(sent.parsed.values) - len(differences),
            "warnings": warnings,
            "state_before": version.state if version.revision else None,
        },
        content={
            "values": {code: plain(value) for code, value in changes.after.items()},
            "changed": list(changes.changed),
            "warnings": warnings,
        },
        changed=changes.changed,
        after=changes.after,
    )


def posted_answer(
    plan: Plan,
    sent: ReadSubmission,
    changes: SubmissionChanges,
    *,
    version: Version | None,
    recorded: RecordedEvent | None,
    now: datetime,
) -> Posted:
    """The answer to a submission that changes something; `recorded` None for a dry run."""
    assert sent.period is not None  # noqa: S101  a submission without a period was refused
    recorded_at = now if recorded is None else recorded.recorded_at
    first = recorded_at if version is None or version.revision == 0 else version.first_received_at
    judged = reception(first, period=sent.period, rule=plan.due_rule)
    return Posted(
        id=None if version is None else version.id,
        unit=sent.request.unit,
        period=sent.period,
        revision=1 if version is None else version.revision + 1,
        state=State.SUBMITTED,
        seq=None if recorded is None else recorded.seq,
        recorded_at=recorded_at,
        on_time=judged.on_time,
        days_late=judged.days_late,
        changed=len(changes.changed),
        unchanged=len(sent.parsed.values) - len(changes.changed),
        warnings=changes.warnings,
        leaf_hash=None if recorded is None else recorded.leaf_hash.hex(),
        recorded=recorded is not None,
    )


def _as_it_stands(
    session: ReadSession, plan: Plan, version: Version, *, changes: SubmissionChanges, sent: ReadSubmission
) -> Posted:
    """The answer to a submission that changes nothing: the submission's newest event."""
    recorded_at, leaf_hash = session.execute(
        select(LedgerEntry.recorded_at, LedgerEntry.leaf_hash).where(LedgerEntry.seq == version.seq)
    ).one()
    judged = reception(version.first_received_at, period=version.period, rule=plan.due_rule)
    return Posted(
        id=version.id,
        unit=version.unit_code,
        period=version.period,
        revision=version.revision,
        state=version.state,
        seq=version.seq,
        recorded_at=recorded_at,
        on_time=judged.on_time,
        days_late=judged.days_late,
        changed=0,
        unchanged=len(sent.parsed.values),
        warnings=changes.warnings,
        leaf_hash=leaf_hash.hex(),
        recorded=False,
    )
