"""The administrator's page: health, accounts, sessions, tokens, units, settings, the plan's history, reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, instant_text, language, month_text, ngettext
from dashboard.pages.admin_accounts import SEARCHED, accounts_table
from dashboard.pages.admin_lists import sessions_table, settings_table, tokens_table, units_table
from dashboard.pages.refusals import for_administrators
from dashboard.parts import empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from dashboard.words.materials import body_label
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_done
from metrics.doctor.examination import before_the_database, of_the_database
from metrics.doctor.line import DoctorLine, Grade
from metrics.present_act import doing
from metrics.principal import Scope
from metrics.queries.administration import newest_reminders, plan_changes
from metrics.settings import settings
from metrics.supervision.bodies import bodies

Component = Any
_SHOWN = 50
_AUDITED = {
    "accounts": AuditAction.LIST_ACCOUNTS,
    "sessions": AuditAction.LIST_ACCOUNTS,
    "tokens": AuditAction.LIST_ACCOUNTS,
    "settings": AuditAction.READ_SETTINGS,
}
PARTS = ("accounts", "sessions", "tokens", "units", "settings", "plan", "reminders")


def admin_page(reading: Reading) -> Content:
    """The page at `/admin`; `show` in the address names a part, none is health."""
    if reading.principal is None or not reading.principal.may(Scope.ADMINISTER):
        return for_administrators(reading)
    shown = reading.address.keeps("show") or "health"
    words = _part_words()
    draw: dict[str, Callable[[Reading], Component]] = {
        "health": _health,
        "accounts": accounts_table,
        "sessions": sessions_table,
        "tokens": tokens_table,
        "units": units_table,
        "settings": settings_table,
        "plan": _plan,
        "reminders": _reminders,
    }
    if shown in _AUDITED:
        with doing(_AUDITED[shown], shown):
            note_done()
    body = html.Div(
        [
            page_head(_("Administration"), reading, _parts(reading, words, shown), dated=False),
            section(words[shown], draw[shown](reading)),
        ]
    )
    return Content(title=_("Administration"), body=body, desk=True)


def _part_words() -> dict[str, str]:
    return {
        "health": _("Health"),
        "accounts": _("Accounts"),
        "sessions": _("Sessions"),
        "tokens": _("Tokens"),
        "units": _("Units"),
        "settings": _("Settings in force"),
        "plan": _("Changes of the plan"),
        "reminders": _("Reminders"),
    }


def _parts(reading: Reading, words: dict[str, str], shown: str) -> Component:
    """Links to the parts; the one shown is said to be."""
    links, plain = [], reading.address.without(*SEARCHED, "page")
    for name, word in words.items():
        href = plain.keeping(show=None if name == "health" else name)
        current = {"aria-current": "page"} if name == shown else {}
        links.append(html.Li(html.B(word, **current) if current else dcc.Link(word, href=href)))
    return html.Nav(html.Ul(links, className="tabs"), **{"aria-label": _("Parts of the administration")})


def _health(reading: Reading) -> Component:
    """What `biaochi doctor` says, as far as it can be said from within."""
    configured = settings()
    now = datetime.now(UTC)
    lines = (*before_the_database(configured, now=now), *of_the_database(reading.session, configured, now=now))
    counts = {grade: sum(line.grade is grade for line in lines) for grade in Grade}
    said = _("{bad} to fix, {warn} to look at", bad=counts[Grade.BAD], warn=counts[Grade.WARN])
    hint = _("The public address, its certificate and HSTS are checked by biaochi doctor on the server.")
    ordered = sorted(lines, key=lambda line: -list(Grade).index(line.grade))
    rows = [[html.Code(line.name), _graded(reading, line), _found(reading, line)] for line in ordered]
    table = plain_table(_("Health"), [_("What was checked"), _("Result"), _("Finding and remedy")], rows)
    return html.Div([html.P(said, className="finding"), html.P(hint, className="note"), scrolled(table, name="texts")])


def _graded(reading: Reading, line: DoctorLine) -> str:
    return line.grade.word.in_language(language())


def _found(reading: Reading, line: DoctorLine) -> Component:
    found = line.found.in_language(language())
    if line.advice is None:
        return found
    return [html.Div(found), html.Div(["→ ", line.advice.in_language(language())], className="note")]


def _plan(reading: Reading) -> Component:
    rows = [
        [
            count_text(change.seq),
            instant_text(change.recorded_at, timezone=reading.timezone),
            _("revision") if change.revised else _("plan folder"),
            ", ".join(f"{kind} {count}" for kind, count in change.parts.items()),
        ]
        for change in plan_changes(reading.session, most=_SHOWN)
    ]
    headings = [_("Entry"), _("Recorded"), _("Via"), _("Parts changed")]
    return scrolled(plain_table(_("Changes of the plan"), headings, rows), name="texts")


def _reminders(reading: Reading) -> Component:
    configured = settings()
    channels = [
        name
        for name, given in (("smtp", configured.smtp_host), ("webhook", configured.webhook_url.get_secret_value()))
        if given
    ]
    state = (
        _("The service sends reminders by itself")
        if configured.reminders
        else _("The service does not send reminders by itself")
    )
    told = _(
        "{days_before} days before and {days_after} days after the due day, from {hour}:00; channels: {channels}",
        days_before=configured.reminder_days_before,
        days_after=configured.reminder_days_after,
        hour=configured.reminder_hour,
        channels=", ".join(channels) or NOTHING,
    )
    found, known = newest_reminders(reading.session, most=_SHOWN), bodies(reading.plan)
    rows = [
        [
            instant_text(one.at, timezone=reading.timezone),
            body_label(known[one.unit]) if one.unit in known else _("the bureau"),
            month_text(one.period),
            one.kind,
            one.channel,
            one.state + (f" ({one.failure})" if one.failure else ""),
        ]
        for one in found
    ]
    headings = [_("At"), _("Unit"), _("Month"), _("Kind"), _("Channel"), _("State")]
    table = (
        scrolled(plain_table(_("Reminders"), headings, rows), name="texts")
        if rows
        else empty(_("Nothing was sent yet"))
    )
    newest = ngettext("The newest reminder", "The newest {n} reminders", len(rows)) if rows else ""
    return html.Div([html.P(f"{state}. {told}", className="note"), html.P(newest, className="note"), table])
