"""An administrator's acts on accounts, their sessions and tokens; what shows a secret is pages/new_account.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from dashboard.locale import _, instant_text, ngettext
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.window.shell import role_word
from metrics.authority import authority_of
from metrics.commands.change_account import (
    AccountChanged,
    change_email,
    change_role,
    change_units,
    disable_user,
    enable_user,
    end_all_sessions,
    reset_second_factor,
)
from metrics.commands.sessions import end_session
from metrics.commands.tokens import revoke_token
from metrics.commands.users import user_named
from metrics.database import WriteSession, read_session, write_session
from metrics.errors import BadRequest, Message
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role, Scope
from metrics.reminders.password_link import send_password_link
from metrics.settings import settings
from metrics.supervision.bodies import bodies

_BETWEEN = re.compile(r"[,\uff0c、;\uff1b\n]+")  # full-width ones too
_LONGEST_NUMBER = 9  # digits


def enable(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    name = asked.field("username")
    _changed(principal, lambda session: enable_user(session, name, by=principal))
    return [Outcome(True, _("{name} may sign in again; the tokens stay revoked.", name=name))]


def disable(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    name, now = asked.field("username"), datetime.now(UTC)
    changed = _changed(principal, lambda session: disable_user(session, name, now=now, by=principal))
    said = _("{name} is disabled.", name=name)
    return [Outcome(True, said + " " + _all_ended(changed))]


def role(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    name, wanted, now = asked.field("username"), role_named(asked.field("role")), datetime.now(UTC)

    def change(session: WriteSession) -> AccountChanged:
        plan = plan_at(session)
        units, known = unit_codes(plan, asked.field("units")), known_units(plan)
        return change_role(session, name, role=wanted, units=units, known_units=known, now=now, by=principal)

    changed = _changed(principal, change)
    said = _("{name} is now: {role}.", name=name, role=role_word(changed.role))
    return [Outcome(True, said + " " + _all_ended(changed))]


def units(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    name, now = asked.field("username"), datetime.now(UTC)

    def change(session: WriteSession) -> AccountChanged:
        plan = plan_at(session)
        codes = unit_codes(plan, asked.field("units"))
        return change_units(session, name, units=codes, known_units=known_units(plan), now=now, by=principal)

    changed = _changed(principal, change)
    said = _("{name} now has these units: {units}.", name=name, units=", ".join(changed.units))
    return [Outcome(True, said + " " + _all_ended(changed))]


def email(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    name, address = asked.field("username"), asked.field("email")
    now = datetime.now(UTC)
    _changed(principal, lambda session: change_email(session, name, email=address, now=now, by=principal))
    return [Outcome(True, _("The e-mail address of {name} is recorded.", name=name))]


def send_link(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The person is sent a link to set a password; whoever asks for it never sees it."""
    sent = send_password_link(settings(), asked.field("username"), by=principal)
    with read_session() as session:
        zone = plan_at(session).document.timezone
    until = instant_text(sent.expires_at, timezone=zone)
    return [
        Outcome(True, _("{name}: the link has been sent and is valid until {until}.", name=sent.username, until=until))
    ]


def remove_second_factor(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    name, now = asked.field("username"), datetime.now(UTC)
    changed = _changed(principal, lambda session: reset_second_factor(session, name, now=now, by=principal))
    said = _("{name} sets up another second factor at the next sign-in.", name=name)
    return [Outcome(True, said + " " + _all_ended(changed))]


def end(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """End one session of an account, or all where none is named."""
    name, number = asked.field("username"), asked.field("session")
    if not number:
        changed = _changed(principal, lambda session: end_all_sessions(session, name, by=principal))
        return [Outcome(True, name + _(": ") + _ended(changed))]
    principal.require(Scope.ADMINISTER)
    with write_session(authority_of(principal)) as session:
        end_session(session, _number(number), user_id=user_named(session, name).id)
    return [Outcome(True, _("The session of {name} has ended.", name=name))]


def revoke(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    number = _number(asked.field("token"))
    principal.require(Scope.ADMINISTER)
    with write_session(authority_of(principal)) as session:
        revoke_token(session, number, now=datetime.now(UTC))
    return [Outcome(True, _("Token {number} is revoked.", number=number))]


def unit_codes(plan: Plan, text: str) -> list[str]:
    """The codes of the units that are listed by name or code; what names none, or more than one, as it was written."""
    return [_code(plan, each.strip()) for each in _BETWEEN.split(text) if each.strip()]


def known_units(plan: Plan) -> set[str]:
    """The codes that may be given to a clerk or leader."""
    return set(bodies(plan))


def role_named(text: str) -> Role:
    """Raises BadRequest for a role that there is not."""
    if text not in list(Role):
        raise BadRequest("role_unknown", Message("没有这个角色。", "There is no such role."))
    return Role(text)


def _code(plan: Plan, text: str) -> str:
    name = text.casefold()
    found = [unit.code for unit in plan.reporting_units if name in (unit.name.zh, unit.name.en.casefold())]
    return found[0] if text not in plan.unit_by_code and len(found) == 1 else text


def _changed(principal: Principal, change: Callable[[WriteSession], AccountChanged]) -> AccountChanged:
    with write_session(authority_of(principal)) as session:
        return change(session)


def _ended(changed: AccountChanged) -> str:
    return ngettext("{n} session ended.", "{n} sessions ended.", changed.sessions_ended)


def _all_ended(changed: AccountChanged) -> str:
    return _ended(changed) + " " + tokens_revoked(changed.tokens_revoked)


def tokens_revoked(number: int) -> str:
    """How many tokens an act revoked."""
    return ngettext("{n} token was revoked.", "{n} tokens were revoked.", number)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise BadRequest("number_odd", Message("未写明是哪一项。", "Which one is not said."))
    return int(text)
