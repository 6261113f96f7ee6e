"""What a person does with their own second factor once they show a code of it."""

from __future__ import annotations

from datetime import datetime

from metrics.audit_acts import AuditAction
from metrics.commands.second_factor import remove_second_factor, renew_recovery_codes, show_code
from metrics.commands.sessions import end_sessions
from metrics.database import write_session
from metrics.present_act import named
from metrics.principal import Principal

WRONG = "second_factor_wrong"


def new_recovery_codes(principal: Principal, *, code: str, now: datetime) -> tuple[str, ...] | None:
    """Ten new recovery codes, shown once; None for a wrong code, which is counted.

    Raises Forbidden `person_needed`, TooMany `code_locked`, Conflict `second_factor_missing`.
    """
    principal.require_person()
    with write_session() as session:  # of its own, for a wrong code is to be counted though it is refused
        if not show_code(session, principal.user_id, code=code, now=now):
            named(AuditAction.SIGN_IN, code=WRONG)  # counted, and nothing else is changed
            return None
        return renew_recovery_codes(session, principal.user_id)


def give_up_second_factor(principal: Principal, *, code: str, now: datetime) -> int | None:
    """Forget the second factor, so that the next sign-in sets up another; how many sessions ended, all of them.

    None for a wrong code, which is counted. Raises as :func:`new_recovery_codes`.
    """
    principal.require_person()
    with write_session() as session:
        if not show_code(session, principal.user_id, code=code, now=now):
            named(AuditAction.SIGN_IN, code=WRONG)  # counted, and nothing else is changed
            return None
        remove_second_factor(session, principal.user_id)
        return end_sessions(session, principal.user_id)
