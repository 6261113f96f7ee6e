"""Doing something once, however often it is asked for with the same key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, insert, text

from metrics.database import WriteSession
from metrics.errors import BadRequest, KeyReused, Message
from metrics.locks import Lock, hold
from metrics.models import IdempotencyKey
from metrics.principal import Principal

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
_ADDED = insert(cast(Table, IdempotencyKey.__table__))
_ANSWERED = text("select body_hash, response from idempotency_keys where user_id = :user and key = :key")


@dataclass(frozen=True, slots=True)
class Answer:
    """`replayed`: the body is what was answered to the same request before, and nothing was done."""

    body: dict[str, Any]
    replayed: bool


def once(
    session: WriteSession,
    *,
    principal: Principal,
    key: str,
    asked: Mapping[str, Any],
    do: Callable[[], dict[str, Any]],
) -> Answer:
    """What `do` answers, done at most once for this principal and `key`.

    `asked` is everything that makes two requests the same; the order of its keys does not matter. The answer is
    stored in the transaction in which `do` works; if `do` raises, nothing is, and the key may be used again.
    Requests with the same key wait for each other.

    Raises KeyReused if the key was used to ask for something else.
    """
    require_key(key)
    body_hash = hashlib.sha256(json.dumps(asked, sort_keys=True, default=repr).encode()).digest()
    hold(session, Lock.IDEMPOTENCY_KEY, key=f"{principal.user_id} {key}")
    known = session.execute(_ANSWERED, {"user": principal.user_id, "key": key}).one_or_none()
    if known is not None:
        if known.body_hash != body_hash:
            raise KeyReused(
                code="idempotency_key_reused",
                message=Message(
                    "该 Idempotency-Key 已用于另一请求;请换用新的键。",
                    "This Idempotency-Key was used for another request; take a new one.",
                ),
            )
        return Answer(body=known.response, replayed=True)
    body = do()
    answered = {"body_hash": body_hash, "response": body, "created_at": datetime.now(UTC)}
    session.execute(_ADDED, {"user_id": principal.user_id, "key": key, **answered})
    return Answer(body=body, replayed=False)


def require_key(key: str | None) -> str:
    """`key` if it is one. Raises BadRequest if it is missing or not 1 to 255 visible ASCII characters."""
    if key is None:
        raise BadRequest(
            code="idempotency_key_missing",
            message=Message(
                "缺少 Idempotency-Key 请求头:每次报送使用一个新的键,重试时使用原来的键。",
                "The header Idempotency-Key is missing: a new key for every submission, the same key to try again.",
            ),
        )
    if not _VISIBLE_ASCII.fullmatch(key):
        raise BadRequest(
            code="idempotency_key_invalid",
            message=Message(
                "Idempotency-Key 须为 1 至 255 个可见的 ASCII 字符。",
                "An Idempotency-Key is 1 to 255 visible ASCII characters.",
            ),
        )
    return key
