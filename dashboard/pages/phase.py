"""One phase of the plan: what every unit has come to at its gates, and which date of a commitment binds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press
from dashboard.levels import breadcrumbs, pages, unit_way
from dashboard.locale import _, date_text, instant_text, ngettext
from dashboard.pages.findings import findings_section
from dashboard.pages.refusals import not_found
from dashboard.pages.self_assessment import self_assessments_section
from dashboard.parts import choice, csv_link, empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, target_name
from dashboard.words.phases import binding_sentence, binding_word, gate_mark, gate_word, phase_days, phase_name
from dashboard.words.section_findings import gates_found
from metrics.plan.model import Phase, Target, Unit
from metrics.principal import Scope
from metrics.queries.phase_gates import GateRuleInForce, GatesJudged, PhaseOfUnit, phase_gates
from metrics.supervision.gates import BindingDate, GateVerdict, gated_phases, gates_of

Component = Any
_LONGEST_REASON = 2000


def phase_page(reading: Reading, code: str) -> Content:
    """The page at `/phases/{code}`."""
    phases = gated_phases(reading.plan)
    phase = next((phase for phase in phases if phase.code == code), None)
    if phase is None:
        return not_found(reading, what=_("The plan has no phase {code} with targets as its gates", code=code))
    listed = reading.paged(reading.level.units)
    units = (reading.level.under, *listed.shown)
    known = phase_gates(
        reading.session, reading.view, phases=[phase], month=reading.month, units=[unit.code for unit in units]
    )
    under = (html.P(phase_days(phase), className="note"), _others(reading, phases, phase))
    parts = [
        _says(phase),
        _gates_section(reading, phase, known, units, below=pages(reading.address, listed)),
        _without_number(reading, phase),
        self_assessments_section(reading, phase),
        findings_section(reading, phase),
        _rule_section(reading, known.rule),
    ]
    body = html.Div([page_head(_finding(phase, known, reading), reading, breadcrumbs(reading), *under), *parts])
    return Content(title=phase_name(phase), body=body)


def _finding(phase: Phase, known: GatesJudged, reading: Reading) -> str:
    """How many of the level's units have come to what."""
    top = reading.level.under.code
    counts = Counter(row.verdict for row in known.phases[0].units if row.unit != top)
    said = "\u00a0· ".join(f"{gate_word(verdict)} {counts[verdict]}" for verdict in GateVerdict if counts[verdict])
    return phase_name(phase) + (_(": ") + said if said else "")


def _others(reading: Reading, phases: Sequence[Phase], shown: Phase) -> Component:
    links = [
        choice(phase_name(phase), reading.address.to(f"/phases/{phase.code}"), here=phase is shown, current="page")
        for phase in phases
    ]
    return html.Ul(links, className="filters", **{"aria-label": _("Phases of the plan")})


def _says(phase: Phase) -> Component:
    if phase.citation is None:
        return None
    where = html.P(_("{where}, line {line}", where=phase.citation.where, line=phase.citation.line), className="note")
    return html.Details(
        [html.Summary(_("The plan's own words")), html.Blockquote(phase.citation.quote, lang="zh-CN"), where],
        className="table-view",
    )


def _gates_section(
    reading: Reading, phase: Phase, known: GatesJudged, units: Sequence[Unit], *, below: Component
) -> Component:
    title = _("Units by gate")
    by_unit = {row.unit: row for row in known.phases[0].units}
    targets = [
        target for target in gates_of(reading.plan, phase) if any(target.code in r.gates for r in by_unit.values())
    ]
    if not targets:
        return section(title, empty(_("None of this phase's gates is measured by a figure")))
    headings = [_("Unit"), _("Phase"), *[_heading(reading, target) for target in targets]]
    rows = [_row(reading, unit, by_unit[unit.code], targets) for unit in units if unit.code in by_unit]
    on = {"on": reading.on.isoformat()} if reading.on else {}
    asked = {"phase": phase.code, **on}
    files = [
        csv_link(reading.address.csv("phases", **asked), words=_("Phases as CSV")),
        csv_link(reading.address.csv("gates", **asked), words=_("Gates as CSV")),
    ]
    top = reading.level.under.code
    found = gates_found(
        [row.gates for row in by_unit.values() if row.unit != top],
        {target.code: target_name(target) for target in targets},
    )
    return section(found, scrolled(plain_table(title, headings, rows), name="texts"), below, aside=files)


def _heading(reading: Reading, target: Target) -> Component:
    """The target, and its dates: the task's own and, where there is one, the end of the window."""
    days = [] if target.due_on is None else [date_text(target.due_on)]
    if target.verification_window is not None:
        days.append(date_text(target.verification_window.end))
    link = dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}"))
    return html.Span([link, html.Small(" / ".join(days))], className="weighed")


def _row(reading: Reading, unit: Unit, row: PhaseOfUnit, targets: Sequence[Target]) -> list[Component]:
    name = unit_way(reading.plan, reading.address, unit, level=reading.level)
    cells = [
        html.A(gate_mark(row.gates[target.code]), href=f"#why={unit.code}/{target.code}")
        if target.code in row.gates
        else NOTHING
        for target in targets
    ]
    return [name, gate_mark(row.verdict), *cells]


def _without_number(reading: Reading, phase: Phase) -> Component:
    """Gates that no figure measures, with the ways to what is said of them."""
    others = [target for target in gates_of(reading.plan, phase) if not target.measured]
    if not others:
        return None
    rows = [
        [
            dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}")),
            date_text(target.due_on) if target.due_on else NOTHING,
            [dcc.Link(str(number), href=reading.address.to(f"/tasks/{number}")) for number in target.tasks] or NOTHING,
        ]
        for target in others
    ]
    title = _("Gates without a number")
    table = plain_table(title, [_("Target"), _("Due"), _("Tasks")], rows)
    said = ngettext("{n} gate has no number", "{n} gates have no number", len(others))
    return section(said, scrolled(table, name="texts"))


def _rule_section(reading: Reading, rule: GateRuleInForce) -> Component:
    """Which date binds, since when and why; for evaluators the form that decides otherwise."""
    said = [html.P(binding_sentence(rule.binding))]
    if rule.recorded_at is None:
        said.append(html.P(_("Nothing else has been decided: this is the default."), className="note"))
    else:
        when = instant_text(rule.recorded_at, timezone=reading.timezone)
        by = reading.names([rule.actor])[rule.actor] if rule.actor else ""
        said.append(html.P(" · ".join(filter(None, (when, by, rule.reason))), className="note"))
    may = reading.principal is not None and reading.principal.may(Scope.REVISE_TARGET) and reading.address.present
    return section(binding_word(rule.binding), *said, *([_rule_form(rule)] if may else []))


def _rule_form(rule: GateRuleInForce) -> Component:
    other = next(binding for binding in BindingDate if binding is not rule.binding)
    reason = dcc.Input(
        id="gate-rule-reason",
        name="reason",
        type="text",
        className="entry",
        required=True,
        maxLength=_LONGEST_REASON,
        autoComplete="off",
    )
    form = asking_form(
        "gate_rule.bind",
        html.P(binding_sentence(other)),
        html.Div([html.Label(_("Reason"), htmlFor="gate-rule-reason"), reason], className="field field-wide"),
        press(_("Make this date binding"), main=True),
        fields={"binding": other.value},
        name="assess-form",
    )
    return folded(_("Decide otherwise"), form)
