"""Who may do what: people, their sessions and tokens, and the keys that make a retry harmless."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant


class User(Base):
    """A person or a script's owner. ``3 | chen | 陈 | clerk | {441202} | $argon2id$… | true``"""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role in ('clerk', 'reviewer', 'evaluator', 'assessor', 'admin', 'leader')", name="role"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    units: Mapped[list[str]]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    email: Mapped[str] = mapped_column(default="")  # where links to set a password go; empty: nowhere
    password_set_at: Mapped[Instant]
    password_until: Mapped[Instant | None] = mapped_column(default=None)  # of one that another person knows


class Session(Base):
    """A signed-in browser. The cookie holds the secret, the table its SHA-256; `id` names it to people.

    `last_seen_at` is at most a minute behind. `agent`: what the browser called itself when it signed in.
    """

    __tablename__ = "sessions"

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    id: Mapped[int] = mapped_column(Identity(), unique=True)
    address: Mapped[str]
    agent: Mapped[str]
    last_seen_at: Mapped[Instant]


class Token(Base):
    """A bearer token. Shown once when issued; the table holds its SHA-256."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[str]]
    units: Mapped[list[str]]  # narrows the user's own units; empty: no narrowing
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    last_used_at: Mapped[Instant | None] = mapped_column(default=None)  # at most a minute behind


class SignInFailure(Base):
    """A failed sign-in, kept for the lock-out of that account from that address."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_username_address", "username", "address", "failed_at"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    username: Mapped[str]
    address: Mapped[str]
    failed_at: Mapped[Instant]


class IdempotencyKey(Base):
    """What was answered to a key, so that a retry gets the same answer."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    response: Mapped[dict[str, Any]]
    created_at: Mapped[Instant]
