"""The page at `/admin/add` and the answer to a reset: an account's password, shown this once.

Drawn by the server and without scripts, so that what is shown once goes through nothing that keeps it (decision 184).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Flask, redirect
from werkzeug.wrappers import Response as AnyResponse

from dashboard.acts.accounts import known_units, role_named, tokens_revoked, unit_codes
from dashboard.locale import _, instant_text, language, pgettext, speaking
from dashboard.window import plain_page as form
from dashboard.window.access import reader
from dashboard.window.outage import AWAY
from dashboard.window.shell import role_word
from metrics.audit_acts import AuditAction
from metrics.authority import authority_of
from metrics.commands.passwords import TemporaryPassword, new_temporary_password, reset_password
from metrics.commands.users import add_user
from metrics.database import read_session, write_session
from metrics.errors import BiaochiError, Conflict, Forbidden, NotFound, TooMany, Unauthenticated
from metrics.plan.store import plan_at
from metrics.present_act import about, named
from metrics.principal import Principal, Role, Scope
from metrics.settings import settings
from metrics.usernames import is_username, plain_username

PAGE, RESET = "/admin/add", "/admin/password"
_FIELDS = ("username", "display_name", "role", "units", "email")
_STATUS = {Conflict: 409, Forbidden: 403, NotFound: 404, TooMany: 429}


def install_new_account(server: Flask) -> None:
    """Add both to `server`; they are for administrators."""
    server.add_url_rule(PAGE, "admin_add", lambda: _for_administrators(AuditAction.LOOK, _form), methods=["GET"])
    server.add_url_rule(
        PAGE, "admin_add_post", lambda: _for_administrators(AuditAction.ADD_USER, _add), methods=["POST"]
    )
    server.add_url_rule(RESET, "admin_password", lambda: redirect("/admin?show=accounts", 303), methods=["GET"])
    server.add_url_rule(
        RESET, "admin_password_post", lambda: _for_administrators(AuditAction.RESET_PASSWORD, _reset), methods=["POST"]
    )


def _for_administrators(action: AuditAction, answer: Callable[[Principal], AnyResponse]) -> AnyResponse:
    """What `answer` draws; whoever is not an administrator is refused, and that is noted as a refusal of `action`."""
    with speaking(form.asked_language()):
        named(action)
        try:
            principal = reader()
            if principal is None:
                return _sign_in()
            principal.require(Scope.ADMINISTER)
            name = plain_username(form.field("username"))
            about(name if is_username(name) else "")
            return answer(principal)
        except Unauthenticated:
            return _sign_in()
        except AWAY:
            return _plain(503, form.DATABASE_AWAY.in_language(language()), retry_after=5)
        except BiaochiError as refused:
            named(action, code=refused.code)
            return _plain(_STATUS.get(type(refused), 422), form.sentences(refused))


def _sign_in() -> AnyResponse:
    return redirect("/sign-in?" + urlencode({"lang": language(), "next": "/admin?show=accounts"}), 303)


def _plain(status: int, message: str, *, retry_after: int | None = None) -> AnyResponse:
    return form.plain_page(
        "plain.html", title=_("Administration"), status=status, message=message, retry_after=retry_after
    )


def _form(_principal: Principal) -> AnyResponse:
    return _drawn({}, status=200)


def _add(principal: Principal) -> AnyResponse:
    """Add the account and show its password; what is wrong is said at its field, beside what was typed."""
    secret, now = new_temporary_password(), datetime.now(UTC)
    made = TemporaryPassword("", secret, now + timedelta(days=settings().confirmation_days))
    try:
        with write_session(authority_of(principal)) as session:
            plan = plan_at(session)
            added = add_user(
                session,
                form.field("username"),
                display_name=form.field("display_name"),
                role=role_named(form.field("role")),
                units=unit_codes(plan, form.field("units")),
                password=secret,
                known_units=known_units(plan),
                now=now,
                email=form.field("email"),
                password_until=made.until,
            )
    except (Forbidden, NotFound, TooMany):
        raise
    except BiaochiError as refused:
        named(AuditAction.ADD_USER, code=refused.code)
        wrong: dict[str, list[str]] = {}
        for problem in refused.problems:
            wrong.setdefault(problem.pointer.lstrip("/"), []).append(problem.message.in_language(language()))
        if refused.code == "username_taken":
            wrong["username"] = [refused.message.in_language(language())]
        status = 409 if isinstance(refused, Conflict) else 422
        return _drawn(wrong, status=status, message=refused.message.in_language(language()))
    return _shown(TemporaryPassword(added.username, secret, made.until), _("{name} is added.", name=added.username))


def _reset(principal: Principal) -> AnyResponse:
    lasts = timedelta(days=settings().confirmation_days)
    made = reset_password(form.field("username"), now=datetime.now(UTC), lasts=lasts, by=principal)
    said = _("The password of {name} is reset; all its sessions ended.", name=made.username)
    return _shown(made, said + " " + tokens_revoked(made.tokens_revoked))


def _drawn(wrong: Mapping[str, list[str]], *, status: int, message: str | None = None) -> AnyResponse:
    return form.plain_page(
        "new_account.html",
        title=_("Add an account"),
        wide=True,
        status=status,
        message=message,
        typed={name: form.field(name) for name in _FIELDS},
        wrong=wrong,
        role_label=pgettext("account", "Role"),
        roles=[(role.value, role_word(role)) for role in Role],
        back=_to_accounts(),
    )


def _shown(made: TemporaryPassword, said: str) -> AnyResponse:
    with read_session() as session:
        zone = plan_at(session).document.timezone
    until = instant_text(made.until, timezone=zone)
    return form.plain_page(
        "new_account.html",
        title=_("Password for {name}", name=made.username),
        wide=True,
        message=said,
        done=True,
        password=made.password,
        holds=_("It can only be used to choose another password at the next sign-in, until {until}.", until=until),
        one=f"/admin/accounts/{made.username}?" + urlencode({"lang": language()}),
        name=made.username,
        back=_to_accounts(),
    )


def _to_accounts() -> str:
    return "/admin?" + urlencode({"show": "accounts", "lang": language()})
