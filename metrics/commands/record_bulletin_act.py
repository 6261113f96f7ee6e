"""Recording an act on a bulletin: one after another, its entry in the ledger, which says the whole row, and the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from metrics.database import WriteSession
from metrics.errors import Conflict, Message
from metrics.ledger.entry import append, next_place
from metrics.locks import Lock, hold
from metrics.models import BulletinAct
from metrics.periods import format_period
from metrics.principal import Principal
from metrics.queries.bulletins import BulletinMonth


def wait_for_others(session: WriteSession) -> None:
    """Let nobody else act on bulletins until the transaction ends."""
    hold(session, Lock.BULLETINS)


@contextmanager
def told_if_busy() -> Iterator[None]:
    """Whoever waits in the block as long as anybody waits for a lock is told why, in words.

    Raises Conflict `bulletin_busy`.
    """
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise Conflict(
            "bulletin_busy",
            Message(
                "另一位审核员正在起草、修改或签发通报,或正在发布数据,您的操作未予记录。请稍候刷新:对方完成后,草稿即在此处。",
                "Another reviewer is drafting, editing or issuing a bulletin, or publishing a release, at this moment; "
                "nothing of yours was recorded. Look again shortly: what they draft is here then.",
            ),
        ) from error


def record_bulletin_act(
    session: WriteSession,
    month: BulletinMonth,
    *,
    act: str,
    release: int,
    principal: Principal,
    language: str = "",
    paragraph: str = "",
    words: str | None = None,
    reason: str = "",
    files: list[dict[str, Any]] | None = None,
    simulated_at: datetime | None = None,
) -> int:
    """Append the act's entry, which says all of it, and write its row; the entry's number."""
    said: Mapping[str, Any] = {
        "act": act,
        "version": len(month.issued) + 1,
        "release": release,
        "language": language,
        "paragraph": paragraph,
        "words": words,
        "reason": reason,
        "actor": principal.username,
    }
    place = next_place(session, simulated=simulated_at)
    content = {"period": format_period(month.period), **said, "files": files or []}
    label = {} if simulated_at is None else {"synthetic": True}
    append(session, kind="bulletin", place=place, content=content | label)
    session.add(BulletinAct(seq=place.seq, period=month.period, recorded_at=place.recorded_at, **said))
    session.flush()
    return place.seq
