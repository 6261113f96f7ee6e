"""What a target says beyond its clause, and how one without a number is tracked."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.locale import _, date_text, language
from dashboard.parts import empty, plain_table, section
from dashboard.reading import Reading
from dashboard.why import formula
from dashboard.wording import NOTHING, due_text, kind_word, milestone_word, target_rule, with_measure
from metrics.plan.model import Plan, Target

Component = Any


def target_facts(plan: Plan, target: Target) -> Component:
    """Rule, date, window, scope, exclusions, tasks and notes, as a list of names and texts."""
    spoken = language()
    indicator = plan.indicator_by_code.get(str(target.indicator)) if target.indicator else None
    facts: list[tuple[str, Component]] = [(_("Kind"), kind_word(target.kind))]
    if indicator is not None and target.measured:
        implied = _(" (follows from the wording, no number is printed)") if target.threshold_implied else ""
        facts.append((_("Target"), target_rule(target, indicator) + implied))
        facts.append((_("Formula"), formula(plan, indicator)))
    facts.append((_("Due"), due_text(target)))
    if target.verification_window is not None:
        window = target.verification_window
        facts.append((_("Verification window"), f"{date_text(window.start)} – {date_text(window.end)}"))
    if target.printed is not None:
        printed = f"{target.printed.comparator} {target.printed.threshold}"
        facts.append((_("As printed"), with_measure(printed, target.printed.unit_of_measure.in_language(spoken))))
    for name, text in ((_("Scope"), target.scope), (_("Qualifier"), target.qualifier), (_("Note"), target.note)):
        if text is not None:
            facts.append((name, text.in_language(spoken)))
    for exclusion in target.exclusions:
        facts.append((_("Exclusion"), f"{exclusion.name.in_language(spoken)} — {exclusion.effect.in_language(spoken)}"))
    if target.tasks:
        facts.append((_("Tasks"), _(", ").join(str(number) for number in target.tasks)))
    if target.baseline is not None:
        point = date_text(target.baseline.on) + _(": ") + str(target.baseline.value)
        facts.append((_("Baseline"), point))
    return html.Dl([part for name, text in facts for part in (html.Dt(name), html.Dd(text))], className="facts")


def untracked_body(reading: Reading, target: Target) -> Component:
    """How a target without a number is tracked: the milestones of its tasks."""
    milestones = [m for m in reading.plan.milestones if m.task in target.tasks]
    note = empty(
        _("This target has no number"),
        _("It is tracked by the milestones of its tasks and by monthly task reports, never by an invented percentage."),
    )
    if not milestones:
        return note
    rows = [
        [
            dcc.Link(_("task {number}", number=m.task), href=reading.place.to(f"/tasks/{m.task}")),
            m.requirement.in_language(language()),
            date_text(m.due_on) if m.due_on else NOTHING,
            milestone_word(m.kind),
            html.Span(m.raw, lang="zh-CN"),
        ]
        for m in milestones
    ]
    headings = [_("Task"), _("Requirement"), _("Date"), _("Kind"), _("As printed")]
    table = html.Div(plain_table(_("Milestones of its tasks"), headings, rows), className="scroll texts")
    return html.Div([note, section(_("Milestones of its tasks"), table)])
