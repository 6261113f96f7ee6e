"""Lists of the administrator's page: accounts, tokens, units and the settings in force."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import html

from dashboard.locale import _, instant_text
from dashboard.parts import empty, plain_table, scrolled, unit_link
from dashboard.window.reading import Reading
from dashboard.window.shell import role_word
from dashboard.words.figures import NOTHING
from metrics.queries.accounts import accounts, issued_tokens
from metrics.queries.administration import last_received
from metrics.settings import settings
from metrics.settings_in_force import SettingSource, settings_in_force

Component = Any


def accounts_table(reading: Reading) -> Component:
    """Every account, disabled ones included."""
    rows = [
        [
            html.Code(one.username),
            one.display_name,
            role_word(one.role),
            ", ".join(one.units) or NOTHING,
            (_("active") if one.active else _("disabled")) + (_(", demonstration") if one.demonstration else ""),
            _("set up") if one.second_factor else _("not set up"),
            instant_text(one.created_at, timezone=reading.timezone),
        ]
        for one in accounts(reading.session)
    ]
    headings = [_("Username"), _("Name"), _("Role"), _("Units"), _("State"), _("Second factor"), _("Added")]
    hint = _("Accounts are added, changed and disabled on the server (biaochi user) or over HTTP (/users).")
    table = scrolled(plain_table(_("Accounts"), headings, rows), name="texts")
    return html.Div([html.P(hint, className="note"), table])


def tokens_table(reading: Reading) -> Component:
    """Every token, expired and revoked ones included; secrets are nowhere."""
    now = datetime.now(UTC)
    words = {"active": _("active"), "expired": _("expired"), "revoked": _("revoked")}
    rows = []
    for one in issued_tokens(reading.session):
        ends = _("never") if one.expires_at is None else instant_text(one.expires_at, timezone=reading.timezone)
        state = words[one.state(now=now)]
        scopes = ", ".join(one.scopes)
        rows.append(
            [str(one.id), html.Code(one.username), one.name, state, ends, scopes, ", ".join(one.units) or NOTHING]
        )
    headings = [_("Number"), _("Account"), _("Purpose"), _("State"), _("Expires"), _("Rights"), _("Units")]
    if not rows:
        return empty(_("No token was issued yet"))
    return scrolled(plain_table(_("Tokens"), headings, rows), name="texts")


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
    hint = _("Settings are environment variables of the service; a change takes a restart.")
    return html.Div([html.P(hint, className="note"), table])
