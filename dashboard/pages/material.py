"""The page at `/materials/{unit}/{period}`: a unit's material for a month, with the forms to send, note and sign it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.acts.attaching import attach_field
from dashboard.acts.forms import asking_form, folded, press, slots
from dashboard.grids.evidence import file_link
from dashboard.locale import _, date_text, instant_text, language, month_text
from dashboard.pages.refusals import not_found
from dashboard.pages.work_plan import measures_table
from dashboard.parts import empty, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.materials import (
    body_label,
    body_named,
    lateness_words,
    material_mark,
    seen_words,
    signature_words,
)
from dashboard.words.tasks import task_state_word
from metrics.periods import due_on, format_period, last_day, parse_period
from metrics.principal import Role, Scope
from metrics.queries.attachments import Attachment, attachments_of
from metrics.queries.materials import SaidOfTask, material_acts, said_of_tasks
from metrics.queries.task_reports import task_reports
from metrics.queries.work_plans import work_plans
from metrics.supervision.bodies import Body
from metrics.supervision.materials import (
    LONGEST_MATERIAL_TEXT,
    Material,
    MaterialStanding,
    materials_of,
    standing_of,
)

Component = Any


def material_page(reading: Reading, unit: str, period: str) -> Content:
    """What was sent for the month, and what may be done about it now by whoever looks."""
    body, month = body_named(reading, unit), parse_period(period)
    principal = reading.principal
    if body is None or month is None or principal is None or not principal.may_see_submissions_of(unit):
        return not_found(reading, what=_("There is no such material"))
    acts = material_acts(reading.session, seq=reading.view.seq, units=[unit], period_from=month, period_to=month)
    material = materials_of(acts).get((unit, month))
    now = datetime.now(UTC) if reading.address.present else (reading.view.recorded_at or datetime.now(UTC))
    standing = standing_of(material, period=month, rule=reading.plan.due_rule, now=now)
    title = _("Material of {unit}, {month}", unit=body_label(body), month=month_text(month))
    writes = reading.view.is_now and principal.may_post_for(unit)
    parts = [
        html.Div([html.H1(title), _facts(reading, material, standing, month)], className="page-head"),
        _sent(reading, material) if material is not None else _nothing(body, month, reading),
        _planned(reading, body, month),
        _form(reading, body, month, material) if writes else None,
        _follow(reading, material) if material is not None and reading.view.is_now else None,
    ]
    return Content(title=title, body=html.Div(parts, className="review"), desk=writes)


def _facts(reading: Reading, material: Material | None, standing: MaterialStanding, month: date) -> Component:
    due = _("Due by {date}", date=date_text(due_on(month, rule=reading.plan.due_rule)))
    said = [material_mark(standing.status), html.Span(lateness_words(standing)), html.Span(due)]
    if material is not None:
        sent = material.sent
        moment = instant_text(sent.recorded_at, timezone=reading.timezone)
        who = reading.names([sent.actor])[sent.actor]
        said += [
            html.Span(_("revision {n}", n=sent.revision)),
            html.Span(_("sent by {who}", who=who)),
            html.Span(moment),
        ]
    back = dcc.Link(_("All material"), href=reading.address.to("/materials"), className="quiet-link")
    return html.Div([html.P(said, className="facts-line note"), html.P(back, className="screen-only")])


def _nothing(body: Body, month: date, reading: Reading) -> Component:
    reports = _reports_now(reading, body.code, month)
    said = _("{unit} has sent no material for {month}", unit=body_label(body), month=month_text(month))
    return html.Div([empty(said), _of_tasks(reading, reports) if reports else None])


def _sent(reading: Reading, material: Material) -> Component:
    sent = material.sent
    texts = [
        (_("Overall progress"), sent.summary),
        (_("Problems"), sent.problems),
        (_("Planned for the next month"), sent.next_month),
        (_("Why it is revised"), sent.reason),
    ]
    signed = [
        (_("Seen by the head"), seen_words(material.seen)),
        (_("Sign-off"), signature_words(reading, material.signed)),
    ]
    return html.Div(
        [
            section(_("What was sent"), *[_paragraph(term, text) for term, text in texts if text]),
            _of_tasks(reading, said_of_tasks(reading.session, sent.reports)),
            _files(attachments_of(reading.session, sent.attachments)),
            section(_("Seen and signed"), *[_paragraph(term, text) for term, text in signed]),
        ]
    )


def _paragraph(term: str, text: str) -> Component:
    return html.P([html.B(term), html.Span(_(": ")), html.Span(text, className="given-text")])


def _reports_now(reading: Reading, unit: str, month: date) -> list[SaidOfTask]:
    """The task reports that material sent now would carry."""
    found = task_reports(reading.session, reading.view, units=[unit], period_from=month, period_to=month)
    return sorted(
        (SaidOfTask(row.task, row.state, row.text, row.evidence, row.seq) for row in found), key=lambda said: said.task
    )


def _of_tasks(reading: Reading, said: list[SaidOfTask]) -> Component:
    heading = _("Progress by task, from the task reports")
    if not said:
        return section(heading, html.P(_("No task was reported on for this month."), className="note"))
    titles = {task.number: task.title.in_language(language()) for task in reading.plan.tasks}
    lines = [
        [
            dcc.Link(f"{one.task} {titles.get(one.task, '')}", href=reading.address.to(f"/tasks/{one.task}")),
            task_state_word(one.state),
            one.text,
        ]
        for one in said
    ]
    table = plain_table(heading, [_("Task"), _("Progress"), _("What was done in that month")], lines)
    return section(heading, scrolled(table, name="texts said-of-tasks"))


def _planned(reading: Reading, body: Body, month: date) -> Component:
    """Measures of the unit's work plan that were to be done by the end of the month; the way to the plan."""
    heading = _("Measures of the work plan due by then")
    found = work_plans(reading.session, seq=reading.view.seq, units=[body.code], year=month.year)
    way = dcc.Link(
        _("Work plan {year}", year=month.year),
        href=reading.address.to(f"/work-plans/{body.code}/{month.year}"),
        className="quiet-link",
    )
    due = [one for plan in found for one in plan.measures if one.due_on <= last_day(month)]
    if not due:
        none = _("No measure was due by the end of the month.") if found else _("No work plan has been filed.")
        return section(heading, html.P(none, className="note"), aside=way)
    table = measures_table(reading, replace(found[0], measures=tuple(due)), caption=heading)
    return section(heading, scrolled(table, name="texts"), aside=way)


def _files(files: list[Attachment]) -> Component:
    if not files:
        return None
    items = [html.Li(_download(file)) for file in files]
    return section(_("Attachments"), html.Ul(items))


def _download(file: Attachment) -> Component:
    return html.Span([file_link(file), html.Span(" " + _size(file.size), className="note")])


def _size(size: int) -> str:
    return f"{-(-size // 1024)} KB"


def _form(reading: Reading, body: Body, month: date, material: Material | None) -> Component:
    sent = None if material is None else material.sent
    fields = {
        "unit": body.code,
        "period": format_period(month),
        "seen": "" if material is None else material.etag.strip('"'),
    }
    form = asking_form(
        "material.send",
        _text("summary", _("Overall progress"), "" if sent is None else sent.summary, required=False),
        _text("problems", _("Problems; write “none” where there are none"), "" if sent is None else sent.problems),
        _text("next_month", _("Planned for the next month"), "" if sent is None else sent.next_month),
        attach_field(reading, body.code, carried=() if sent is None else sent.attachments),
        *([_line("reason", _("Why it is revised"), required=True)] if sent else []),
        press(_("Revise") if sent else _("Send the material"), main=True),
        fields=fields,
        name="assess-form task-form",
    )
    what = {"unit": body_label(body), "month": month_text(month)}
    title = _("Revise the material of {unit} for {month}", **what) if sent else _("Write: {unit}, {month}", **what)
    hint = _(
        "Progress by task is taken from your task reports for this month: report on the tasks first. A revision voids "
        "what was seen and signed."
    )
    asked = {"unit": body.code, "period": format_period(month), "lang": language()}
    template = html.A(
        _("Template (DOCX)"),
        href=f"/api/v1/materials/template.docx?{urlencode(asked)}",
        download="",
        className="quiet-link",
    )
    return section(title, html.P(hint, className="note"), form, aside=template, name="screen-only")


def _follow(reading: Reading, material: Material) -> Component:
    """What may be done about it now: note that the head has seen it, sign it, record a signature on paper."""
    principal, unit = reading.principal, material.sent.unit
    if principal is None:
        return None
    fields = {"number": str(material.id), "seen": material.etag.strip('"')}
    forms = slots(
        _seen_form(reading, fields) if principal.may_post_for(unit) and material.seen is None else None,
        _ask_form(fields) if principal.may_post_for(unit) and material.signed is None else None,
        _sign_form(principal.role, fields) if principal.may(Scope.SIGN_OFF) and material.signed is None else None,
    )
    return html.Section([html.H2(_("Next steps")), *forms], className="decide")


def _seen_form(reading: Reading, fields: dict[str, str]) -> Component:
    today = reading.moment.astimezone(ZoneInfo(reading.timezone)).date().isoformat()
    form = asking_form(
        "material.seen",
        _line("head", _("Head of the unit"), required=True),
        _line("title", _("Title")),
        _line("seen_on", _("Day on which it was seen"), required=True, value=today),
        press(_("Record")),
        fields=fields,
    )
    return folded(_("The head has seen it …"), form)


def _ask_form(fields: dict[str, str]) -> Component:
    """Has the leader's own address sent a link; why it cannot be is said when it is pressed."""
    return asking_form("material.ask_sign_off", press(_("Ask the leader to sign")), fields=fields)


def _sign_form(role: Role, fields: dict[str, str]) -> Component:
    if role is Role.LEADER:
        return asking_form("material.sign_off", press(_("Sign this material"), main=True), fields=fields)
    form = asking_form(
        "material.sign_off",
        _line("leader", _("Leader who signed on paper"), required=True),
        _line("note", _("Where the paper is kept")),
        press(_("Record the signature")),
        fields=fields,
    )
    return folded(_("It was signed on paper …"), form)


def _text(name: str, label: str, value: str, *, required: bool = True) -> Component:
    identity = f"material-{name}"
    entry = html.Textarea(
        value, name=name, id=identity, required=required, maxLength=LONGEST_MATERIAL_TEXT, rows=4, className="entry"
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field field-wide")


def _line(name: str, label: str, **properties: Any) -> Component:
    identity = f"material-{name}"
    entry = dcc.Input(
        id=identity, name=name, type="text", className="entry", maxLength=200, autoComplete="off", **properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")
