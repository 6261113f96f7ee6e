"""What a person shows after their password: a second factor, set up at the first sign-in; a new password where due.

In between a browser holds the secret of a *step* for ten minutes. It is no session: only these functions take it.
The demonstration's accounts, and only they, have no second factor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from metrics.audit_acts import AuditAction
from metrics.commands import second_factor
from metrics.commands.passwords import accepted_hash, barred_hashes, keep_password, refuse_password
from metrics.commands.second_factor import SetUp, has_second_factor
from metrics.commands.sessions import Browser, SignedIn, open_session
from metrics.credentials import digest, new_session_secret
from metrics.database import WriteSession, write_session
from metrics.errors import BiaochiError, Invalid, Message, Unauthenticated
from metrics.models import SignInStep, User
from metrics.password_rules import profile
from metrics.present_act import about, doing, named
from metrics.queries.principals import may_sign_in
from metrics.usernames import is_username, plain_username

LASTS = timedelta(minutes=10)


class NextStep(StrEnum):
    """What is to be shown next."""

    CODE = "code"
    SET_UP = "set_up"
    PASSWORD = "password"  # noqa: S105  the name of a step


@dataclass(frozen=True, slots=True)
class MoreToShow:
    """The password was right, and `step` comes next. `secret` belongs into a cookie; it ends at `expires_at`."""

    step: NextStep
    secret: str = field(repr=False)
    expires_at: datetime
    username: str


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """Why nobody is signed in. Whether the name, the password or the account is at fault is not said."""

    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class SetUpDone:
    """The second factor is set up. `recovery_codes` are shown once; `then`: a session, or what is still to be shown."""

    recovery_codes: tuple[str, ...] = field(repr=False)
    then: SignedIn | MoreToShow


REFUSED = SignInRefused(
    code="sign_in_refused", message=Message("用户名或密码不正确。", "The username or the password is not right.")
)
NO_ACCOUNT = SignInRefused(
    code="identity_without_account",
    message=Message(
        "您在本系统没有可用的账号,请联系管理员。", "You have no account here that may sign in: ask the administrator."
    ),
)
PASSWORD_DUE = SignInRefused(
    "password_due",
    Message("密码须更换后方可登录(new_password)。", "The password is to be changed first (`new_password`)."),
)
WRONG_CODE = SignInRefused(
    code="second_factor_wrong",
    message=Message(
        "验证码不正确、已用过或已过时,请输入最新的验证码。", "This code is wrong, used or over: type the newest one."
    ),
)


def admit(
    session: WriteSession, user: User, *, proven: bool, browser: Browser, now: datetime, by_password: bool = True
) -> SignedIn | MoreToShow:
    """A session for `user`, whose password was right, or what they show next. `proven`: the second factor was shown.

    `by_password` False: an identity provider vouches for them, and the password's age is no matter.
    """
    session.execute(delete(SignInStep).where((SignInStep.user_id == user.id) & (SignInStep.expires_at <= now)))
    step = _next(session, user, proven=proven, by_password=by_password, now=now)
    if step is None:
        return open_session(session, user, browser=browser, now=now)
    secret = new_session_secret()
    expires_at = now + LASTS
    shown = {"proven": proven, "by_password": by_password}
    session.add(
        SignInStep(secret_hash=digest(secret), user_id=user.id, kept=user.password_hash, expires_at=expires_at, **shown)
    )
    session.flush()
    return MoreToShow(step, secret, expires_at, user.username)


def admit_known(
    username: str, *, proven: bool, browser: Browser, now: datetime
) -> SignedIn | MoreToShow | SignInRefused:
    """As :func:`admit`, for the account of somebody whom the identity provider names. It makes no account."""
    name = plain_username(username)
    with write_session() as session:
        user = None
        if is_username(name):
            about(name)
            user = session.scalar(select(User).where(User.username == name).with_for_update())
        if user is None or user.demonstration or not may_sign_in(user):
            return NO_ACCOUNT
        return admit(session, user, proven=proven, browser=browser, now=now, by_password=False)


def present_step(secret: str, *, now: datetime) -> MoreToShow:
    """What the browser with `secret` has to show. Raises Unauthenticated `sign_in_over`."""
    with write_session() as session:
        found, user = _step(session, secret, now=now)
        step = _next(session, user, proven=found.proven, by_password=found.by_password, now=now)
        if step is None:  # what was due was done meanwhile, elsewhere
            raise _over()
        return MoreToShow(step, secret, found.expires_at, user.username)


def against_password(secret: str, *, password: str | None, now: datetime) -> BiaochiError | None:
    """What keeps a sign-in from ending once the second factor is shown: a new password is due and this is none.

    None: nothing. Raises Unauthenticated `sign_in_over`.
    """
    with write_session() as session:
        found, user = _step(session, secret, now=now)
        if not _password_due(user, by_password=found.by_password, now=now):
            return None
        username, former = user.username, barred_hashes(session, user)
    if password is None:
        return Unauthenticated(code=PASSWORD_DUE.code, message=PASSWORD_DUE.message)
    try:
        refuse_password(password, username=username, former=former)
    except Invalid as refused:
        return refused
    return None


def show_second_factor(
    secret: str, *, code: str, browser: Browser, now: datetime, against: BiaochiError | None = None
) -> SignedIn | MoreToShow | SignInRefused:
    """Take a code or a recovery code. A wrong one is counted, and the step stays; a right one is not used up `against`.

    Raises Unauthenticated `sign_in_over`, TooMany `code_locked`, and `against`.
    """
    with write_session() as session:
        found, user = _step(session, secret, now=now)
        if not second_factor.show_code(session, user.id, code=code, now=now):
            return WRONG_CODE
        if against is not None:
            raise against
        session.delete(found)
        return admit(session, user, proven=True, browser=browser, now=now, by_password=found.by_password)


def begin_second_factor(secret: str, *, now: datetime) -> SetUp:
    """What to give to an authenticator, for an account without a second factor: the same while the step lasts.

    Raises Unauthenticated `sign_in_over`, Conflict `second_factor_set`.
    """
    with doing(AuditAction.SECOND_FACTOR), write_session() as session:
        found, user = _step(session, secret, now=now)
        about(f"{user.username} begun")
        return second_factor.begin_set_up(session, user.id, username=user.username, begun=found.expires_at - LASTS)


def confirm_second_factor(
    secret: str, *, code: str, browser: Browser, now: datetime, against: BiaochiError | None = None
) -> SetUpDone | SignInRefused:
    """Take the first code of the authenticator, which is not used up `against` something.

    Raises Unauthenticated, Conflict, TooMany, and `against`, with which the recovery codes would be lost.
    """
    with doing(AuditAction.SIGN_IN), write_session() as session:
        found, user = _step(session, secret, now=now)
        codes = second_factor.confirm_set_up(session, user.id, code=code, now=now)
        if codes is None:  # counted, and nothing else is changed
            return WRONG_CODE
        if against is not None:
            raise against
        named(AuditAction.SECOND_FACTOR)
        about(f"{user.username} confirmed")
        session.delete(found)
        then = admit(session, user, proven=True, browser=browser, now=now, by_password=found.by_password)
        return SetUpDone(codes, then)


def choose_password(secret: str, *, password: str, browser: Browser, now: datetime) -> SignedIn | MoreToShow:
    """Replace a password that is temporary or too old, and go on.

    Raises Unauthenticated `sign_in_over`, also before the second factor was shown; Invalid `password_invalid`.
    """
    with write_session() as session:
        found, user = _step(session, secret, now=now)
        due = _next(session, user, proven=found.proven, by_password=found.by_password, now=now)
        if due is not NextStep.PASSWORD:
            raise _over()
        username, former = user.username, barred_hashes(session, user)
    password_hash = accepted_hash(password, username=username, former=former)
    with doing(AuditAction.CHANGE_PASSWORD), write_session() as session:
        found, user = _step(session, secret, now=now)
        proven = found.proven
        keep_password(session, user, password_hash=password_hash, now=now)
        return admit(session, user, proven=proven, browser=browser, now=now)


def needs_second_factor(user: User) -> bool:
    """False for the demonstration's accounts, which sign in nowhere else."""
    return not user.demonstration


def _next(session: WriteSession, user: User, *, proven: bool, by_password: bool, now: datetime) -> NextStep | None:
    if needs_second_factor(user) and not proven:
        return NextStep.CODE if has_second_factor(session, user.id) else NextStep.SET_UP
    return NextStep.PASSWORD if _password_due(user, by_password=by_password, now=now) else None


def _password_due(user: User, *, by_password: bool, now: datetime) -> bool:
    lasts = profile().lasts
    too_old = lasts is not None and not user.demonstration and user.password_set_at + lasts <= now
    return by_password and (user.password_until is not None or too_old)


def _step(session: WriteSession, secret: str, *, now: datetime) -> tuple[SignInStep, User]:
    """The step and its account, both locked, the account first as everywhere. Raises Unauthenticated."""
    owner = session.scalar(select(SignInStep.user_id).where(SignInStep.secret_hash == digest(secret)))
    user = None if owner is None else session.get(User, owner, with_for_update=True)
    found = session.get(SignInStep, digest(secret), with_for_update=True)
    if (
        user is None
        or found is None
        or found.expires_at <= now
        or found.kept != user.password_hash
        or not may_sign_in(user)
    ):
        raise _over()
    about(user.username)
    return found, user


def _over() -> Unauthenticated:
    return Unauthenticated(
        code="sign_in_over",
        message=Message("登录未在十分钟内完成,请重新登录。", "The sign-in was not finished in time: begin anew."),
    )
