"""Lists of the administrator's page: sessions, tokens, units and the settings in force."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import html

from dashboard.acts.forms import asking_form, folded, press
from dashboard.locale import _, instant_text, pgettext
from dashboard.pages.admin_accounts import account_link
from dashboard.parts import empty, hidden, plain_table, scrolled, unit_link
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from metrics.queries.accounts import SessionListed, TokenListed, accounts, issued_tokens, open_sessions
from metrics.queries.administration import last_received
from metrics.settings import settings
from metrics.settings_in_force import SettingSource, settings_in_force

Component = Any


def sessions_table(reading: Reading, *, of: str | None = None) -> Component:
    """The sessions that are open, last used first, each with its end; `of`: of one account, with the end of all."""
    credential = None if reading.principal is None else reading.principal.credential
    present = None if credential is None else credential.id
    found = open_sessions(reading.session, of, now=datetime.now(UTC), present=present)
    if not found:
        return empty(_("Nobody is signed in") if of is None else _("{name} is not signed in", name=of))
    headings = [_("Account"), _("Signed in since"), _("Last used"), _("Ends at the latest")]
    headings += [_("Network address"), _("Browser"), hidden(_("End it"))]
    rows = [
        [
            account_link(reading, one.username),
            *(instant_text(at, timezone=reading.timezone) for at in (one.started_at, one.last_seen_at, one.expires_at)),
            one.address,
            html.Span(one.agent, className="agent"),
            html.B(_("this browser")) if one.present else _end(one),
        ]
        for one in found
    ]
    table = scrolled(plain_table(_("Sessions"), headings, rows), name="texts sessions")
    hint = html.P(_("The time of last use may lag by up to a minute."), className="note")
    return html.Div([hint, table, *([] if of is None else [_end_all(of)])])


def _end(one: SessionListed) -> Component:
    named = _("End the session of {name} from {address}", name=one.username, address=one.address)
    return asking_form(
        "session.end", press(_("End"), named=named), fields={"username": one.username, "session": str(one.id)}
    )


def _end_all(username: str) -> Component:
    form = asking_form(
        "session.end",
        html.P(_("{name} is signed out everywhere at once.", name=username), className="note"),
        press(_("End every session of {name}", name=username), main=True),
        fields={"username": username},
    )
    return folded(_("End all of them …"), form)


def tokens_table(reading: Reading, *, of: str | None = None) -> Component:
    """Every token, expired and revoked ones included; secrets are nowhere. `of`: of one account."""
    now, zone = datetime.now(UTC), reading.timezone
    words = {"active": _("active"), "expired": _("expired"), "revoked": _("revoked")}
    rows = []
    for one in issued_tokens(reading.session, of):
        ends = _("does not expire") if one.expires_at is None else instant_text(one.expires_at, timezone=zone)
        used = _("not used yet") if one.last_used_at is None else instant_text(one.last_used_at, timezone=zone)
        state = one.state(now=now)
        rights = [", ".join(one.scopes), ", ".join(one.units) or NOTHING]
        act = NOTHING if state == "revoked" else _revoke(one)
        rows.append(
            [str(one.id), account_link(reading, one.username), one.name, words[state], ends, used, *rights, act]
        )
    headings = [
        _("Number"),
        _("Account"),
        _("Purpose"),
        pgettext("account", "State"),
        _("Expires"),
        _("Last used"),
        _("Rights"),
    ]
    headings += [_("Units"), hidden(_("Revoke"))]
    if not rows:
        return empty(_("No token was issued yet"))
    return scrolled(plain_table(_("Tokens"), headings, rows), name="texts tokens")


def _revoke(one: TokenListed) -> Component:
    told = {"token": one.name, "name": one.username}
    form = asking_form(
        "token.revoke",
        html.P(
            _("Scripts that use the token {token} of {name} are refused at once, for good.", **told), className="note"
        ),
        press(_("Revoke the token {token} of {name}", **told), main=True),
        fields={"token": str(one.id)},
    )
    return folded(_("Revoke …"), form)


def units_table(reading: Reading) -> Component:
    """Every reporting unit: who posts for it and signs, and when its newest submission came."""
    people: dict[str, list[str]] = {}
    for one in accounts(reading.session):
        for unit in one.units if one.active else ():
            people.setdefault(unit, []).append(one.username)
    came = last_received(reading.session)
    rows = [
        [
            unit_link(unit, reading.address),
            html.Code(unit.code),
            ", ".join(people.get(unit.code, ())) or _("no account"),
            instant_text(came[unit.code], timezone=reading.timezone) if unit.code in came else _("none yet"),
        ]
        for unit in reading.plan.reporting_units
    ]
    headings = [_("Unit"), _("Code"), _("Accounts"), _("Newest submission")]
    return scrolled(plain_table(_("Units"), headings, rows), name="texts")


def settings_table(_reading: Reading) -> Component:
    """Every setting, and whether the environment or the program says so."""
    words = {SettingSource.ENVIRONMENT: _("environment"), SettingSource.DEFAULT: _("default")}
    rows = [
        [html.Code(one.name), NOTHING if one.value is None else html.Code(one.value), words[one.source]]
        for one in settings_in_force(settings())
    ]
    table = scrolled(plain_table(_("Settings in force"), [_("Setting"), _("Value"), _("From")], rows), name="texts")
    hint = _("Settings are environment variables of the service; a change takes effect after a restart.")
    return html.Div([html.P(hint, className="note"), table])
