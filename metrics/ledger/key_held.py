"""Whether the private half of the key that the ledger names last is here: without it nothing can be signed."""

from __future__ import annotations

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, Unavailable
from metrics.ledger.keys import held_key
from metrics.models import LedgerKey

_NEWEST = select(LedgerKey).order_by(LedgerKey.since.desc()).limit(1)


def newest_key(session: ReadSession) -> LedgerKey | None:
    """The key that was taken into use last."""
    return session.scalar(_NEWEST)


def name_of(verifier_key: str) -> str:
    """The name of the log that signs with it."""
    return verifier_key.partition("+")[0]


def key_refusal(known: str | None) -> Unavailable | None:
    """That the key `known`, which signs now, is not here, or cannot be read; None if it is, or there was never one."""
    try:
        lost = known is not None and held_key(name_of(known), known) is None
    except Unavailable as unreadable:
        return unreadable
    return key_missing() if lost else None


def newest_key_refusal(session: ReadSession) -> Unavailable | None:
    """As :func:`key_refusal`, of the key that was taken into use last."""
    newest = newest_key(session)
    return key_refusal(None if newest is None else newest.verifier_key)


def key_missing() -> Unavailable:
    """That it is not here, and what to do."""
    return Unavailable(
        code="ledger_key_missing",
        message=Message(
            "签名密钥不在本机,或不是账本所记的那一把。不能签名,因此也不收数。请放回密钥文件;找不回来则执行 "
            "biaochi ledger rotate --reason 原因。",
            "The key that signs is not here, or not the one that the ledger names. Nothing can be signed, so nothing "
            "is taken in. Put its file back; if it is lost, run biaochi ledger rotate --reason REASON.",
        ),
    )
