"""Who acts, from where, and what is being done: known to whatever a request or a command calls, and to the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from metrics.audit_acts import AuditAction, AuditChannel
from metrics.principal import Principal

LONGEST_SUBJECT = 300  # characters


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or a token of one; without a name nobody known. `token`: the token's name, empty for a person."""

    name: str = ""
    user_id: int | None = None
    role: str = ""
    token: str = ""

    @classmethod
    def of(cls, principal: Principal) -> Actor:
        return cls(principal.username, principal.user_id, principal.role.value, principal.token)


@dataclass(slots=True)
class Acting:
    """One request or command under way. It is filled in as more of it is known: who asks, and for what.

    `subject`: what is acted on, as its address names it, or the places of the ledger that were written. `code`: that of
    the refusal, if any. `route`: the address with names in its places, such as `/releases/{number}`; empty where
    nothing of the API answers.
    """

    channel: AuditChannel
    address: str
    request_id: str = ""
    actor: Actor = field(default_factory=Actor)
    action: AuditAction = AuditAction.LOOK
    subject: str = ""
    code: str = ""
    route: str = ""


_present: ContextVar[Acting | None] = ContextVar("acting", default=None)


def present_acting() -> Acting | None:
    """What is under way here; None in threads of the service's own and in tests that call a command directly."""
    return _present.get()


@contextmanager
def under_way(acting: Acting) -> Iterator[Acting]:
    """Make `acting` what is under way for the block and everything that it calls."""
    before = _present.set(acting)
    try:
        yield acting
    finally:
        _present.reset(before)


@contextmanager
def doing(action: AuditAction, subject: str = "") -> Iterator[Acting | None]:
    """Say that the block does `action`; what was under way goes on after it."""
    acting = _present.get()
    if acting is None:
        yield None
        return
    before = acting.action, acting.subject, acting.code
    acting.action, acting.subject, acting.code = action, as_subject(subject), ""
    try:
        yield acting
    finally:
        acting.action, acting.subject, acting.code = before


def named(action: AuditAction, *, code: str = "") -> None:
    """Say what is being done until the request ends, and the code of the refusal, if it is one."""
    acting = _present.get()
    if acting is not None:
        acting.action, acting.code = action, code


def refused_with(code: str) -> None:
    """Say the code of the refusal, whatever is being done."""
    acting = _present.get()
    if acting is not None:
        acting.code = code


def seen(principal: Principal | None) -> None:
    """Say who is acting, as soon as that is known."""
    acting = _present.get()
    if acting is not None and principal is not None:
        acting.actor = Actor.of(principal)


def about(subject: str) -> None:
    """Say what is acted on, where the address does not: an account's name, a unit and a month. Never a secret."""
    acting = _present.get()
    if acting is not None:
        acting.subject = as_subject(subject)


def as_subject(text: str) -> str:
    """`text` as the audit keeps it: on one line, at most 300 characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:LONGEST_SUBJECT])
