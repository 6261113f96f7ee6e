"""One target: what is due against every unit's course, the ranking, the clause, its facts, and its revisions."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.acts.follows import follow_button
from dashboard.grids.task_contradictions import contradictions_section
from dashboard.grids.task_table import task_links
from dashboard.levels import breadcrumbs, ways_down
from dashboard.locale import _, date_text, language, ngettext
from dashboard.pages.override_form import way_to_revise
from dashboard.pages.refusals import not_found
from dashboard.pages.target_history import revisions
from dashboard.pages.target_measured import level_courses, level_rows, measured
from dashboard.pages.target_rows import chosen_rows
from dashboard.pages.target_units import units_of_target
from dashboard.pages.why import citations, formula
from dashboard.parts import empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    due_text,
    indicator_name,
    kind_word,
    milestone_word,
    target_name,
    target_rule,
    unit_name,
    unreported_text,
    with_measure,
)
from dashboard.words.months import without_data
from dashboard.words.target_changes import in_force_text
from metrics.plan.model import Target
from metrics.publish.shape import WHERE
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.queries.tally_below import tally_below
from metrics.tally import Tally

Component = Any


def target_page(reading: Reading, code: str) -> Content:
    """The page at `/targets/{code}`. `unit` in the address chooses a course; without it the city's is shown."""
    plan = reading.plan
    if code not in plan.general_targets:
        return not_found(reading, what=_("There is no target {code}", code=code[:40]))
    newest = plan.general_targets[code][-1]
    target = newest if reading.on is None else plan.target_in_force(code, reading.on)
    if target is None:
        return _not_in_force(reading, plan.general_targets[code][0])
    if not target.measured:
        return _without_course(reading, target, untracked_body(reading, target))
    judged = level_courses(reading, code)
    counted = tally_below(
        reading.session, reading.view, judged, reading.level, month=reading.month, targets=[target.code]
    )
    title = without_data(reading) or finding(reading, judged, target, counted=counted)
    tasks = [task for task in plan.tasks if task.number in target.tasks]
    body = html.Div(
        [
            page_head(
                title,
                reading,
                html.P(_under(target), className="note"),
                way_to_revise(reading, code, unit=reading.address.keeps("unit")),
                _follow(reading, target),
                breadcrumbs(reading),
                slides=_has_slide(reading, judged),
            ),
            ways_down(reading),
            *(_measured(reading, judged, target, found=title) if judged.period else [_nothing_yet()]),
            contradictions_section(reading, targets=[target.code], tasks=tasks) if tasks else None,
            html.Div(
                [
                    section(_("The clause"), citations(target)),
                    section(_("What the target says"), target_facts(reading, target)),
                ],
                className="two-columns",
            ),
            revisions(plan, target.code, on=reading.on),
        ]
    )
    return Content(title=title, body=body)


def _has_slide(reading: Reading, judged: JudgedProgress) -> bool:
    """True where the target applies to a unit, and where the address leaves units out to one of those shown."""
    if judged.table is None:
        return False
    if reading.address.keeps(WHERE) is None:
        return bool(len(level_rows(reading, judged.table)))
    return bool(chosen_rows(reading, judged).ranked)


def _measured(reading: Reading, judged: JudgedProgress, target: Target, *, found: str) -> list[Component]:
    """What a measured target shows; the table of all units stands right below the chart and the ranking."""
    chart, *others = measured(reading, judged, target, found=found)
    return [chart, units_of_target(reading, judged, target), *others]


def finding(reading: Reading, judged: JudgedProgress, target: Target, *, counted: Tally) -> str:
    """How many of the units that are expected to report meet the target, and apart from that how many have not.

    Where some are judged by targets of their own, that what is asked for is not asked of them is said as well.
    """
    plan = reading.plan
    indicator = plan.indicator_by_code[str(target.indicator)]
    met, units = counted.meeting(target.code)
    name = indicator_name(indicator)
    rule = target_rule(target, indicator)
    if not units or judged.period is None:
        return f"{target_name(target)} {rule}"
    said = ngettext(
        "{met} of {n} unit meets {name} {rule}",
        "{met} of {n} units meet {name} {rule}",
        units,
        met=met,
        name=name,
        rule=rule,
    )
    own = _judged_by_own(reading, target.code, judged.on)
    apart = ngettext("; {n} judged by its own target", "; {n} judged by their own targets", own) if own else ""
    return said + apart + unreported_text(counted.not_reported(target.code))


def _judged_by_own(reading: Reading, code: str, on: date | None) -> int:
    """How many units below the level's top have a target of their own on the day."""
    if on is None:
        return 0
    below = {unit.code for unit in reading.plan.reporting_units_under(reading.level.under.code)}
    own = [unit for unit, of in reading.plan.own_targets.items() if code in of and unit in below]
    found = [reading.plan.target_in_force(code, on, unit=unit) for unit in own]
    return sum(target is not None and bool(target.for_units) for target in found)


def _under(target: Target) -> str:
    parts = [target.code, target_name(target), kind_word(target.kind)]
    return " · ".join(parts)


def _follow(reading: Reading, target: Target) -> Component:
    """The button that follows the target, of the unit that the address chooses."""
    unit = reading.address.keeps("unit")
    chosen = reading.plan.unit_by_code.get(unit or "")
    named = target_name(target) if chosen is None else f"{unit_name(chosen)} · {target_name(target)}"
    return follow_button(reading, unit="" if chosen is None else chosen.code, target=target.code, named=named)


def _nothing_yet() -> Component:
    return empty(
        _("No value has been reported for this target"),
        _("The first monthly submission that fills in its part of the form adds the first point here."),
    )


def _not_in_force(reading: Reading, target: Target) -> Content:
    """A target on a day before it became effective: it is not judged then."""
    since = in_force_text(target, reading.on)
    words = empty(_("Not in force yet on the day judged"), since)
    return _without_course(reading, target, words)


def _without_course(reading: Reading, target: Target, instead: Component) -> Content:
    """A target that has no course to show, with what stands in its place."""
    title = target_name(target)
    body = html.Div(
        [
            page_head(
                title,
                reading,
                html.P(f"{target.code} · {kind_word(target.kind)}", className="note"),
                way_to_revise(reading, target.code, unit=reading.address.keeps("unit")),
            ),
            instead,
            html.Div(
                [
                    section(_("The clause"), citations(target)),
                    section(_("What the target says"), target_facts(reading, target)),
                ],
                className="two-columns",
            ),
            revisions(reading.plan, target.code, on=reading.on),
        ]
    )
    return Content(title=title, body=body)


def target_facts(reading: Reading, target: Target) -> Component:
    """Rule, date, window, scope, exclusions, tasks and notes, as a list of names and texts."""
    plan, spoken = reading.plan, language()
    indicator = plan.indicator_by_code.get(str(target.indicator)) if target.indicator else None
    facts: list[tuple[str, Component]] = [(_("Kind"), kind_word(target.kind))]
    if indicator is not None and target.measured:
        implied = _(" (follows from the wording; no number is printed)") if target.threshold_implied else ""
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
        facts.append((_("Tasks"), task_links(reading.address, target.tasks)))
    if target.trajectory:
        agreed = [date_text(point.on) + _(": ") + str(point.value) for point in target.trajectory]
        facts.append((_("Agreed trajectory"), _(", ").join(agreed)))
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
            dcc.Link(_("task {number}", number=m.task), href=reading.address.to(f"/tasks/{m.task}")),
            m.requirement.in_language(language()),
            date_text(m.due_on) if m.due_on else NOTHING,
            milestone_word(m.kind),
            html.Span(m.raw, lang="zh-CN"),
        ]
        for m in milestones
    ]
    headings = [_("Task"), _("Requirement"), _("Date"), _("Kind"), _("As printed")]
    table = scrolled(plain_table(_("Milestones of its tasks"), headings, rows), name="texts")
    return html.Div([note, section(_("Milestones of its tasks"), table)])
