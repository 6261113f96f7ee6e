"""The audit read: which rows are asked for, and the rows, newest first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, case, cast, func, select, true, union
from sqlalchemy.dialects.postgresql import ARRAY

from metrics.audit_acts import AuditAction, AuditOutcome
from metrics.database import ReadSession
from metrics.errors import BadRequest, Message, Problem
from metrics.models import AuditEntry, LedgerEntry
from metrics.models.audit import IN_THE_LEDGER, WORDS
from metrics.moments import GREATEST_NUMBER, WRITTEN, read_moment

FILTERS = ("since", "until", "user", "action", "outcome", "address", "unit", "request_id")
_LONG = ("user", "address", "unit", "request_id")  # of any words
_AT_ONCE = 1000
_LONGEST = 200
_MOST_PLACES = 100_000  # of one row that are looked through


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """Which rows; None: whatever stands there. A row is within `since` and `until` if any of its count is.

    `unit`: the code of one that the row's subject names, or that an entry of the ledger named there is about.
    `before`: only rows with a smaller number; `limit`: at most so many.
    """

    since: datetime | None = None
    until: datetime | None = None
    user: str | None = None
    action: str | None = None
    outcome: str | None = None
    address: str | None = None
    unit: str | None = None
    request_id: str | None = None
    before: int | None = None
    limit: int | None = None


def audit_asked(
    given: Mapping[str, str], *, before: int | None = None, limit: int | None = None, timezone: Callable[[], str]
) -> AuditAsked:
    """What `given` (filter → text; an empty text asks for nothing) asks for.

    `since` a day means from its beginning on. Raises BadRequest with every filter that cannot be understood, and where
    `until` is before `since`.
    """
    texts = {name: text.strip() for name, text in given.items() if text.strip()}
    moments = {name: _moment(texts[name], name, timezone) for name in ("since", "until") if name in texts}
    problems = [_problem(name, WRITTEN) for name, moment in moments.items() if moment is None]
    choices: dict[str, list[str]] = {"action": list(AuditAction), "outcome": list(AuditOutcome)}
    problems += [
        _problem(name, Message(f"须为 {'、'.join(words)} 之一", f"one of {', '.join(words)}"))
        for name, words in choices.items()
        if texts.get(name) is not None and texts[name] not in words
    ]
    problems += [
        _problem(name, Message(f"最多 {_LONGEST} 个字符", f"at most {_LONGEST} characters"))
        for name in _LONG
        if len(texts.get(name, "")) > _LONGEST or "\0" in texts.get(name, "")
    ]
    if problems:
        message = Message("查询条件有误:" + problems[0].message.zh, "This cannot be asked: " + problems[0].message.en)
        raise BadRequest("parameter_invalid", message, problems)
    since, until = moments.get("since"), moments.get("until")
    if since is not None and until is not None and until < since:
        message = Message(
            "until 早于 since,其间不会有任何记录。", "until is before since; nothing can lie between them."
        )
        raise BadRequest("parameter_conflict", message, [Problem("parameter_conflict", message, pointer="?until")])
    return AuditAsked(
        since=since,
        until=until,
        user=texts.get("user"),
        action=texts.get("action"),
        outcome=texts.get("outcome"),
        address=texts.get("address"),
        unit=texts.get("unit"),
        request_id=texts.get("request_id"),
        before=before,
        limit=limit,
    )


def audit_rows(session: ReadSession, asked: AuditAsked) -> Iterator[AuditEntry]:
    """The rows asked for, newest first, streamed; their numbers grow, so the order is total."""
    for found in session.scalars(_query(asked), execution_options={"yield_per": _AT_ONCE}):
        yield found
        session.expunge(found)


def _query(asked: AuditAsked) -> Select[AuditEntry]:
    row = AuditEntry
    conditions = []
    if asked.since is not None:
        conditions.append(row.until >= asked.since)
    if asked.until is not None:
        conditions.append(row.at <= asked.until)
    if asked.before is not None:
        conditions.append(row.id < asked.before)
    texts = {row.actor: asked.user, row.action: asked.action, row.outcome: asked.outcome, row.address: asked.address}
    texts[row.request_id] = asked.request_id
    conditions += [column == text for column, text in texts.items() if text is not None]
    query = select(row).where(*conditions)
    if asked.unit is not None:  # by each of its two ways, which have an index each
        newest = (_newest(way, *conditions, limit=asked.limit) for way in (_named(asked.unit), _written(asked.unit)))
        query = select(row).where(row.id.in_(union(*newest)))
    return query.order_by(row.id.desc()).limit(asked.limit)


def _newest(way: ColumnElement[bool], *conditions: ColumnElement[bool], limit: int | None) -> Select[int]:
    """The numbers of the newest rows found by one way, so that neither way sorts the other's."""
    numbers = select(AuditEntry.id).where(way, *conditions).order_by(AuditEntry.id.desc()).limit(limit)
    return select(numbers.subquery().c.id)


def _named(code: str) -> ColumnElement[bool]:
    """The unit's code is a word of the subject."""
    return WORDS.contains(cast([code], ARRAY(Text)))


def _written(code: str) -> ColumnElement[bool]:
    """An entry of the ledger that `seq=` names at the end of the subject is about the unit.

    What was refused or failed wrote nothing: there the asker may have typed `seq=`. The audit's own stands last.
    """
    places = func.split_part(AuditEntry.subject, "seq=", -1)
    first = cast(func.split_part(places, "…", 1), BigInteger)
    last = func.coalesce(cast(func.nullif(func.split_part(places, "…", 2), ""), BigInteger), first)
    entry = f'"unit":{json.dumps(code, ensure_ascii=False)}'  # as canonical JSON has it
    written = select(true()).where(
        LedgerEntry.seq.between(first, func.least(last, first + _MOST_PLACES)),
        LedgerEntry.leaf.contains(entry, autoescape=True),
    )
    # As a value and not as `exists`, which becomes a join of every change with every entry about the unit.
    return and_(IN_THE_LEDGER, case((IN_THE_LEDGER, written.limit(1).scalar_subquery())))


def _moment(text: str, name: str, timezone: Callable[[], str]) -> datetime | None:
    """The moment that a filter names; None if it names none."""
    if name == "since" and len(text) == len("2019-10-05"):
        text += "T00:00"
    return read_moment(text, timezone=timezone)


def _problem(name: str, written: Message) -> Problem:
    message = Message(f"参数 {name} 须为:{written.zh}。", f"Parameter {name} is {written.en}.")
    return Problem("parameter_invalid", message, pointer=f"?{name}")


def is_place(text: str) -> bool:
    """True if `text` is what the number of a row can be."""
    return text.isascii() and text.isdigit() and len(text) < 19 and 0 < int(text) <= GREATEST_NUMBER


def read_place(text: str) -> int:
    """The number of a row as a cursor has it. Raises BadRequest for what is none."""
    if not is_place(text):
        raise BadRequest(
            "parameter_invalid",
            Message("参数 cursor 须取自上一页的 Link 头。", "Parameter cursor is taken from the Link header."),
        )
    return int(text)
