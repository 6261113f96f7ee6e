"""What a person shows beside their password, what they have shown so far, and how they get a new one."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant


class SecondFactor(Base):
    """The secret that an account's codes are made of (RFC 6238), sealed with a key outside the database.

    `created_at`: when the sign-in began that was shown it. `confirmed_at` None: no code was typed yet. `last_step`: of
    the last code that was taken, in steps of 30 s; no earlier one is taken again. `failures`: wrong codes in a row,
    `failed_at` the last.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sealed: Mapped[bytes]
    created_at: Mapped[Instant]
    confirmed_at: Mapped[Instant | None] = mapped_column(default=None)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[Instant | None] = mapped_column(default=None)


class RecoveryCode(Base):
    """A code for whoever lost what makes their codes: good once. 120 random bits, kept as SHA-256."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[Instant | None] = mapped_column(default=None)


class SignInStep(Base):
    """A browser whose password was right and that has more to show. Its cookie holds the secret; no session yet.

    `proven`: the second factor was shown. `kept`: the password's hash it stands on; another one ends it. `by_password`:
    the password was shown, and not what an identity provider says.
    """

    __tablename__ = "sign_in_steps"

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kept: Mapped[str]
    proven: Mapped[bool] = mapped_column(default=False)
    by_password: Mapped[bool] = mapped_column(default=True)
    expires_at: Mapped[Instant]


class FormerPassword(Base):
    """The hash of a password that was used before, kept where the profile bars its coming back."""

    __tablename__ = "former_passwords"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    password_hash: Mapped[str]
    until: Mapped[Instant]


class PasswordLink(Base):
    """A link by which one person sets a password anew: single use, for a few days, kept as a hash.

    As with the links of a sign-off: a newer one that is sent ends the earlier ones; `failure` says why it was not sent.
    """

    __tablename__ = "password_links"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    asked_by: Mapped[str]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    sent_at: Mapped[Instant | None] = mapped_column(default=None)
    failure: Mapped[str] = mapped_column(default="")
    used_at: Mapped[Instant | None] = mapped_column(default=None)
    superseded_at: Mapped[Instant | None] = mapped_column(default=None)
