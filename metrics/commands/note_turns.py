"""Noting for everybody what turned of what they follow, once: in one transaction with how far they have been told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import Follow, FollowedTurn
from metrics.queries.follows import ToldTurn
from metrics.queries.principals import told_of_verdicts
from metrics.queries.status_turns import StatusTurn, status_turns
from metrics.queries.view import View, view_at


def note_turns(session: WriteSession, *, now: datetime) -> int:
    """Note every status that turned since its followers were told last; how many were noted, one a follower.

    Whoever may not see verdicts by then, or has no account in use, is told nothing of it, neither now nor later. Two
    that note at once wait for each other, and the later one finds nothing; nobody is told again of what was told by one
    that knew more.
    """
    newest = newest_seq(session)
    behind = select(Follow).where(Follow.seen_seq < newest).order_by(Follow.id).with_for_update()
    waiting: dict[int, list[Follow]] = defaultdict(list)
    for row in session.scalars(behind):
        waiting[row.seen_seq].append(row)
    if not waiting:
        return 0
    view, told = view_at(session, as_of=newest), 0
    for seen, follows in waiting.items():
        if 0 < seen < view.seq:
            told += _note(session, view_at(session, as_of=seen), view, follows, now=now)
        ids = [row.id for row in follows]
        session.execute(update(Follow).where(Follow.id.in_(ids)).values(seen_seq=view.seq))
    return told


def _note(session: WriteSession, since: View, view: View, follows: Sequence[Follow], *, now: datetime) -> int:
    units = None if any(not row.unit_code for row in follows) else {row.unit_code for row in follows}
    targets = None if any(not row.target_code for row in follows) else {row.target_code for row in follows}
    turns = status_turns(session, since, view, units=units, targets=targets)
    if not turns:
        return 0
    may_see = told_of_verdicts(session, {row.user_id for row in follows})
    rows = {
        (row.user_id, turn.unit, turn.target): ToldTurn.of(view.plan, turn).as_said
        for row in follows
        if row.user_id in may_see
        for turn in turns
        if _is_about(row, turn)
    }
    for (user, unit, target), said in rows.items():
        noted = insert(FollowedTurn).values(
            user_id=user, unit_code=unit, target_code=target, seq=view.seq, told=said, noticed_at=now
        )
        session.execute(noted.on_conflict_do_nothing())
    return len(rows)


def _is_about(row: Follow, turn: StatusTurn) -> bool:
    return row.unit_code in ("", turn.unit) and row.target_code in ("", turn.target)
