"""The present version of a submission: found, locked, and held against the version a request names.

Every command that changes a submission takes the lock on its row first and the ledger's place last, so that two of
them wait for each other in one order only and the ledger is held for as short a time as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, DateTime, Text, TextClause, bindparam, select, text

from metrics.asked_ahead import Asking, answer, answered_ahead
from metrics.database import ReadSession, WriteSession
from metrics.errors import Message, Stale
from metrics.if_match import require_named
from metrics.models import SubmissionEvent
from metrics.submission_states import ACTION_WORDS, State
from metrics.submissions import submission_etag

# As text: a flood of posts asks these, and what is put together anew for every one costs as much as the answer.
_FOUND = "select id, unit_code, period, revision, state, seq, first_received_at from submissions"
_OF_UNIT = text(f"{_FOUND} where unit_code = :unit and period = :period")
_OF_UNIT_LOCKED = text(f"{_FOUND} where unit_code = :unit and period = :period for update")
_BY_ID_LOCKED = text(f"{_FOUND} where id = :id for update")
_MADE = text(
    "insert into submissions (unit_code, period, revision, state, seq, first_recorded_at)"
    " select :unit, :period, 0, 'submitted', 0, :now"  # a number is taken only where there is none
    " where not exists (select from submissions where unit_code = :unit and period = :period)"
    " on conflict do nothing returning id"
).bindparams(
    bindparam("unit", type_=Text), bindparam("period", type_=Date), bindparam("now", type_=DateTime(timezone=True))
)


@dataclass(frozen=True, slots=True)
class Version:
    """One submission as it stands. Revision 0: made by this transaction, nothing recorded yet.

    `first_received_at` None: loaded history that does not say.
    """

    id: int
    unit_code: str
    period: date
    revision: int
    state: State
    seq: int
    first_received_at: datetime | None

    @property
    def etag(self) -> str:
        return submission_etag(submission_id=self.id, revision=self.revision, seq=self.seq)


def find_version(session: ReadSession, *, unit: str, period: date) -> Version | None:
    """The unit's submission for the period, None if there is none. Not locked."""
    return _version(session, _OF_UNIT, unit=unit, period=period)


def lock_version(session: WriteSession, *, unit: str, period: date) -> Version | None:
    """As :func:`find_version`, and nobody else can change it until the transaction ends."""
    return _version(session, _OF_UNIT_LOCKED, unit=unit, period=period)


def lock_version_by_id(session: WriteSession, submission_id: int) -> Version | None:
    """The submission with this id, locked; None if there is none."""
    return _version(session, _BY_ID_LOCKED, id=submission_id)


def create_version(session: WriteSession, *, unit: str, period: date, now: datetime) -> Version | None:
    """Make the submission's row, locked for this transaction; None if somebody else just made it."""
    return _made(answer(session, _making(unit=unit, period=period, now=now)), unit=unit, period=period, now=now)


def version_made_ahead(session: WriteSession, *, unit: str, period: date, now: datetime) -> Version | None:
    """What :func:`create_version` answers, if it was asked ahead; None if it was not, or there was a row already."""
    rows = answered_ahead(session, _making(unit=unit, period=period, now=now))
    return _made(rows or (), unit=unit, period=period, now=now)


def making_or_locking(*, unit: str, period: date, now: datetime) -> tuple[Asking, Asking]:
    """What :func:`create_version` asks and, for where the row is there already, what :func:`lock_version` does."""
    return _making(unit=unit, period=period, now=now), Asking(_OF_UNIT_LOCKED, {"unit": unit, "period": period})


def _making(*, unit: str, period: date, now: datetime) -> Asking:
    return Asking(_MADE, {"unit": unit, "period": period, "now": now})


def _made(rows: Sequence[Any], *, unit: str, period: date, now: datetime) -> Version | None:
    return Version(rows[0].id, unit, period, 0, State.SUBMITTED, 0, now) if rows else None


def require_version(session: ReadSession, version: Version | None, *, if_match: str | None, timezone: str) -> None:
    """Raise VersionMissing or Stale unless `if_match` names `version`; a first submission must name none.

    `if_match` is the value of an If-Match header, as :func:`metrics.if_match.require_named` reads it.
    """
    if version is None:
        if if_match is not None:
            raise Stale(
                code="version_stale",
                message=Message(
                    "该单位本期尚无月报,请去掉 If-Match 后重新提交。",
                    "There is no submission for this unit and period yet, so no version to revise; send no If-Match.",
                ),
            )
        return
    require_named(
        if_match,
        version.etag,
        missing=Message(
            "本期月报已存在,更正时须在 If-Match 中写明所依据的版本(见该月报的 ETag)。",
            "There is a submission for this unit and period already; a revision names the version it revises "
            "in If-Match (the ETag of the submission).",
        ),
        changed=lambda: _who_changed_it(session, version, timezone=timezone),
    )


def _who_changed_it(session: ReadSession, version: Version, *, timezone: str) -> Message:
    actor, action, at = session.execute(
        select(SubmissionEvent.actor, SubmissionEvent.action, SubmissionEvent.recorded_at).where(
            SubmissionEvent.seq == version.seq
        )
    ).one()
    word = ACTION_WORDS[action]
    moment = at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M:%S")
    return Message(
        f"月报已被 {actor} 于 {moment} 更新({word.zh},现为第 {version.revision} 版),请核对最新内容后重新提交。",
        f"The submission was changed by {actor} at {moment}, by {word.en}; it is now revision {version.revision}. "
        "Look at it and send yours again.",
    )


def _version(session: ReadSession, asked: TextClause, **named: object) -> Version | None:
    rows = answer(session, Asking(asked, named))
    return Version(**{**rows[0]._asdict(), "state": State(rows[0].state)}) if rows else None
