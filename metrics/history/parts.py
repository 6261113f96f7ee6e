"""Storing history in parts of whole submissions, each part one transaction that holds the ledger only for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice, repeat
from typing import Any

from sqlalchemy import text

from metrics.database import WriteSession
from metrics.driver import COPY_BEGINS, COPY_ENDS, driver_cursor
from metrics.errors import Conflict, Message
from metrics.history.preparation import PreparedHistory
from metrics.history.stencils import ROW_COLUMNS, Gap, row_end, still_open
from metrics.ledger.entry import Place, append_all, new_salt, next_place
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.queries.period_states import require_all_open

Begin = Callable[[], AbstractContextManager[WriteSession]]
"""Begins a transaction, which is committed when the block ends well."""

_FIRST_SIZE = 100  # submissions
_LONGEST = 0.2  # seconds for which a part means to hold the ledger: whoever posts beside it waits that long at most
_PATIENCE = "60s"  # a part waits longer for the ledger than a person would
_MAKE = text(
    "insert into submissions (unit_code, period, revision, state, seq, first_recorded_at, first_received_at)"
    " select unit, period, 0, 'submitted', 0, now(), received"
    " from unnest(cast(:units as text[]), cast(:periods as date[]), cast(:received as timestamptz[]))"
    ' as sent(unit, period, received) order by unit collate "C", period'
    " on conflict do nothing returning id, unit_code, period"
)
_STAND = text(
    "update submissions s set revision = 1, seq = recorded.seq, first_recorded_at = :at"
    " from unnest(cast(:ids as integer[]), cast(:seqs as bigint[])) as recorded(id, seq) where s.id = recorded.id"
)
_BETWEEN = chr(30)  # stands in no JSON and no number; as an array, long texts would be escaped letter by letter
_EVENTS = text(
    "insert into submission_events (seq, submission_id, action, revision, actor, reason, note, detail, recorded_at)"
    " select seq, submission, 'submit', 1, :actor, '', '', cast(detail as jsonb), :at from"
    " unnest(cast(:seqs as bigint[]), cast(:ids as integer[]), string_to_array(:details, chr(30)))"
    " sent(seq, submission, detail)"
)
_RATES = text(
    "insert into unit_rates (unit_code, period, seq, submission_id, state, numerators, denominators, formulas)"
    " select unit, period, seq, submission, 'submitted', cast(numerators as bigint[]), cast(denominators as bigint[]),"
    " (select max(number) from stored_formulas)"
    " from unnest(cast(:units as text[]), cast(:periods as date[]), cast(:seqs as bigint[]), cast(:ids as integer[]),"
    " string_to_array(:numerators, chr(30)), string_to_array(:denominators, chr(30)))"
    " as sent(unit, period, seq, submission, numerators, denominators)"
)
_OPEN = {gap: still_open(gap) for gap in (Gap.SEQ, Gap.SUBMISSION, Gap.RECORDED_AT)}
# COPY goes into no table that row security protects, so present figures are made of the observations just copied.
_FIGURES = text(
    f"insert into figures ({ROW_COLUMNS}) select {ROW_COLUMNS} from observations"  # noqa: S608  constants
    " where seq between :first and :last"
)


@dataclass(frozen=True, slots=True)
class StoredPart:
    """`first` and `last`: its sequence numbers; `held`: seconds for which it held the ledger."""

    submissions: int
    first: int
    last: int
    held: float


def store_in_parts(
    begin: Begin, plan: Plan, prepared: Iterator[PreparedHistory], *, actor: str
) -> Iterator[StoredPart]:
    """Store all of `prepared`, one part a transaction; a part is as long as the ledger may be held for it.

    Raises Conflict if somebody sent one of the submissions, locked its month or changed the plan since it was checked:
    the parts before stand, and loading the same file again goes on after them.
    """
    size = _FIRST_SIZE
    with ThreadPoolExecutor(max_workers=1) as ahead:
        part = _next(prepared, size)
        while part:
            # Made ready while the database is at work: neither waits for the other.
            following = ahead.submit(_next, prepared, size)
            yield (stored := _stored(begin, plan, part, actor=actor))
            size = max(1, min(2 * size, int(len(part) * _LONGEST / stored.held)))
            part = following.result()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A submission with everything that does not hang on its place in the ledger: nobody waits while that is made.

    `leaf` has its place still open; `rows` are the beginnings of its observations.
    """

    sent: PreparedHistory
    detail: str
    leaf: str
    rows: list[bytes]


def _next(prepared: Iterator[PreparedHistory], size: int) -> list[_Ready]:
    return [*map(_ready, islice(prepared, size))]


def _ready(sent: PreparedHistory) -> _Ready:
    said = dict(zip(sent.shape.codes, sent.values, strict=True))
    said[Gap.UNIT], said[Gap.PERIOD], said[Gap.WARNINGS] = sent.unit, format_period(sent.period), sent.warnings
    said[Gap.RECEIVED_AT] = "null" if sent.received is None else f'"{sent.received.isoformat()}"'
    detail = sent.shape.detail.filled(said)
    said[Gap.DETAIL], said[Gap.SALT] = sha256(detail.encode()).hexdigest(), new_salt()
    leaf = sent.shape.leaf.filled(said | _OPEN)
    return _Ready(sent, detail, leaf, sent.shape.row_beginnings(sent.values))


def _stored(begin: Begin, plan: Plan, part: Sequence[_Ready], *, actor: str) -> StoredPart:
    with begin() as session:
        session.execute(text(f"set local lock_timeout = '{_PATIENCE}'"))
        ids = _make(session, [one.sent for one in part])
        place = next_place(session)
        begun = time.monotonic()
        _store(session, plan, part, ids=ids, place=place, actor=actor)
    return StoredPart(len(part), place.seq, place.seq + len(part) - 1, time.monotonic() - begun)


def _make(session: WriteSession, part: Sequence[PreparedHistory]) -> list[int]:
    """Make the submissions' rows, locked until the transaction ends: by unit and period, before the ledger is.

    A file of submissions locks them in the same order: no deadlock (decision 51).
    """
    given = {
        "units": [sent.unit for sent in part],
        "periods": [sent.period for sent in part],
        "received": [sent.received for sent in part],
    }
    made = {(row.unit_code, row.period): int(row.id) for row in session.execute(_MAKE, given)}
    if len(made) < len(part):
        there = next(sent for sent in part if (sent.unit, sent.period) not in made)
        raise Conflict(
            "submission_meanwhile",
            Message(
                f"{there.unit} {format_period(there.period)} 的月报在导入期间已由他人报送。"
                "此前各批已入库;请核对后重新导入同一文件。",
                f"Somebody sent the submission of {there.unit} for {format_period(there.period)} while history was "
                "loaded. The parts before it are stored; look at it and load the same file again.",
            ),
        )
    return [made[sent.unit, sent.period] for sent in part]


def _store(
    session: WriteSession, plan: Plan, part: Sequence[_Ready], *, ids: Sequence[int], place: Place, actor: str
) -> None:
    _require_unchanged(session, plan, [one.sent for one in part], place)
    seqs = range(place.seq, place.seq + len(part))
    at = place.recorded_at.isoformat()
    append_all(session, kind="submission", place=place, leaves=map(_leaf, part, seqs, ids, repeat(at)))
    rows = b"".join([COPY_BEGINS, *map(_rows, part, seqs, ids, repeat(place.recorded_at)), COPY_ENDS])
    given = {"seqs": list(seqs), "ids": list(ids)}
    session.execute(_EVENTS, given | {"actor": actor, "at": at, "details": _BETWEEN.join(one.detail for one in part)})
    session.execute(_RATES, given | _rates([one.sent for one in part]))
    copying = f"copy observations ({ROW_COLUMNS}) from stdin (format binary)"
    with driver_cursor(session) as cursor, cursor.copy(copying) as copy:
        copy.write(rows)
    session.execute(_FIGURES, {"first": seqs[0], "last": seqs[-1]})
    session.execute(_STAND, {"ids": list(ids), "seqs": list(seqs), "at": place.recorded_at})


def _require_unchanged(session: WriteSession, plan: Plan, part: Sequence[PreparedHistory], place: Place) -> None:
    """Raise Conflict if the plan was changed or a month locked since the file was checked."""
    # Asked again under the ledger's lock, which a lock of the month takes as well (decision 30).
    if plan_at(session).seq != plan.seq:
        raise Conflict(
            "plan_meanwhile",
            Message(
                "导入期间方案有改动,其余月报须按现行方案重新校验。此前各批已入库;请重新导入同一文件。",
                "The plan was changed while history was loaded, so that the rest is to be checked by the new one. The "
                "parts before are stored; load the same file again.",
            ),
        )
    timezone = plan.document.timezone
    require_all_open(session, [(sent.unit, sent.period) for sent in part], at=place.recorded_at, timezone=timezone)


def _leaf(one: _Ready, seq: int, submission: int, at: str) -> bytes:
    said = {Gap.SEQ: str(seq), Gap.SUBMISSION: str(submission), Gap.RECORDED_AT: at}
    leaf = one.leaf
    for gap, stands in _OPEN.items():
        leaf = leaf.replace(stands, said[gap])
    return leaf.encode()


def _rows(one: _Ready, seq: int, submission: int, at: datetime) -> bytes:
    end = row_end(one.sent.unit, one.sent.period, seq=seq, submission=submission, recorded_at=at)
    return end.join([*one.rows, b""])


def _rates(part: Sequence[PreparedHistory]) -> dict[str, Any]:
    """The submissions' rows of `unit_rates` as columns; no other row comes before them."""
    return {
        "units": [sent.unit for sent in part],
        "periods": [sent.period for sent in part],
        "numerators": _BETWEEN.join(sent.numerators for sent in part),
        "denominators": _BETWEEN.join(sent.denominators for sent in part),
    }
