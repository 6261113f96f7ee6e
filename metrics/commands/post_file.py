"""Posting a file of returns (月报): all of them or none, in one transaction, one ledger entry for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from metrics.commands.idempotent import Answer, once
from metrics.commands.post_submission import PreparedReturn, prepare_return, record_return
from metrics.commands.submission_version import find_version
from metrics.database import WriteSession
from metrics.errors import BiaochiError, Conflict, Forbidden, Invalid, Message, Problem, Stale, VersionMissing
from metrics.intake.file_problems import file_problems, refuse_file_content
from metrics.intake.file_reading import FileReading, FileReturn, problem_at
from metrics.periods import format_period, parse_period
from metrics.plan.model import Plan
from metrics.principal import Action, Principal
from metrics.returns import Posted, Return

_NO_VERSION = '""'  # names no version: the template was made before there was a return


@dataclass(frozen=True, slots=True)
class FileRequest:
    """What is said with a file. `reason` goes before the one that a template says.

    `versions`: `441202/2019-09` → entity tag of the return that is revised.
    """

    reason: str = ""
    note: str = ""
    acknowledged: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "reason": self.reason,
            "note": self.note,
            "acknowledged": dict(self.acknowledged),
            "versions": dict(self.versions),
        }


@dataclass(frozen=True, slots=True)
class PostedFile:
    """What became of a file. `versions`: key → entity tag of each return that is there now: the version that a
    revision has to name.
    """

    reading: FileReading
    returns: tuple[Posted, ...]
    versions: Mapping[str, str]

    @property
    def recorded(self) -> bool:
        """True if at least one return changed something."""
        return any(posted.recorded for posted in self.returns)

    def as_dict(self) -> dict[str, Any]:
        """The answer as JSON."""
        reading = self.reading
        values = {sent.key: sent.values for sent in reading.returns}
        answers = [posted.as_dict() for posted in self.returns]
        return {
            "file": {
                "name": reading.name,
                "kind": reading.kind,
                "encoding": reading.encoding or None,
                "sha256": reading.sha256,
            },
            "returns": [answer | {"values": values[f"{answer['unit']}/{answer['period']}"]} for answer in answers],
            "versions": dict(self.versions),
            "changes": [change.as_dict() for change in reading.changes],
            "notices": [notice.as_dict() for notice in reading.notices],
        }


def post_file(
    session: WriteSession,
    *,
    plan: Plan,
    principal: Principal,
    reading: FileReading,
    request: FileRequest | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    advance: Callable[[], None] = lambda: None,
) -> PostedFile:
    """Record every return of `reading`, or none; a dry run answers the same and records nothing.

    A revision needs a reason and the version that it revises: the template's own, or the one that
    `request.versions` names. A dry run needs neither version nor template: its answer says which versions to name.
    `advance` is called twice for each return: when it was checked, and when it was recorded or need not be.

    Raises Forbidden if the file names a unit that is not the principal's, wherever it stands; Invalid with every bad
    cell; Stale, VersionMissing or Conflict, with the returns concerned.
    """
    request, now = request or FileRequest(), now or datetime.now(UTC)
    _require_units(principal, reading)
    _require_known(request, reading)
    looking = dry_run or bool(reading.problems)
    prepared, refused, versions = [], [], {}
    for sent in sorted(reading.returns, key=lambda sent: (sent.unit, sent.period)):
        current = _current_version(session, sent)
        if current is not None:
            versions[sent.key] = current
        try:
            found = prepare_return(
                session,
                plan=plan,
                principal=principal,
                request=_as_return(sent, request),
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
    posted = []
    for found in prepared:
        posted.append(record_return(session, plan, found, now=now) if isinstance(found, PreparedReturn) else found)
        advance()
    now_there = {f"{p.unit}/{format_period(p.period)}": p.etag for p in posted if p.etag is not None}
    return PostedFile(reading, tuple(posted), versions | now_there)


def post_file_once(
    session: WriteSession,
    *,
    plan: Plan,
    principal: Principal,
    reading: FileReading,
    request: FileRequest,
    key: str,
    advance: Callable[[], None] = lambda: None,
) -> Answer:
    """As :func:`post_file`, at most once for this principal and `key`, however often the same file is sent.

    The answer's body is `posted`, as :meth:`PostedFile.as_dict`, and `recorded`. Raises KeyReused too.
    """

    def post() -> dict[str, Any]:
        posted = post_file(session, plan=plan, principal=principal, reading=reading, request=request, advance=advance)
        return {"posted": posted.as_dict(), "recorded": posted.recorded}

    asked = {"request": "POST /submissions/files", "sha256": reading.sha256, **request.as_dict()}
    return once(session, principal=principal, key=key, asked=asked, do=post)


def _require_units(principal: Principal, reading: FileReading) -> None:
    """Rights are asked for every unit that is named anywhere in the file, before anything else is said about it."""
    principal.require(Action.POST_RETURN)
    foreign = {unit: place for unit, place in reading.named.items() if not principal.may_post_for(unit)}
    if foreign:
        message = Message(
            f"文件中有不属于您的填报单位({'、'.join(foreign)}),您只能报送本单位数据。全部未保存。",
            f"The file holds figures of units that are not yours ({', '.join(foreign)}); nothing was stored.",
        )
        problems = [problem_at(place, "unit_forbidden", message, given=unit) for unit, place in foreign.items()]
        raise Forbidden("unit_forbidden", message, problems)


def _require_known(request: FileRequest, reading: FileReading) -> None:
    unknown = request.versions.keys() - {sent.key for sent in reading.returns}
    if unknown and not reading.problems:
        problems = []
        for key in sorted(unknown):
            message = Message(f"文件中没有“{key[:100]}”的月报。", f"The file holds no return {key[:100]!r}.")
            problems.append(Problem("version_unknown", message, "/versions", given=key[:100]))
        raise Invalid("version_unknown", problems[0].message, problems)


def _current_version(session: WriteSession, sent: FileReturn) -> str | None:
    period = parse_period(sent.period)
    version = None if period is None else find_version(session, unit=sent.unit, period=period)
    return None if version is None else version.etag


def _named_version(
    sent: FileReturn, reading: FileReading, request: FileRequest, *, current: str | None, looking: bool
) -> str | None:
    """The version that is named for a return: by the request, else by the template.

    Who is only `looking` need not name one; a template that is out of date is told so all the same.
    """
    if sent.key in request.versions or current is None:
        return request.versions.get(sent.key)
    if reading.stamp is not None:
        return reading.stamp.etag or _NO_VERSION
    return current if looking else None


def _as_return(sent: FileReturn, request: FileRequest) -> Return:
    return Return(
        unit=sent.unit,
        period=sent.period,
        values=sent.values,
        note=request.note,
        reason=request.reason if request.reason.strip() else sent.reason,
        acknowledged=request.acknowledged,
    )


def _refusal(reading: FileReading, refused: list[tuple[FileReturn, Invalid | Conflict]]) -> BiaochiError:
    """One refusal for the whole file: what is wrong in it first, then what has changed meanwhile."""
    problems = [*reading.problems]
    for sent, error in refused:
        problems += file_problems(sent, error)
    problems = list(dict.fromkeys(problems))  # what is said of the request is said once
    kinds = {type(error) for _, error in refused}
    if reading.problems or Invalid in kinds:
        return refuse_file_content(problems)
    for kind in (Stale, VersionMissing, Conflict):
        first = next((error for _, error in refused if type(error) is kind), None)
        if first is not None:
            return replace(first, problems=problems)
    return refuse_file_content(problems)
