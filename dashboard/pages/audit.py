"""The audit to be searched: who did or tried what, from where, and what became of it, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, language, ngettext
from dashboard.pages.admin_search import choice_field, search_form, text_field, unit_code
from dashboard.pages.refusals import for_administrators
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.window.shell import role_word
from metrics.audit_acts import OUTCOME_WORDS, AuditAction, AuditChannel, AuditOutcome
from metrics.auditing.writing import note_done
from metrics.errors import BadRequest, Problem
from metrics.models import AuditEntry
from metrics.moments import local_text
from metrics.present_act import doing
from metrics.principal import Role, Scope
from metrics.publish.audit import action_words
from metrics.queries.audit import FILTERS, audit_asked, audit_rows, is_place

Component = Any
_A_PAGE = 50  # rows


def audit_page(reading: Reading) -> Content:
    """The page at `/admin/audit`. What is searched for stands in the address, and so does the row it goes on below."""
    if reading.principal is None or not reading.principal.may(Scope.ADMINISTER):
        return for_administrators(reading)
    given = {name: reading.address.keeps(name) or "" for name in FILTERS}
    asked = given | {"unit": unit_code(reading.plan, given["unit"])}
    wrong: dict[str, str] = {}
    try:
        found = _rows(reading, asked)
    except BadRequest as refused:
        wrong = {one.pointer.lstrip("?"): _wrong(one) for one in refused.problems}
        found = []
    csv = csv_link(reading.address.csv("audit", **{name: text for name, text in asked.items() if text}))
    title = _("Audit")
    body = html.Div(
        [
            page_head(title, reading, html.P(_finding(found, wrong), className="note"), dated=False),
            _search(reading, given, wrong),
            html.Div(
                [] if wrong else [_table(reading, found[:_A_PAGE]), _ways(reading, found, csv)], className="audit"
            ),
        ]
    )
    return Content(title=title, body=body, desk=True)


def _wrong(problem: Problem) -> str:
    if problem.pointer in ("?since", "?until"):
        return _("Write a day, such as {day}.", day="2026-11-30")
    return problem.message.in_language(language())


def _rows(reading: Reading, asked: Mapping[str, str]) -> list[AuditEntry]:
    """A page of rows and one more, if there are; that they were read is noted. Raises BadRequest."""
    place = reading.address.keeps("before") or ""
    wanted = audit_asked(
        asked, before=int(place) if is_place(place) else None, limit=_A_PAGE + 1, timezone=lambda: reading.timezone
    )
    with doing(AuditAction.READ_AUDIT, " ".join(f"{name}={text}" for name, text in asked.items() if text)):
        note_done()
    return list(audit_rows(reading.session, wanted))


def _finding(found: Sequence[AuditEntry], wrong: Mapping[str, str]) -> str:
    if wrong:
        return _("This cannot be searched for; the note at the field says why.")
    if len(found) > _A_PAGE:
        return _("The newest {n} matching entries; older ones follow.", n=count_text(_A_PAGE))
    return ngettext("{n} entry.", "{n} entries.", len(found)) if found else ""


def _search(reading: Reading, given: Mapping[str, str], wrong: Mapping[str, str]) -> Component:
    """The form; it is sent as an address, so that a search is a link."""
    day = "2026-11-30"
    acts = {act.value: act.words.in_language(language()) for act in AuditAction}
    outcomes = {one.value: OUTCOME_WORDS[one].in_language(language()) for one in AuditOutcome}

    def text(name: str, label: str, placeholder: str) -> Component:
        return text_field(name, label, given[name], placeholder=placeholder, error=wrong.get(name))

    fields = [
        text("user", _("Who (account)"), _("All")),
        choice_field("action", _("Act"), acts, given["action"], error=wrong.get("action")),
        choice_field("outcome", _("Outcome"), outcomes, given["outcome"], error=wrong.get("outcome")),
        text("unit", _("Unit, by name or code"), _("All")),
        text("address", _("Network address"), _("All")),
        text("request_id", _("Request number"), _("All")),
        text("since", _("From day"), day),
        text("until", _("To day"), day),
    ]
    return search_form(reading, fields, kept={}, clear=[*FILTERS, "before"] if any(given.values()) else [])


def _table(reading: Reading, rows: Sequence[AuditEntry]) -> Component:
    if not rows:
        return empty(_("No entry of the audit matches this search."))
    headings = [_("When"), _("Who"), _("Act"), _("Outcome"), _("Network address"), _("Request number")]
    cells = [[cell(reading, row) for cell in (_when, _who, _act, _outcome, _from, _request)] for row in rows]
    return scrolled(plain_table(_("Audit"), headings, cells), name="texts audit-rows")


def _when(reading: Reading, row: AuditEntry) -> Component:
    first = local_text(row.at, timezone=reading.timezone)
    if row.count == 1:
        return first
    last = local_text(row.until, timezone=reading.timezone)
    return [first, html.Div(_("{n} times, the last {moment}", n=count_text(row.count), moment=last), className="note")]


def _who(reading: Reading, row: AuditEntry) -> Component:
    if not row.actor:
        return _("nobody known")
    beside = [
        word
        for word in (row.role and role_word(Role(row.role)), row.token and _("token {name}", name=row.token))
        if word
    ]
    name = dcc.Link(row.actor, href=reading.address.keeping(user=row.actor, before=None), title=row.actor)
    return [name, html.Div(" · ".join(beside), className="note")]


def _act(_reading: Reading, row: AuditEntry) -> Component:
    subject = html.Div(html.Code(row.subject), className="note") if row.subject else None
    return [html.Span(action_words(row.action, language=language())), subject]


def _outcome(_reading: Reading, row: AuditEntry) -> Component:
    sign = {AuditOutcome.DONE: "sign-met", AuditOutcome.REFUSED: "sign-blocked", AuditOutcome.FAILED: "sign-overdue"}
    outcome = AuditOutcome(row.outcome)
    mark = html.Span(className=f"sign {sign[outcome]}", **{"aria-hidden": "true"})
    word = html.Span([mark, OUTCOME_WORDS[outcome].in_language(language())], className="status")
    return [word, html.Div(html.Code(row.code), className="note") if row.code else None]


def _from(_reading: Reading, row: AuditEntry) -> Component:
    ways = {"api": "API", "page": _("pages"), "command": _("command line"), "service": _("the service itself")}
    if row.channel in (AuditChannel.COMMAND, AuditChannel.SERVICE):  # at the machine itself
        return ways[row.channel]
    return [html.Span(row.address), html.Div(ways[row.channel], className="note")]


def _request(reading: Reading, row: AuditEntry) -> Component:
    if not row.request_id:
        return ""
    href = reading.address.keeping(request_id=row.request_id, before=None)
    return dcc.Link(html.Code(row.request_id), href=href, title=_("Everything of this request"))


def _ways(reading: Reading, found: Sequence[AuditEntry], csv: Component) -> Component:
    """To the older rows, back to the newest, and the file of all that the search finds."""
    address = reading.address
    ways = [csv] if found else []
    if address.keeps("before") is not None:
        ways.insert(0, dcc.Link(_("Newest entries"), href=address.keeping(before=None), className="quiet-link"))
    if len(found) > _A_PAGE:
        older = address.keeping(before=str(found[_A_PAGE - 1].id))
        ways.insert(0, dcc.Link(_("Older entries"), href=older, className="button"))
    return html.Nav(ways, className="ways audit-ways", **{"aria-label": _("Further entries")})
