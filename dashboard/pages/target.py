"""One target: its stepped line against every unit's course, the ranking, the clause, and its revisions."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, date_text, language, ngettext
from dashboard.pages.content import Content
from dashboard.pages.not_found import not_found
from dashboard.pages.target_facts import target_facts, untracked_body
from dashboard.pages.target_measured import measured
from dashboard.parts import empty, page_head, section
from dashboard.reading import Reading
from dashboard.why import citations
from dashboard.wording import indicator_name, kind_word, target_name, target_rule
from metrics.plan.model import Plan, Target
from metrics.queries.progress_by_unit import Judged, progress_by_unit
from metrics.results import Status

Component = Any


def target_page(reading: Reading, code: str) -> Content:
    """The page at `/targets/{code}`. `unit` in the address chooses a course; without it the city's is shown."""
    plan = reading.plan
    if code not in plan.target_revisions:
        return not_found(reading, what=_("There is no target {code}", code=code[:40]))
    newest = plan.target_revisions[code][-1]
    target = newest if reading.on is None else plan.target_in_force(code, reading.on)
    if target is None:
        return _not_in_force(reading, plan.target_revisions[code][0])
    if not target.measured:
        return _without_course(reading, target, untracked_body(reading, target))
    judged = progress_by_unit(reading.session, reading.view, on=reading.on, targets=[code], whole_courses=True)
    title = finding(plan, judged, target)
    body = html.Div(
        [
            page_head(title, reading, html.P(_under(target), className="note")),
            *(measured(reading, judged, target, found=title) if judged.period else [_nothing_yet()]),
            html.Div(
                [
                    section(_("The clause"), citations(target)),
                    section(_("What the target says"), target_facts(plan, target)),
                ],
                className="two-columns",
            ),
            revisions(plan, target),
        ]
    )
    return Content(title=title, body=body)


def finding(plan: Plan, judged: Judged, target: Target) -> str:
    """How many of the units that are expected to report meet the target."""
    indicator = plan.indicator_by_code[str(target.indicator)]
    required = {unit.code for unit in plan.reporting_units if unit.figures_required}
    counted = [p for p in judged.progress if p.unit_code in required and p.status is not Status.NOT_APPLICABLE]
    name = indicator_name(indicator)
    rule = target_rule(target, indicator)
    if not counted or judged.period is None:
        return f"{target_name(target)} {rule}"
    return ngettext(
        "{met} of {n} unit meets {name} {rule}",
        "{met} of {n} units meet {name} {rule}",
        len(counted),
        met=sum(1 for progress in counted if progress.status is Status.MET),
        name=name,
        rule=rule,
    )


def _under(target: Target) -> str:
    parts = [target.code, target_name(target), kind_word(target.kind)]
    return " · ".join(parts)


def _nothing_yet() -> Component:
    return empty(
        _("No value has been reported for this target"),
        _("The first monthly return that fills its part of the form draws the first point here."),
    )


def _not_in_force(reading: Reading, target: Target) -> Content:
    """A target on a day before it became effective: it is not judged then."""
    since = _("from the beginning") if target.effective_from is None else date_text(target.effective_from)
    words = empty(_("Not in force yet on the day judged"), _("in force since {date}", date=since))
    return _without_course(reading, target, words)


def _without_course(reading: Reading, target: Target, instead: Component) -> Content:
    """A target that has no course to show, with what stands in its place."""
    title = target_name(target)
    body = html.Div(
        [
            page_head(title, reading, html.P(f"{target.code} · {kind_word(target.kind)}", className="note")),
            instead,
            html.Div(
                [
                    section(_("The clause"), citations(target)),
                    section(_("What the target says"), target_facts(reading.plan, target)),
                ],
                className="two-columns",
            ),
            revisions(reading.plan, target),
        ]
    )
    return Content(title=title, body=body)


def revisions(plan: Plan, target: Target) -> Component:
    """Every known revision of the target, newest first; nothing if there is only one."""
    known = plan.target_revisions[target.code]
    if len(known) < 2:
        return None
    items = []
    for revision in reversed(known):
        indicator = plan.indicator_by_code.get(str(revision.indicator))
        rule = target_rule(revision, indicator) if indicator else target_name(revision)
        since = _("from the beginning") if revision.effective_from is None else date_text(revision.effective_from)
        words = [rule, _("in force since {date}", date=since)]
        words += [_("judged by")] * (revision.revision == target.revision)
        items.append(
            html.Li(
                [
                    html.B(_("Revision {number}", number=revision.revision)),
                    html.Span(" · ".join(words)),
                    html.Span(revision.reason or "", className="note", lang="zh-CN" if language() == "zh" else None),
                ]
            )
        )
    return section(_("Revisions"), html.Ol(items, className="revisions"))
