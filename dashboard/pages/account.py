"""The page at `/account`: one's own password, second factor, browsers and tokens.

Drawn by the server and without scripts, so that passwords and what is shown once go through nothing that keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.locale import _, instant_text, language, ngettext, speaking
from dashboard.window import plain_page as form
from dashboard.window.access import COOKIE, reader
from dashboard.window.outage import AWAY
from dashboard.window.shell import role_word
from dashboard.words.accounts import password_rule, token_state_word
from dashboard.words.figures import unit_name
from metrics.addresses import client_address
from metrics.audit_acts import AuditAction
from metrics.commands.change_password import change_password
from metrics.commands.own_second_factor import give_up_second_factor, new_recovery_codes
from metrics.commands.sessions import end_session, end_sessions
from metrics.commands.sign_in_steps import WRONG_CODE
from metrics.commands.tokens import EXPIRES_AFTER, issue_token, revoke_token
from metrics.database import read_session, write_session
from metrics.errors import BadRequest, BiaochiError, Message, TooMany, Unauthenticated
from metrics.plan.store import plan_at
from metrics.present_act import named
from metrics.principal import Principal, Scope
from metrics.queries.accounts import (
    AccountListed,
    SessionListed,
    TokenListed,
    account,
    issued_tokens,
    open_sessions,
    recovery_codes_left,
)
from metrics.settings import settings

PAGE = "/account"
_LONGEST_NUMBER = 9  # digits


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done: said above the page; `shown` is shown this once, under `title`. `tokens_left`: hold still."""

    said: str
    title: str = ""
    shown: Sequence[str] = field(default=(), repr=False)
    tokens_left: str = ""


def install_account(server: Flask) -> None:
    """Add the page to `server`; it is for who is signed in (dashboard/window/access.py)."""
    server.add_url_rule(PAGE, "account", _page, methods=["GET"])
    server.add_url_rule(PAGE, "account_post", _act, methods=["POST"])


def _page() -> AnyResponse:
    with speaking(form.asked_language()):
        return _for_its_person(lambda principal: _drawn(principal))


def _act() -> AnyResponse:
    """Do what a form of the page asks for, and draw the page with what came of it."""

    def act(principal: Principal) -> AnyResponse:
        try:
            does = ACTS.get(form.field("act"))
            if does is None:
                raise BadRequest("act_unknown", Message("没有这项操作。", "There is no such act."))
            named(_AUDITED[form.field("act")])
            done = does(principal)
        except TooMany as refused:
            named(_AUDITED[form.field("act")], code=refused.code)
            return _drawn(principal, status=429, message=form.sentences(refused))
        except BiaochiError as refused:
            named(_AUDITED.get(form.field("act"), AuditAction.LOOK), code=refused.code)
            return _drawn(principal, status=422, message=form.sentences(refused))
        if done is None:  # signed out everywhere
            return redirect(f"/sign-in?lang={language()}", 303)
        shown: dict[str, Any] = {"shown": done.shown, "shown_title": done.title, "tokens_left": done.tokens_left}
        return _drawn(principal, message=done.said, done=True, **shown)

    with speaking(form.asked_language()):
        return _for_its_person(act)


def _for_its_person(answer: Callable[[Principal], AnyResponse]) -> AnyResponse:
    try:
        principal = reader()
        if principal is None:  # released data is open to anyone; an account is not
            return redirect(f"/sign-in?lang={language()}&next=/account", 303)
        return answer(principal)
    except Unauthenticated:
        return redirect(f"/sign-in?lang={language()}&next=/account", 303)
    except AWAY:
        away = form.DATABASE_AWAY.in_language(language())
        return form.plain_page("plain.html", title=_("My account"), status=503, message=away, retry_after=5)


def _change_password(principal: Principal) -> _Done:
    ended = change_password(
        principal,
        old=form.field("old_password"),
        new=form.field("new_password"),
        address=client_address(request.environ["asgi.scope"]),
        now=datetime.now(UTC),
        secret=request.cookies.get(COOKIE),
    )
    with read_session() as session:
        left = account(session, principal.username).tokens
    said = (
        _("The password is changed.") + " " + ngettext("{n} other session ended.", "{n} other sessions ended.", ended)
    )
    stay = ngettext(
        "{n} token is still valid: revoke it if somebody else may have it.",
        "{n} tokens are still valid: revoke those that somebody else may have.",
        left,
    )
    return _Done(said, tokens_left=stay if left else "")


def _recovery(principal: Principal) -> _Done:
    codes = new_recovery_codes(principal, code=form.field("code"), now=datetime.now(UTC))
    if codes is None:
        raise BadRequest(WRONG_CODE.code, WRONG_CODE.message)
    return _Done(_("The earlier recovery codes no longer work."), _("Recovery codes"), codes)


def _other_factor(principal: Principal) -> None:
    if give_up_second_factor(principal, code=form.field("code"), now=datetime.now(UTC)) is None:
        raise BadRequest(WRONG_CODE.code, WRONG_CODE.message)


def _end_session(principal: Principal) -> _Done:
    with write_session() as session:
        end_session(session, _number("id"), user_id=principal.user_id)
    return _Done(_("The session has ended."))


def _end_others(principal: Principal) -> _Done:
    with write_session() as session:
        ended = end_sessions(session, principal.user_id, but=request.cookies.get(COOKIE))
    return _Done(ngettext("{n} other session ended.", "{n} other sessions ended.", ended))


def _issue_token(principal: Principal) -> _Done:
    now, days = datetime.now(UTC), _number("days")
    most = settings().token_days
    if not 1 <= days <= most:
        raise BadRequest("days_odd", Message(f"有效天数须为 1 至 {most}。", f"A token lasts 1 to {most:,} days."))
    with write_session() as session:
        issued = issue_token(
            session,
            principal.username,
            name=form.field("name"),
            expires_at=now + timedelta(days=days),
            now=now,
        )
    return _Done(_("The token is issued."), _("Token {name}", name=issued.name), (issued.secret,))


def _revoke_token(principal: Principal) -> _Done:
    with write_session() as session:
        revoke_token(session, _number("id"), now=datetime.now(UTC), owner=principal.user_id)
    return _Done(_("The token is revoked."))


ACTS: Mapping[str, Callable[[Principal], _Done | None]] = {
    "password": _change_password,
    "recovery": _recovery,
    "factor": _other_factor,
    "end_session": _end_session,
    "end_others": _end_others,
    "issue_token": _issue_token,
    "revoke_token": _revoke_token,
}
_AUDITED: Mapping[str, AuditAction] = {
    "password": AuditAction.CHANGE_PASSWORD,
    "recovery": AuditAction.SECOND_FACTOR,
    "factor": AuditAction.SECOND_FACTOR,
    "end_session": AuditAction.END_SESSION,
    "end_others": AuditAction.END_SESSION,
    "issue_token": AuditAction.ISSUE_TOKEN,
    "revoke_token": AuditAction.REVOKE_TOKEN,
}


def _number(name: str) -> int:
    given = form.field(name).strip()
    if not (given.isascii() and given.isdigit() and len(given) <= _LONGEST_NUMBER):
        raise BadRequest("number_odd", Message("未写明是哪一项。", "Say which one is meant."))
    return int(given)


def _drawn(principal: Principal, **said: Any) -> AnyResponse:
    now = datetime.now(UTC)
    present = None if principal.credential is None else principal.credential.id
    with read_session() as session:
        plan = plan_at(session)
        own = account(session, principal.username, now=now)
        sessions = open_sessions(session, principal.username, now=now, present=present)
        tokens = issued_tokens(session, principal.username)
        left = recovery_codes_left(session, principal.user_id)
    zone = plan.document.timezone
    names = [unit_name(plan.unit_by_code[code]) if code in plan.unit_by_code else code for code in own.units]
    return form.plain_page(
        "account.html",
        title=_("My account"),
        wide=True,
        name=own.display_name,
        username=own.username,
        role=role_word(own.role),
        units=_(", ").join(names),
        rule=password_rule(),
        password_said=_password_said(own, zone=zone),
        second_factor=own.second_factor,
        second_factor_said=ngettext(
            "It is set up; {n} recovery code is left.", "It is set up; {n} recovery codes are left.", left
        ),
        sessions=[_session_row(each, zone=zone) for each in sessions],
        tokens=[_token_row(each, zone=zone, now=now) for each in reversed(tokens)],
        days=min(EXPIRES_AFTER.days, settings().token_days),
        most_days=settings().token_days,
        administers=principal.may(Scope.ADMINISTER),
        home=f"/?lang={language()}",
        **said,
    )


def _password_said(own: AccountListed, *, zone: str) -> str:
    return _("Set on {moment}.", moment=instant_text(own.password_set_at, timezone=zone))


def _session_row(each: SessionListed, *, zone: str) -> dict[str, Any]:
    return {
        "id": each.id,
        "address": each.address,
        "agent": each.agent,
        "since": instant_text(each.started_at, timezone=zone),
        "seen": instant_text(each.last_seen_at, timezone=zone),
        "present": each.present,
        "end": _("End the session from {address}", address=each.address),
    }


def _token_row(each: TokenListed, *, zone: str, now: datetime) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "state": token_state_word(each.state(now=now)),
        "active": each.state(now=now) == "active",
        "expires": _("does not expire") if each.expires_at is None else instant_text(each.expires_at, timezone=zone),
        "used": _("not used yet") if each.last_used_at is None else instant_text(each.last_used_at, timezone=zone),
        "scopes": ", ".join(each.scopes),
        "revoke": _("Revoke {name}", name=each.name),
    }
