"""What inspections found in a round: the list on the round's page, the form to add one, a finding's own page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.acts.attaching import attach_field
from dashboard.acts.forms import asking_form, folded, press
from dashboard.grids.evidence import evidence
from dashboard.locale import _, count_text, date_text, instant_text, language, ngettext, pgettext
from dashboard.pages.refusals import not_found
from dashboard.pages.slip_links import issue_link
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section, unit_link
from dashboard.window.choices import Option, choice_menu
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, target_name, unit_name
from dashboard.words.findings import (
    about_link,
    days_text,
    finding_mark,
    finding_word,
    rectification_word,
    severity_word,
)
from dashboard.words.phases import phase_name
from metrics.plan.model import Phase
from metrics.principal import Scope
from metrics.queries.findings import FindingRow, RectificationRow, findings
from metrics.supervision.rectification import (
    LONGEST_TEXT,
    OVERDUE,
    FindingSeverity,
    FindingState,
    RectificationAction,
    allowed,
    rounds,
)

Component = Any
FINDING_STATES = (OVERDUE, *(state.value for state in FindingState))


def findings_section(reading: Reading, phase: Phase) -> Component:
    """The round's findings, those first of which something is owed; for reviewers the form to add one."""
    if reading.view.public or phase not in rounds(reading.plan):
        return None
    found, today = findings(reading.session, reading.view, phases=[phase.code]), _today(reading)
    asked = reading.address.keeps("state") or ""
    title = _("Findings of inspections")
    asked_for = {"phase": phase.code, **({"state": asked} if asked in FINDING_STATES else {})}
    named = {"findings": _("Findings as CSV"), "rectifications": _("Answers and reviews as CSV")}
    files = [csv_link(reading.address.csv(name, **asked_for), words=words) for name, words in named.items()]
    if not found:
        return section(title, empty(_("No inspection has found anything yet")), *_raise_form(reading, phase))
    shown = [row for row in found if asked not in FINDING_STATES or row.standing.is_among(asked, on=today)]
    return section(
        title + _(": ") + _counted(found),
        _state_menu(reading, asked),
        _table(reading, shown) if shown else empty(_("No finding matches this choice")),
        *_raise_form(reading, phase),
        aside=files,
    )


def open_findings(reading: Reading, phases: Sequence[Phase]) -> list[Component]:
    """How many findings of each round are open, and how many of those overdue, each the way to them; none of none."""
    today, links = _today(reading), list[Component]()
    found = findings(reading.session, reading.view, phases=[phase.code for phase in phases]) if phases else []
    for phase in phases:
        of_phase = [row for row in found if row.phase == phase.code]
        for asked in (FindingState.OPEN.value, OVERDUE):
            if count := sum(row.standing.is_among(asked, on=today) for row in of_phase):
                href = reading.address.to(f"/phases/{phase.code}", state=asked)
                links.append(dcc.Link(_open_words(phase, asked, count), href=href))
    return links


def _open_words(phase: Phase, asked: str, count: int) -> str:
    if asked == OVERDUE:
        return ngettext("{phase}: {n} finding overdue", "{phase}: {n} findings overdue", count, phase=phase_name(phase))
    return ngettext("{phase}: {n} open finding", "{phase}: {n} open findings", count, phase=phase_name(phase))


def _counted(found: Sequence[FindingRow]) -> str:
    counts = Counter(row.standing.state for row in found)
    return " · ".join(f"{finding_word(state)} {count_text(counts[state])}" for state in FindingState if counts[state])


def _state_menu(reading: Reading, asked: str) -> Component:
    words = {"": _("All"), OVERDUE: _("Overdue")} | {state.value: finding_word(state) for state in FindingState}
    chosen = asked if asked in FINDING_STATES else ""
    options = [
        Option(word, reading.address.keeping(state=state or None), chosen=state == chosen)
        for state, word in words.items()
    ]
    return html.Div(choice_menu(pgettext("matter", "State"), options), className="choice-menus")


def _today(reading: Reading) -> date:
    return reading.moment.astimezone(ZoneInfo(reading.timezone)).date()


def _table(reading: Reading, found: Sequence[FindingRow]) -> Component:
    today = _today(reading)
    owed = (FindingState.OPEN, FindingState.ANSWERED, FindingState.CLOSED, FindingState.WITHDRAWN)
    ordered = sorted(found, key=lambda row: (owed.index(row.standing.state), row.standing.due_on, row.number))
    headings = [
        _("No."),
        _("Unit"),
        _("About"),
        _("What was found"),
        _("Severity"),
        pgettext("matter", "State"),
        _("Due"),
        _("Open for"),
    ]
    rows = [
        [
            dcc.Link(count_text(row.number), href=finding_href(reading, row)),
            unit_link(reading.plan.unit_by_code[row.unit], reading.address),
            about_link(reading.plan, row, reading.address),
            html.Span(row.text, lang="zh-CN"),
            severity_word(row.severity),
            finding_mark(row, on=today),
            html.Span(date_text(row.standing.due_on), className="unbroken"),
            days_text(row.days_open(today)),
        ]
        for row in ordered
    ]
    return scrolled(plain_table(_("Findings of inspections"), headings, rows, labelled=True), name="texts as-cards")


def finding_href(reading: Reading, row: FindingRow) -> str:
    """The address of a finding's own page."""
    return reading.address.to(f"/phases/{row.phase}/findings/{row.number}")


def finding_page(reading: Reading, code: str, number: str) -> Content:
    """The page at `/phases/{code}/findings/{number}`."""
    found = findings(reading.session, reading.view, phases=[code], numbers=[int(number)])
    if not found:
        return not_found(reading, what=_("The round has no finding {number}", number=number))
    row, today = found[0], _today(reading)
    unit = unit_name(reading.plan.unit_by_code[row.unit])
    title = _("Finding {number}: {unit}", number=row.number, unit=unit)
    phase = next(phase for phase in rounds(reading.plan) if phase.code == row.phase)
    back = dcc.Link(phase_name(phase), href=reading.address.to(f"/phases/{row.phase}"), className="quiet-link")
    facts = [
        (_("About"), about_link(reading.plan, row, reading.address)),
        (_("Severity"), severity_word(row.severity)),
        (pgettext("matter", "State"), finding_mark(row, on=today)),
        (_("Due"), date_text(row.standing.due_on)),
        (_("Open for"), days_text(row.days_open(today))),
    ]
    head = html.Div(
        [
            html.Blockquote(row.text, lang="zh-CN"),
            html.Dl([html.Div([html.Dt(label), html.Dd(said)]) for label, said in facts], className="period-strip"),
            issue_link(reading, unit=row.unit, finding=str(row.number)),
        ],
        className="task-says",
    )
    forms = _review_forms(reading, row) + _answer_form(reading, row)
    body = html.Div(
        [
            page_head(title, reading, html.P(back, className="screen-only"), dated=False),
            head,
            *forms,
            _history(reading, row),
        ]
    )
    return Content(title=title, body=body)


def _history(reading: Reading, row: FindingRow) -> Component:
    names = reading.names({row.actor, *(act.actor for act in row.acts)})

    def when(seq: int, actor: str, moment: Any) -> Component:
        place = f"{names[actor]} · " + _("no. {seq}", seq=seq)
        return [instant_text(moment, timezone=reading.timezone), html.Span(place, className="note beside-mark")]

    rows = [[when(row.seq, row.actor, row.recorded_at), _("Raised"), _due(row.first_due_on), NOTHING]]
    for act in row.acts:
        shown = evidence(reading, act.evidence, act.attachments)
        rows.append([when(act.seq, act.actor, act.recorded_at), rectification_word(act.action), _said(act), shown])
    table = plain_table(_("What was done about it"), [_("Recorded"), _("Act on it"), _("Said"), _("Evidence")], rows)
    return section(_("What was done about it"), scrolled(table, name="texts"))


def _due(day: date) -> str:
    return _("due {date}", date=date_text(day))


def _said(act: RectificationRow) -> Component:
    later = [] if act.due_on is None else [html.Span(_due(act.due_on), className="note beside-mark")]
    return [html.Span(act.text, lang="zh-CN"), *later]


def _raise_form(reading: Reading, phase: Phase) -> list[Component]:
    principal = reading.principal
    if principal is None or not principal.may(Scope.VERIFY) or not reading.address.present:
        return []
    plan = reading.plan
    units = [html.Option(unit_name(unit), value=unit.code) for unit in plan.reporting_units]
    targets = [html.Option(target_name(r[-1]), value=f"target {code}") for code, r in plan.general_targets.items()]
    tasks = [
        html.Option(
            _("Task {number}: {title}", number=t.number, title=t.title.in_language(language())),
            value=f"task {t.number}",
        )
        for t in plan.tasks
    ]
    severities = [html.Option(severity_word(one), value=one.value) for one in FindingSeverity]
    form = asking_form(
        "finding.raise",
        _choice("finding-unit", "unit", _("Unit"), units),
        _choice(
            "finding-about",
            "about",
            _("Target or task"),
            [html.Optgroup(targets, label=_("Targets")), html.Optgroup(tasks, label=_("Tasks"))],
        ),
        _choice("finding-severity", "severity", _("Severity"), severities),
        _entry("finding-due", "due_on", _("To be put right by"), placeholder="2019-11-30", required=True),
        _text("finding-text", _("What was found"), required=True),
        press(_("Record the finding"), main=True),
        fields={"phase": phase.code},
        once=True,
        name="assess-form task-form",
    )
    return [folded(_("Add a finding"), form)]


def _answer_form(reading: Reading, row: FindingRow) -> list[Component]:
    principal = reading.principal
    may = principal is not None and principal.may_post_for(row.unit) and reading.address.present
    if not may or RectificationAction.ANSWER not in allowed(row.standing.state):
        return []
    form = asking_form(
        "finding.answer",
        _text("answer-text", _("How it was put right"), required=True),
        _entry("answer-evidence", "evidence", _("Address of the evidence"), placeholder="https://"),
        attach_field(reading, row.unit),
        press(_("Send the answer"), main=True),
        fields=_of(row),
        once=True,
        name="assess-form task-form",
    )
    return [section(_("Answer"), form, name="screen-only")]


def _review_forms(reading: Reading, row: FindingRow) -> list[Component]:
    principal = reading.principal
    if principal is None or not principal.may(Scope.VERIFY) or not reading.address.present:
        return []
    fields, possible = _of(row) | {"seen": row.etag.strip('"')}, allowed(row.standing.state)
    forms = []
    if RectificationAction.CLOSE in possible:
        forms.append(asking_form("finding.close", press(_("Close the finding"), main=True), fields=fields))
    if RectificationAction.SEND_BACK in possible:
        back = (
            _text("return-text", _("Reason"), required=True),
            _entry("return-due", "due_on", _("New due day, if it changes"), placeholder="2019-11-30"),
            press(_("Send back")),
        )
        forms.append(
            folded(_("Send back"), asking_form("finding.return", *back, fields=fields, name="assess-form task-form"))
        )
    if RectificationAction.WITHDRAW in possible:
        parts = (_text("withdraw-text", _("Reason"), required=True), press(_("Withdraw the finding")))
        form = asking_form("finding.withdraw", *parts, fields=fields, name="assess-form task-form")
        forms.append(folded(_("Withdraw the finding"), form))
    return [section(_("Review"), html.Div(forms, className="acts-offered"), name="screen-only")] if forms else []


def _of(row: FindingRow) -> dict[str, str]:
    return {"phase": row.phase, "number": str(row.number)}


def _choice(identity: str, name: str, label: str, options: Sequence[Component]) -> Component:
    chosen = [html.Option(_("choose"), value=""), *options]
    entry = html.Select(chosen, name=name, id=identity, className="entry", required=True)
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")


def _entry(identity: str, name: str, label: str, **properties: Any) -> Component:
    entry = dcc.Input(id=identity, name=name, className="entry", autoComplete="off", **{"type": "text"} | properties)
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")


def _text(identity: str, label: str, **properties: Any) -> Component:
    entry = html.Textarea(name="text", id=identity, rows=3, className="entry", maxLength=LONGEST_TEXT, **properties)
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field field-wide")
