"""The pages after the password: the code of the second factor, its setting up, a new password where one is due.

In between the browser has a cookie for this address alone; it is no session (metrics/commands/sign_in_steps.py).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.locale import _, language, speaking
from dashboard.window.access import COOKIE, STEP_COOKIE, STEP_PAGE, local_path, onwards, signed_in, to_step
from dashboard.window.outage import AWAY
from dashboard.window.plain_page import DATABASE_AWAY, asked_language, browser_of, field, plain_page, sentences
from dashboard.words.accounts import password_rule
from metrics.audit_acts import AuditAction
from metrics.commands.sessions import SignedIn
from metrics.commands.sign_in_steps import (
    MoreToShow,
    NextStep,
    SetUpDone,
    SignInRefused,
    begin_second_factor,
    choose_password,
    confirm_second_factor,
    present_step,
    show_second_factor,
)
from metrics.errors import BiaochiError, TooMany, Unauthenticated
from metrics.present_act import named
from metrics.second_factor import qr_code

_Outcome = SignedIn | MoreToShow | SetUpDone | SignInRefused


def install_sign_in_steps(server: Flask) -> None:
    """Add the page to `server`; it is open to whoever holds a step (dashboard/window/access.py)."""
    server.add_url_rule(STEP_PAGE, "sign_in_step", _page, methods=["GET"])
    server.add_url_rule(STEP_PAGE, "sign_in_step_post", _shown, methods=["POST"])


def _page() -> AnyResponse:
    with speaking(asked_language()):
        return _drawn(status=200, message=None)


def _shown() -> AnyResponse:
    """Take what was typed for the step that is due."""
    named(AuditAction.SIGN_IN)
    with speaking(asked_language()):
        try:
            outcome = _taken(present_step(_secret(), now=datetime.now(UTC)))
        except Unauthenticated:
            return _anew()
        except TooMany as refused:
            named(AuditAction.SIGN_IN, code=refused.code)
            return _drawn(status=429, message=sentences(refused), retry_after=refused.retry_after)
        except AWAY:
            return _drawn(status=503, message=DATABASE_AWAY.in_language(language()), retry_after=5)
        except BiaochiError as refused:
            named(AuditAction.SIGN_IN, code=refused.code)
            return _drawn(status=422, message=sentences(refused))
        if isinstance(outcome, SignInRefused):
            named(AuditAction.SIGN_IN, code=outcome.code)
            return _drawn(status=401, message=outcome.message.in_language(language()))
        if isinstance(outcome.then if isinstance(outcome, SetUpDone) else outcome, MoreToShow):
            named(AuditAction.LOOK)  # nobody is signed in yet; what was set up has its own row
        if isinstance(outcome, SetUpDone):
            return _with_codes(outcome)
        return _on(outcome, redirect(onwards(outcome, _asked()), 303))


def _taken(more: MoreToShow) -> _Outcome:
    browser, now = browser_of(request.cookies.get(COOKIE)), datetime.now(UTC)
    if more.step is NextStep.PASSWORD:
        return choose_password(more.secret, password=field("new_password"), browser=browser, now=now)
    if more.step is NextStep.SET_UP:
        return confirm_second_factor(more.secret, code=field("code"), browser=browser, now=now)
    return show_second_factor(more.secret, code=field("code"), browser=browser, now=now)


def _drawn(*, status: int, message: str | None, retry_after: int | None = None) -> AnyResponse:
    """The form of the step that is due; the beginning where none is."""
    now = datetime.now(UTC)
    try:
        more = present_step(_secret(), now=now)
        values: dict[str, Any] = {"step": more.step.value, "username": more.username, "rule": password_rule()}
        if more.step is NextStep.SET_UP:
            given = begin_second_factor(more.secret, now=now)
            named = _("QR code for your authenticator")
            groups = " ".join(given.secret[at : at + 4] for at in range(0, len(given.secret), 4))
            values |= {"picture": qr_code(given.address, named=named), "key": groups}
    except Unauthenticated:
        return _anew()
    except AWAY:
        return plain_page("plain.html", title=_("Sign in"), status=503, message=DATABASE_AWAY.in_language(language()))
    except BiaochiError as refused:  # without the key of second factors nobody signs in
        return plain_page("plain.html", title=_("Sign in"), status=503, message=sentences(refused), retry_after=60)
    titles = {
        NextStep.CODE: _("Second factor"),
        NextStep.SET_UP: _("Set up a second factor"),
        NextStep.PASSWORD: _("Choose a new password"),
    }
    return plain_page(
        "sign_in_step.html",
        title=titles[more.step],
        status=status,
        message=message,
        retry_after=retry_after,
        kept={"next": _asked()},
        anew=_sign_in(),
        **values,
    )


def _with_codes(done: SetUpDone) -> Response:
    page = plain_page(
        "sign_in_step.html",
        title=_("Recovery codes"),
        codes=done.recovery_codes,
        onwards=onwards(done.then, _asked()),
    )
    _on(done.then, page)
    return page


def _on(then: SignedIn | MoreToShow, response: AnyResponse) -> AnyResponse:
    """`response` with the cookie of what comes next."""
    return signed_in(then, response) if isinstance(then, SignedIn) else to_step(then, response)


def _anew() -> AnyResponse:
    """The first page: the step is over, or there was none."""
    response = redirect(_sign_in(), 303)
    response.delete_cookie(STEP_COOKIE, path=STEP_PAGE, httponly=True, samesite="Lax")
    return response


def _sign_in() -> str:
    return "/sign-in?" + urlencode({"lang": language(), "next": _asked()})


def _asked() -> str:
    return local_path(request.args.get("next"))


def _secret() -> str:
    return request.cookies.get(STEP_COOKIE, "")
