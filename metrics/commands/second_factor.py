"""Setting up a person's second factor, and taking what they show of it: each code once, few guesses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from metrics import second_factor
from metrics.credentials import digest
from metrics.database import WriteSession
from metrics.errors import Conflict, Message, TooMany
from metrics.models import RecoveryCode, SecondFactor

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator is given: `address` as a QR code, `secret` to type."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


def begin_set_up(session: WriteSession, user_id: int, *, username: str, begun: datetime) -> SetUp:
    """The secret that the account's codes will be made of, if a code confirms it.

    `begun`: when the sign-in began that is shown it. It is the same however often that one draws its page; any other
    sign-in draws another secret, so that nobody confirms one that somebody else has seen. Wrong codes stay counted.
    Raises Conflict `second_factor_set` where one is confirmed.
    """
    sealed = second_factor.seal(second_factor.new_secret(), user_id=user_id)
    values = {"user_id": user_id, "sealed": sealed, "created_at": begun, "last_step": 0, "failures": 0}
    anew = (
        insert(SecondFactor)
        .values(values)
        .on_conflict_do_update(
            index_elements=[SecondFactor.user_id],
            set_={"sealed": sealed, "created_at": begun, "last_step": 0},
            where=SecondFactor.confirmed_at.is_(None) & (SecondFactor.created_at != begun),
        )
    )
    session.execute(anew)
    kept = _locked(session, user_id)
    if kept is None or kept.confirmed_at is not None:
        raise Conflict(
            code="second_factor_set",
            message=Message("该账号已设置第二因素。", "This account has a second factor already."),
        )
    secret = second_factor.unseal(kept.sealed, user_id=user_id)
    return SetUp(secret, second_factor.authenticator_address(secret, username=username))


def confirm_set_up(session: WriteSession, user_id: int, *, code: str, now: datetime) -> tuple[str, ...] | None:
    """Take the first code and return the recovery codes, shown once; None for a wrong code, which is counted.

    Raises TooMany after five wrong ones, Conflict `second_factor_missing` or `second_factor_set`.
    """
    kept = _locked(session, user_id)
    if kept is None:
        raise _nothing_set_up()
    if kept.confirmed_at is not None:
        raise Conflict(
            code="second_factor_set",
            message=Message("该账号已设置第二因素。", "This account has a second factor already."),
        )
    if not _taken(session, kept, code=code, now=now):
        return None
    kept.confirmed_at = now
    return renew_recovery_codes(session, user_id)


def show_code(session: WriteSession, user_id: int, *, code: str, now: datetime) -> bool:
    """True if `code` is the account's present code or one of its recovery codes; either is used up by it.

    A wrong one is counted, so the transaction has to be committed. Raises TooMany `code_locked` after five wrong ones
    in 15 minutes, from wherever: who gets here knows the password. Conflict `second_factor_missing`.
    """
    kept = _locked(session, user_id)
    if kept is None or kept.confirmed_at is None:
        raise _nothing_set_up()
    return _taken(session, kept, code=code, now=now)


def has_second_factor(session: WriteSession, user_id: int) -> bool:
    """True once a code confirmed it."""
    asked = select(SecondFactor.user_id).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    return session.scalar(asked) is not None


def renew_recovery_codes(session: WriteSession, user_id: int) -> tuple[str, ...]:
    """Ten new recovery codes, shown once; the earlier ones end."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = second_factor.new_recovery_codes()
    for code in codes:
        session.add(RecoveryCode(user_id=user_id, code_hash=digest(second_factor.plain_code(code))))
    session.flush()
    return codes


def remove_second_factor(session: WriteSession, user_id: int) -> None:
    """Forget it with its recovery codes; the account's next sign-in sets it up anew."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))


def _locked(session: WriteSession, user_id: int) -> SecondFactor | None:
    """The account's, locked: of two that show the same code at once, one is told that it was used."""
    asked = select(SecondFactor).where(SecondFactor.user_id == user_id).with_for_update()
    return session.scalar(asked.execution_options(populate_existing=True))


def _taken(session: WriteSession, kept: SecondFactor, *, code: str, now: datetime) -> bool:
    _refuse_locked(kept, now=now)
    typed = second_factor.plain_code(code)
    if second_factor.is_code(typed):
        secret = second_factor.unseal(kept.sealed, user_id=kept.user_id)
        step = second_factor.step_of(secret, typed, after=kept.last_step, now=now)
        right = step is not None
        kept.last_step = step or kept.last_step
    else:
        right = kept.confirmed_at is not None and _recovered(session, kept.user_id, typed, now=now)
    kept.failures = 0 if right else kept.failures + 1
    kept.failed_at = None if right else now
    session.flush()
    return right


def _recovered(session: WriteSession, user_id: int, typed: str, *, now: datetime) -> bool:
    """Use up the recovery code; False if there is none such, or it was used."""
    code = session.get(RecoveryCode, (user_id, digest(typed)), with_for_update=True)
    if code is None or code.used_at is not None:
        return False
    code.used_at = now
    return True


def _refuse_locked(kept: SecondFactor, *, now: datetime) -> None:
    """Raise TooMany after five wrong codes in a row; a quarter of an hour after the last, count anew."""
    if kept.failed_at is not None and kept.failed_at <= now - LOCKED_FOR:
        kept.failures = 0
    if kept.failures >= MOST_FAILURES and kept.failed_at is not None:
        seconds = int((kept.failed_at + LOCKED_FOR - now).total_seconds()) + 1
        minutes = -(-seconds // 60)
        raise TooMany(
            code="code_locked",
            message=Message(
                f"验证码错误次数过多,请在 {minutes} 分钟后再试。",
                f"Too many wrong codes: try again in {minutes} minutes.",
            ),
            retry_after=seconds,
        )


def _nothing_set_up() -> Conflict:
    return Conflict(
        code="second_factor_missing",
        message=Message("该账号尚未设置第二因素。", "This account has no second factor yet."),
    )
