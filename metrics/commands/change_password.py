"""Changing one's own password: by who is signed in and knows the present one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from metrics.audit_acts import AuditAction
from metrics.commands.passwords import accepted_hash, barred_hashes, keep_password
from metrics.commands.sign_in import begin_sign_in, no_failure_if_it_breaks_off, take_back
from metrics.database import write_session
from metrics.errors import Conflict, Invalid, Message, Problem
from metrics.limits import hashing
from metrics.limits.sign_in_limits import sign_in_limits
from metrics.models import SignInFailure, User
from metrics.present_act import doing
from metrics.principal import Principal


def change_password(
    principal: Principal, *, old: str, new: str, address: str, now: datetime, secret: str | None = None
) -> int:
    """Change the principal's password and say how many sessions ended: all but the one of `secret`.

    A wrong present password counts as a failed sign-in from that address: who finds a browser open cannot guess it. A
    right one does not, whatever becomes of the new one.
    Raises Forbidden `person_needed` for a token, TooMany, Invalid `password_wrong`, `password_invalid`, Conflict if the
    password was changed meanwhile.
    """
    principal.require_person()
    sign_in_limits().admit(principal.username, address=address)
    with doing(AuditAction.SIGN_IN), write_session() as session:  # the change itself comes later, or does not
        attempt = begin_sign_in(session, principal.username, address=address, now=now)
    with no_failure_if_it_breaks_off(attempt):
        right, _better_hash = hashing.compare(old, attempt.kept)
    if not right:
        message = Message("现用密码不正确。", "The present password is not right.")
        raise Invalid("password_wrong", message, [Problem("password_wrong", message, "/old_password")])
    with no_failure_if_it_breaks_off(attempt), doing(AuditAction.SIGN_IN), write_session() as session:
        take_back(session, attempt)
        former = barred_hashes(session, session.get_one(User, principal.user_id))
    sign_in_limits().succeeded(principal.username, address=address)
    password_hash = accepted_hash(new, username=principal.username, former=former, pointer="/new_password")
    with write_session() as session:
        user = session.get_one(User, principal.user_id, with_for_update=True)
        if user.password_hash != attempt.kept:
            message = Message("密码刚刚已被更改。", "The password was changed just now.")
            raise Conflict("password_changed", message)
        mine = (SignInFailure.username == user.username) & (SignInFailure.address == address)
        session.execute(delete(SignInFailure).where(mine))
        return keep_password(session, user, password_hash=password_hash, now=now, but=secret)
