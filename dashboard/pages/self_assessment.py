"""Self-assessments of a round: who has sent one, and one unit's sheet with its figures, its words and its signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.acts.attaching import attach_field
from dashboard.acts.forms import asking_form, folded, press
from dashboard.grids.evidence import evidence
from dashboard.locale import _, date_text, instant_text, language, month_text, pgettext
from dashboard.pages.refusals import not_found
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, measure, threshold_text, unit_name, with_measure
from dashboard.words.phases import gate_mark, phase_days, phase_name
from dashboard.words.section_findings import sent_found
from metrics.plan.model import Phase, Unit
from metrics.principal import Role, Scope
from metrics.queries.self_assessments import DrawnSheet, SelfAssessmentRow, drawn_sheet, self_assessments
from metrics.sign_offs import How
from metrics.supervision.gates import GateVerdict
from metrics.supervision.rectification import LONGEST_TEXT, rounds

Component = Any
Figure = Mapping[str, Any]


def self_assessments_section(reading: Reading, phase: Phase) -> Component:
    """Which units have sent their self-assessment of the round, in time or late, signed or not."""
    if reading.view.public or phase not in rounds(reading.plan):
        return None
    found = {row.unit: row for row in self_assessments(reading.session, reading.view, phases=[phase.code])}
    principal, plan = reading.principal, reading.plan
    owed = [
        unit
        for unit in plan.reporting_units_under(reading.level.under.code)
        if unit.figures_required and unit.exists_on(phase.end)
        if principal is None or not principal.is_bound_to_units or unit.code in principal.units
    ]
    title = _("Self-assessments")
    if not owed:
        return None
    listed = reading.paged(owed)
    headings = [
        _("Unit"),
        pgettext("sent", "State"),
        _("Figures of"),
        pgettext("when", "Sent"),
        pgettext("when", "Signed"),
    ]
    rows = [_standing(reading, phase, unit, found.get(unit.code)) for unit in listed.shown]
    sent = [found[unit.code] for unit in owed if unit.code in found]
    late = sum(_is_late(reading, phase, row) for row in sent)
    csv = csv_link(reading.address.csv("self_assessments", phase=phase.code))
    table = scrolled(plain_table(title, headings, rows), name="texts")
    return section(sent_found(len(sent), len(owed), late=late), table, aside=csv)


def _standing(reading: Reading, phase: Phase, unit: Unit, row: SelfAssessmentRow | None) -> list[Component]:
    link = dcc.Link(unit_name(unit), href=reading.address.to(f"/phases/{phase.code}/units/{unit.code}"))
    if row is None:
        return [link, _mark(*_not_sent(reading, phase)), NOTHING, NOTHING, NOTHING]
    state = ("sign-behind", _("Sent late")) if _is_late(reading, phase, row) else ("sign-met", _("Sent"))
    signed = NOTHING if row.signed_at is None else instant_text(row.signed_at, timezone=reading.timezone)
    return [
        link,
        _mark(*state),
        month_text(row.period),
        instant_text(row.recorded_at, timezone=reading.timezone),
        signed,
    ]


def _is_late(reading: Reading, phase: Phase, row: SelfAssessmentRow) -> bool:
    return _day(reading, row.recorded_at) > phase.end and row.revision == 1


def _not_sent(reading: Reading, phase: Phase) -> tuple[str, str]:
    over = _day(reading, reading.moment) > phase.end
    return ("sign-overdue", _("Missing")) if over else ("sign-no-data", _("Not sent yet"))


def _mark(sign: str, word: str) -> Component:
    return html.Span([html.Span(className=f"sign {sign}", **{"aria-hidden": "true"}), word], className="status")


def _day(reading: Reading, moment: Any) -> date:
    day: date = moment.astimezone(ZoneInfo(reading.timezone)).date()
    return day


def sheet_page(reading: Reading, code: str, unit: str) -> Content:
    """The page at `/phases/{code}/units/{unit}`: the sheet that was sent, and the clerk's form to send one."""
    phase = next((phase for phase in rounds(reading.plan) if phase.code == code), None)
    found = reading.plan.unit_by_code.get(unit)
    principal = reading.principal
    theirs = principal is not None and principal.may_see_submissions_of(unit)
    if phase is None or found is None or unit in reading.plan.children or not theirs:
        return not_found(reading, what=_("There is no self-assessment by {unit} for {phase}", unit=unit, phase=code))
    history = self_assessments(reading.session, reading.view, phases=[code], units=[unit], history=True)
    sent = history[-1] if history else None
    title = _("Self-assessment of {unit}", unit=unit_name(found))
    back = dcc.Link(phase_name(phase), href=reading.address.to(f"/phases/{code}"))
    under = (html.P([back, " · ", phase_days(phase)], className="note"),)
    parts = [_sent(reading, sent), *_sign_form(reading, sent), *_form(reading, phase, found, sent)]
    if len(history) > 1:
        parts.append(_earlier(reading, history[:-1]))
    return Content(title=title, body=html.Div([page_head(title, reading, *under, dated=False), *parts]))


def _sent(reading: Reading, row: SelfAssessmentRow | None) -> Component:
    title = _("What was sent")
    if row is None:
        return section(title, empty(_("No self-assessment has been sent yet")))
    names = reading.names({row.actor, *([row.signed_by] if row.signed_by else [])})
    facts = [
        _("revision {n}", n=row.revision),
        names[row.actor],
        instant_text(row.recorded_at, timezone=reading.timezone),
        _("figures of {month} as known at no. {seq}", month=month_text(row.period), seq=row.stands_on),
    ]
    signed = _("Not signed yet")
    if row.signed_at is not None and row.signed_by is not None:
        when, who = instant_text(row.signed_at, timezone=reading.timezone), names[row.signed_by]
        signed = _("Signed by {who}, {when}", who=who, when=when)
        if row.signed_how is How.PAPER:
            told = {"leader": row.leader, "who": who, "when": when}
            signed = _("Signed on paper by {leader}; recorded by {who}, {when}", **told)
    body = [
        html.P(" · ".join(facts), className="note"),
        html.P(signed),
        evidence(reading, "", row.scans) if row.scans else None,
        html.P([_("Why it is revised"), _(": "), html.Span(row.reason, lang="zh-CN")]) if row.reason else None,
        html.P([html.B(_("Overall")), _(": "), html.Span(row.summary, lang="zh-CN")]),
        scrolled(_figures(reading, row.figures, row.remarks), name="texts"),
    ]
    asked = {"phase": row.phase, "unit": row.unit}
    return section(title, *body, aside=csv_link(reading.address.csv("self_assessments", **asked)))


def _figures(reading: Reading, figures: tuple[Figure, ...], remarks: Mapping[str, str]) -> Component:
    headings = [_("Target"), _("Required"), _("Numerator ÷ denominator"), _("Value"), _("Verdict"), _("The unit says")]
    rows = [
        [*_figure(reading, figure), html.Span(remarks.get(figure["target"], NOTHING), lang="zh-CN")]
        for figure in figures
    ]
    return plain_table(_("The unit's own figures"), headings, rows)


def _figure(reading: Reading, figure: Figure) -> list[Component]:
    plan = reading.plan
    indicator = plan.indicator_by_code.get(figure["indicator"])
    revisions = plan.general_targets.get(figure["target"])
    name = figure["target"] if not revisions else revisions[-1].name.in_language(language())
    unit = "" if indicator is None else measure(indicator)
    due = (
        []
        if figure["due_on"] is None
        else [html.Span(date_text(date.fromisoformat(figure["due_on"])), className="note")]
    )
    counted = NOTHING if figure["numerator"] is None else f"{figure['numerator']} ÷ {figure['denominator']}"
    rule = with_measure(threshold_text(figure["comparator"], Fraction(figure["threshold"])), unit)
    value = NOTHING if figure["value"] is None else with_measure(figure["value"], unit)
    return [name, [rule, " ", *due], counted, value, gate_mark(GateVerdict(figure["verdict"]))]


def _sign_form(reading: Reading, row: SelfAssessmentRow | None) -> list[Component]:
    principal = reading.principal
    if row is None or row.signed_at is not None or principal is None or not reading.address.present:
        return []
    if not principal.may(Scope.SIGN_OFF) or (principal.role is Role.LEADER and row.unit not in principal.units):
        return []
    fields = {"phase": row.phase, "unit": row.unit, "seen": row.etag.strip('"')}
    if principal.role is Role.LEADER:
        form = asking_form("self.sign", press(_("Sign it as it stands"), main=True), fields=fields)
        return [section(_("Signature"), form, name="screen-only")]
    form = asking_form(
        "self.sign",
        _line("leader", _("Leader who signed on paper"), required=True),
        _line("note", _("Where the paper is kept")),
        attach_field(reading, row.unit),
        press(_("Record the signature")),
        fields=fields,
        name="assess-form",
    )
    return [section(_("Signature"), folded(_("It was signed on paper …"), form), name="screen-only")]


def _line(name: str, label: str, **properties: Any) -> Component:
    identity = f"self-{name}"
    entry = dcc.Input(
        id=identity, name=name, type="text", className="entry", maxLength=200, autoComplete="off", **properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")


def _form(reading: Reading, phase: Phase, unit: Unit, row: SelfAssessmentRow | None) -> list[Component]:
    principal = reading.principal
    if principal is None or not principal.may_post_for(unit.code) or not reading.address.present:
        return []
    title = _("Send the self-assessment") if row is None else _("Revise the self-assessment")
    sheet = drawn_sheet(reading.session, reading.view, phase, unit=unit.code)
    if sheet is None:
        return [section(title, empty(_("The unit has reported no figures yet that it could assess")))]
    said = {} if row is None else dict(row.remarks)
    fields = {"phase": phase.code, "unit": unit.code, "drawn_at": str(sheet.seq)}
    fields["seen"] = "" if row is None else row.etag.strip('"')
    drawn = _(
        "Figures of {month}, as they are known now; they are frozen with what is sent.", month=month_text(sheet.period)
    )
    form = asking_form(
        "self.submit",
        _area("summary", _("Overall"), "" if row is None else row.summary, required=True),
        *(_remark(reading, figure, said, sheet) for figure in sheet.figures),
        *([_area("reason", _("Why it is revised"), "", required=True)] if row else []),
        press(_("Revise") if row else _("Send"), main=True),
        fields=fields,
        name="assess-form task-form",
    )
    return [section(title, html.P(drawn, className="note"), form, name="screen-only")]


def _remark(reading: Reading, figure: Figure, said: Mapping[str, str], sheet: DrawnSheet) -> Component:
    name, rule, _counted, value, mark = _figure(reading, figure)
    code = figure["target"]
    needed = code in sheet.unmet
    label = [html.B(name), " ", *rule, _(": "), value, " ", mark, *([" · ", _("to be explained")] if needed else [])]
    return _area(f"remark-{code}", label, said.get(code, ""), required=needed)


def _area(name: str, label: Component, value: str, **properties: Any) -> Component:
    identity = f"self-{name}"
    entry = html.Textarea(
        value, name=name, id=identity, rows=2, className="entry", maxLength=LONGEST_TEXT, **properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field field-wide")


def _earlier(reading: Reading, rows: list[SelfAssessmentRow]) -> Component:
    title = _("Earlier revisions")
    headings = [_("Revision"), _("Recorded"), _("Overall"), _("Why it is revised")]
    table = plain_table(
        title,
        headings,
        [
            [
                _("revision {n}", n=row.revision),
                instant_text(row.recorded_at, timezone=reading.timezone),
                html.Span(row.summary, lang="zh-CN"),
                html.Span(row.reason or NOTHING, lang="zh-CN"),
            ]
            for row in reversed(rows)
        ],
    )
    return section(title, scrolled(table, name="texts"))
