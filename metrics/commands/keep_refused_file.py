"""Keeping a refused file for its sender: for seven days, and only the last few of each account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from metrics.database import WriteSession
from metrics.errors import Problem
from metrics.intake.file_problems import problem_to_json
from metrics.models import RefusedFile
from metrics.principal import Principal

MOST_KEPT = 5  # of one account
_MOST_PROBLEMS = 1000  # as many as an answer lists


def keep_refused_file(
    session: WriteSession,
    *,
    principal: Principal,
    name: str,
    kind: str,
    content: bytes,
    problems: Sequence[Problem],
    now: datetime,
) -> int:
    """Keep the file and the places that are wrong in it; returns its number.

    Deletes whatever was kept long enough.
    """
    kept = RefusedFile(
        user_id=principal.user_id,
        name=name,
        kind=kind,
        content=content,
        problems=[problem_to_json(problem) for problem in problems[:_MOST_PROBLEMS]],
        recorded_at=now,
    )
    session.add(kept)
    session.flush()
    newest = (
        select(RefusedFile.id)
        .where(RefusedFile.user_id == principal.user_id)
        .order_by(RefusedFile.id.desc())
        .limit(MOST_KEPT)
    )
    # Also what others sent, of which row security shows us nothing: a function of the owner's deletes it after 7 days.
    session.execute(select(func.forget_refused_files()))
    session.execute(delete(RefusedFile).where(RefusedFile.user_id == principal.user_id, RefusedFile.id.not_in(newest)))
    return kept.id
