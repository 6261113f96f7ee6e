"""The page behind a link to set a password (`/set-password#…`): no account is asked for, the link is the permission.

What stands behind the # is the link's secret; assets/src/set_password.js puts it into the form, to be sent in its body.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, Response

from dashboard.acts.accounts import tokens_revoked
from dashboard.locale import _, language, speaking
from dashboard.window.outage import AWAY
from dashboard.window.plain_page import DATABASE_AWAY, asked_language, field, plain_page, sentences
from dashboard.words.accounts import password_rule
from metrics.audit_acts import AuditAction
from metrics.commands.passwords import set_password_by_link
from metrics.errors import BiaochiError, Conflict, NotFound, TooMany
from metrics.present_act import named

PAGE = "/set-password"


def install_set_password(server: Flask) -> None:
    """Add the page to `server`; it is open to whoever holds a link (dashboard/window/access.py)."""
    server.add_url_rule(PAGE, "set_password", _page, methods=["GET"])
    server.add_url_rule(PAGE, "set_password_post", _set, methods=["POST"])


def _page() -> Response:
    """The empty page: nothing in it depends on any link."""
    with speaking(asked_language()):
        return _drawn()


def _set() -> Response:
    named(AuditAction.RESET_PASSWORD)
    with speaking(asked_language()):
        try:
            done = set_password_by_link(field("link"), password=field("new_password"), now=datetime.now(UTC))
        except AWAY:
            return _drawn(status=503, message=DATABASE_AWAY.in_language(language()), retry_after=5)
        except BiaochiError as refused:
            named(AuditAction.RESET_PASSWORD, code=refused.code)
            status = {NotFound: 404, Conflict: 409, TooMany: 429}.get(type(refused), 422)
            return _drawn(status=status, message=sentences(refused))
        said = _("The password of {name} is set: sign in with it.", name=done.username)
        if done.tokens_revoked:
            said += " " + tokens_revoked(done.tokens_revoked)
        return _drawn(message=said, done=True)


def _drawn(
    *, status: int = 200, message: str | None = None, done: bool = False, retry_after: int | None = None
) -> Response:
    return plain_page(
        "set_password.html",
        title=_("Set your password"),
        status=status,
        message=message,
        done=done,
        retry_after=retry_after,
        rule=password_rule(),
        link="" if done else field("link"),
    )
