"""Posting a file of submissions (月报): all of them or none, in one transaction, one ledger entry for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from metrics.commands.confirm_reading import (
    asked_of,
    open_questions,
    remember_layout,
    unconfirmed,
)
from metrics.commands.idempotency_keys import Answer, once
from metrics.commands.post_submission import PreparedSubmission, prepare_submission, record_submission
from metrics.commands.posted_file import FileRequest, LookedOver, PostedFile
from metrics.commands.submission_version import find_version
from metrics.database import WriteSession
from metrics.errors import (
    BiaochiError,
    Conflict,
    Forbidden,
    Invalid,
    Message,
    Problem,
    Stale,
    Unconfirmed,
    VersionMissing,
)
from metrics.intake.file_problems import file_problems, refuse_file_content
from metrics.intake.file_reading import FileReading, FileSubmission, problem_at
from metrics.intake.reading_digest import reading_digest, require_digest
from metrics.periods import format_period, parse_period
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.cells_read import cells_read
from metrics.queries.confirmed_layouts import ReadingConfirmation, confirmation_of
from metrics.submissions import Posted, SubmissionRequest

_NO_VERSION = '""'  # names no version: the template was made before there was a submission


def post_file(
    session: WriteSession,
    *,
    plan: Plan,
    principal: Principal,
    reading: FileReading,
    request: FileRequest | None = None,
    unanswered: FileReading | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    advance: Callable[[], None] = lambda: None,
) -> PostedFile:
    """Record every submission of `reading`, or none; a dry run answers the same and records nothing.

    A reading that does not speak for itself is recorded only if `request.reading` is its digest, or that of
    `unanswered`: the same file before anything was answered. A revision needs a reason and the version that it revises:
    the template's own, or that in `request.versions`. A dry run needs none of them and says which to give. `advance` is
    called twice for each submission: when it was checked, and when it was recorded or need not be.

    Raises Forbidden if the file names a unit that is not the principal's, wherever it stands; Invalid with every bad
    cell; Unconfirmed; Stale, VersionMissing or Conflict, with the submissions concerned.
    """
    request, now = request or FileRequest(), now or datetime.now(UTC)
    _require_units(principal, reading)
    _require_known(request, reading)
    confirmation = confirmation_of(session, reading, lock=not dry_run)
    stopped = None if dry_run else _stopped(reading, request, confirmation)
    if stopped is None and not dry_run and request.reading:
        require_digest(request.reading, reading, plan, now=now, unanswered=unanswered)
    looking = dry_run or bool(reading.problems) or stopped is not None
    prepared, versions = _prepared(
        session, plan, principal, reading, request, looking=looking, now=now, advance=advance
    )
    if stopped is not None:
        raise stopped
    posted = _recorded(session, plan, prepared, now=now, advance=advance)
    now_there = {f"{p.unit}/{format_period(p.period)}": p.etag for p in posted if p.etag is not None}
    looked_over = None
    if dry_run:
        digest = reading_digest(reading, plan, made=now)
        looked_over = LookedOver(digest, confirmation, cells_read(session, plan, reading))
    elif request.reading:
        remember_layout(session, principal=principal, reading=reading, now=now)
    return PostedFile(reading, posted, versions | now_there, looked_over)


def _recorded(
    session: WriteSession,
    plan: Plan,
    prepared: list[PreparedSubmission | Posted],
    *,
    now: datetime,
    advance: Callable[[], None],
) -> tuple[Posted, ...]:
    posted = []
    for found in prepared:
        posted.append(
            record_submission(session, plan, found, now=now) if isinstance(found, PreparedSubmission) else found
        )
        advance()
    return tuple(posted)


def _stopped(reading: FileReading, request: FileRequest, confirmation: ReadingConfirmation) -> Unconfirmed | None:
    """What keeps the reading from being recorded, as far as it can be told without its digest."""
    if reading.open_questions:
        return open_questions(reading)
    return unconfirmed(reading, confirmation) if confirmation.needed and not request.reading else None


def _prepared(
    session: WriteSession,
    plan: Plan,
    principal: Principal,
    reading: FileReading,
    request: FileRequest,
    *,
    looking: bool,
    now: datetime,
    advance: Callable[[], None],
) -> tuple[list[PreparedSubmission | Posted], dict[str, str]]:
    """Every submission of `reading`, checked, by unit and period; and the versions that are there now.

    Raises the refusal of the whole file if one of them cannot be recorded, or would not be if this was no dry run.
    """
    prepared, refused, versions = [], [], {}
    for sent in sorted(reading.submissions, key=lambda sent: (sent.unit, sent.period)):
        current = _current_version(session, sent)
        if current is not None:
            versions[sent.key] = current
        try:
            found = prepare_submission(
                session,
                plan=plan,
                principal=principal,
                request=_as_submission(sent, request),
                if_match=_named_version(sent, reading, request, current=current, looking=looking),
                now=now,
                dry_run=looking,
            )
        except (Invalid, Conflict) as error:
            refused.append((sent, error))
        else:
            prepared.append(found)
        advance()
    if refused or reading.problems:
        raise _refusal(reading, refused)
    return prepared, versions


def post_file_once(
    session: WriteSession,
    *,
    plan: Plan,
    principal: Principal,
    reading: FileReading,
    request: FileRequest,
    key: str,
    unanswered: FileReading | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Answer:
    """As :func:`post_file`, at most once for this principal and `key`, however often the same file is sent.

    The answer's body is `posted`, as :meth:`PostedFile.as_dict`, and `recorded`. Raises KeyReused too.
    """

    def post() -> dict[str, Any]:
        posted = post_file(
            session,
            plan=plan,
            principal=principal,
            reading=reading,
            request=request,
            unanswered=unanswered,
            advance=advance,
        )
        return {"posted": posted.as_dict(), "recorded": posted.recorded}

    asked = {"request": "POST /submissions/files", "sha256": reading.sha256, **request.as_dict()}
    return once(session, principal=principal, key=key, asked=asked, do=post)


def _require_units(principal: Principal, reading: FileReading) -> None:
    """Rights are asked for every unit that is named anywhere in the file, before anything else is said about it."""
    principal.require(Scope.POST_SUBMISSION)
    foreign = {unit: place for unit, place in reading.named.items() if not principal.may_post_for(unit)}
    if foreign:
        message = Message(
            f"文件中有不属于您的填报单位({'、'.join(foreign)}),您只能报送本单位数据。全部未保存。",
            f"The file holds figures of units that are not yours ({', '.join(foreign)}); nothing was stored.",
        )
        problems = [problem_at(place, "unit_forbidden", message, given=unit) for unit, place in foreign.items()]
        raise Forbidden("unit_forbidden", message, problems)


def _require_known(request: FileRequest, reading: FileReading) -> None:
    unknown = request.versions.keys() - {sent.key for sent in reading.submissions}
    if unknown and not reading.problems:
        problems = []
        for key in sorted(unknown):
            message = Message(f"文件中没有“{key[:100]}”的月报。", f"The file holds no submission {key[:100]!r}.")
            problems.append(Problem("version_unknown", message, "/versions", given=key[:100]))
        raise Invalid("version_unknown", problems[0].message, problems)


def _current_version(session: WriteSession, sent: FileSubmission) -> str | None:
    period = parse_period(sent.period)
    version = None if period is None else find_version(session, unit=sent.unit, period=period)
    return None if version is None else version.etag


def _named_version(
    sent: FileSubmission, reading: FileReading, request: FileRequest, *, current: str | None, looking: bool
) -> str | None:
    """The version that is named for a submission: by the request, else by the template.

    Who is only `looking` need not name one; a template that is out of date is told so all the same.
    """
    if sent.key in request.versions or current is None:
        return request.versions.get(sent.key)
    if reading.stamp is not None:
        return reading.stamp.etag or _NO_VERSION
    return current if looking else None


def _as_submission(sent: FileSubmission, request: FileRequest) -> SubmissionRequest:
    return SubmissionRequest(
        unit=sent.unit,
        period=sent.period,
        values=sent.values,
        note=request.note,
        reason=request.reason if request.reason.strip() else sent.reason,
        acknowledged=request.acknowledged,
    )


def _follows(problem: Problem, reading: FileReading) -> bool:
    """True for a block that lacks figures only because cells of the file were refused: they may be the ones."""
    return problem.code == "block_incomplete" and bool(reading.problems)


def _refusal(reading: FileReading, refused: list[tuple[FileSubmission, Invalid | Conflict]]) -> BiaochiError:
    """One refusal for the whole file: what is wrong in it first, then what has changed meanwhile.

    Where nothing is left to say but what open questions decide, the refusal is theirs.
    """
    problems = [*reading.problems]
    for sent, error in refused:
        problems += [problem for problem in file_problems(sent, error) if not _follows(problem, reading)]
    problems = list(dict.fromkeys(problems))  # what is said of the request is said once
    if not problems and reading.open_questions:
        return open_questions(reading)
    asked = asked_of(reading)
    kinds = {type(error) for _, error in refused}
    if reading.problems or Invalid in kinds:
        return replace(refuse_file_content(problems), questions=asked)
    for kind in (Stale, VersionMissing, Conflict):
        first = next((error for _, error in refused if type(error) is kind), None)
        if first is not None:
            return replace(first, problems=problems, questions=asked)
    return replace(refuse_file_content(problems), questions=asked)
