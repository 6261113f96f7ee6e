"""A key makes a retry harmless."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from metrics.commands.idempotency_keys import once, require_key
from metrics.database import WriteSession
from metrics.errors import BadRequest, Invalid, KeyReused, Message
from metrics.models import IdempotencyKey
from metrics.principal import Principal
from tests.people import person


class Doing:
    """Something that can be counted."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, Any]:
        self.times += 1
        return {"time": self.times, "figure": "38.5"}


@pytest.fixture
def chen(session: WriteSession) -> Principal:
    return person(session)


def test_the_same_request_is_done_once_and_answered_the_same(session: WriteSession, chen: Principal) -> None:
    do = Doing()
    first = once(session, principal=chen, key="k", asked={"a": 1, "b": [2]}, do=do)
    again = once(session, principal=chen, key="k", asked={"b": [2], "a": 1}, do=do)
    assert (do.times, first.replayed, again.replayed) == (1, False, True)
    assert first.body == again.body


def test_another_request_with_the_key_is_refused(session: WriteSession, chen: Principal) -> None:
    do = Doing()
    once(session, principal=chen, key="k", asked={"a": 1}, do=do)
    with pytest.raises(KeyReused):
        once(session, principal=chen, key="k", asked={"a": "1"}, do=do)
    assert do.times == 1


def test_a_key_belongs_to_whoever_used_it(session: WriteSession, chen: Principal) -> None:
    do = Doing()
    once(session, principal=chen, key="k", asked={"a": 1}, do=do)
    other = once(session, principal=person(session, "wang"), key="k", asked={"b": 2}, do=do)
    assert (do.times, other.replayed) == (2, False)


def test_a_refusal_leaves_the_key_free(session: WriteSession, chen: Principal) -> None:
    def refuse() -> dict[str, Any]:
        raise Invalid("refused", Message("不行", "no"))

    with pytest.raises(Invalid):
        once(session, principal=chen, key="k", asked={"a": 1}, do=refuse)
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0
    assert not once(session, principal=chen, key="k", asked={"a": 2}, do=Doing()).replayed


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("", "idempotency_key_invalid"),
        ("a b", "idempotency_key_invalid"),
        ("键", "idempotency_key_invalid"),
        ("x" * 256, "idempotency_key_invalid"),
        ("a\n", "idempotency_key_invalid"),
    ],
)
def test_a_key_is_visible_ascii(key: str | None, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        require_key(key)
    assert refused.value.code == code


@pytest.mark.parametrize("key", ["!", "x" * 255, "0b5c4f0e-8f7a-4f5e-9b57-6f1a1c9f0f3a", "~"])
def test_any_visible_ascii_will_do(key: str) -> None:
    assert require_key(key) == key
