"""Doing something once, however often it is asked for with the same key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Integer, Table, Text, bindparam, insert, text

from metrics.asked_ahead import Asking, answer
from metrics.database import WriteSession
from metrics.errors import BadRequest, KeyReused, Message
from metrics.ledger.entry import AS_WRITTEN, Blanks
from metrics.locks import Lock, holding
from metrics.models import IdempotencyKey
from metrics.principal import Principal
from metrics.with_commit import send_with_commit

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
# With what the ledger's newest entry has, which this transaction wrote, in the answer's blanks.
_ADDED_WITH_COMMIT = text(f"""
insert into idempotency_keys (user_id, key, body_hash, created_at, response)
select :user, :key, :body_hash, :now, cast(replace(replace(replace(:response, :seq, cast(seq as text)),
    :moment, {AS_WRITTEN.format("recorded_at")}), :hash, encode(leaf_hash, 'hex')) as jsonb)
from ledger_entries order by seq desc limit 1
""").bindparams(  # noqa: S608  ours
    *(bindparam(name, type_=Text) for name in ("key", "response", "seq", "moment", "hash")),
    bindparam("user", type_=Integer),
    bindparam("now", type_=DateTime(timezone=True)),
)
_ADDED = insert(cast(Table, IdempotencyKey.__table__))
_ANSWERED = text("select body_hash, response from idempotency_keys where user_id = :user and key = :key")


@dataclass(frozen=True, slots=True)
class Blanked:
    """An answer that says a place in the ledger which is taken together with COMMIT."""

    body: dict[str, Any]
    blanks: Blanks


@dataclass(frozen=True, slots=True)
class Answer:
    """`replayed`: the body is what was answered to the same request before, and nothing was done.

    A body with blanks is stored with what the transaction writes in them.
    """

    body: dict[str, Any]
    replayed: bool


def once(
    session: WriteSession,
    *,
    principal: Principal,
    key: str,
    asked: Mapping[str, Any],
    do: Callable[[], dict[str, Any] | Blanked],
) -> Answer:
    """What `do` answers, done at most once for this principal and `key`.

    `asked` is everything that makes two requests the same; the order of its keys does not matter. The answer is
    stored in the transaction in which `do` works; if `do` raises, nothing is, and the key may be used again.
    Requests with the same key wait for each other.

    Raises KeyReused if the key was used to ask for something else.
    """
    require_key(key)
    body_hash = hashlib.sha256(json.dumps(asked, sort_keys=True, default=repr).encode()).digest()
    lock, remembered = asked_of_key(principal, key)
    answer(session, lock)
    if found := answer(session, remembered):
        known = found[0]
        if known.body_hash != body_hash:
            raise KeyReused(
                code="idempotency_key_reused",
                message=Message(
                    "该 Idempotency-Key 已用于另一请求;请换用新的键。",
                    "This Idempotency-Key was used for another request; take a new one.",
                ),
            )
        return Answer(body=known.response, replayed=True)
    body, now = do(), datetime.now(UTC)
    if isinstance(body, Blanked):
        said, blanks = json.dumps(body.body, ensure_ascii=False), body.blanks
        filled = {"seq": blanks.seq, "moment": blanks.recorded_at, "hash": blanks.leaf_hash}
        added = {"user": principal.user_id, "key": key, "body_hash": body_hash, "now": now}
        response = said.replace(f'"{blanks.seq}"', blanks.seq)
        send_with_commit(session, _ADDED_WITH_COMMIT, added | filled | {"response": response})
        return Answer(body=body.body, replayed=False)
    answered = {"body_hash": body_hash, "response": body, "created_at": now}
    session.execute(_ADDED, {"user_id": principal.user_id, "key": key, **answered})
    return Answer(body=body, replayed=False)


def asked_of_key(principal: Principal, key: str) -> tuple[Asking, Asking]:
    """What :func:`once` asks first: that nobody else has the key's lock, and what was answered to the key."""
    return (
        holding(Lock.IDEMPOTENCY_KEY, key=f"{principal.user_id} {key}"),
        Asking(_ANSWERED, {"user": principal.user_id, "key": key}),
    )


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
