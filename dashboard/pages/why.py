"""“Why this colour?” — formula with its numbers, target and clause, the rule that decided, and who stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, date_text, instant_text, language, month_text
from dashboard.pages.corrected import corrected_facts
from dashboard.pages.override_form import by_hand
from dashboard.pages.slip_links import slips_of_verdict
from dashboard.pages.why_formula import made_of, with_numbers
from dashboard.parts import verdict_mark
from dashboard.window.print_lines import known_as_of
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    coverage_text,
    distance_text,
    indicator_name,
    measure,
    rule_sentence,
    target_name,
    target_rule,
    timing_word,
    unit_name,
    value_text,
)
from dashboard.words.paces import pace_text, points_text, reached_text, too_slow_text
from dashboard.words.submissions import figure_word
from dashboard.words.target_changes import in_force_text
from metrics.period_states import end_text
from metrics.periods import due_on, last_owed
from metrics.plan.model import Indicator, LinearForm, Plan, Target
from metrics.queries.parts_of_rate import sent_for
from metrics.queries.period_states import period_state
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.provenance import provenance
from metrics.results import Progress, Rate, Status

Component = Any


def why(reading: Reading, *, unit: str, target: str) -> Component | None:
    """The explanation of one verdict; None if there is no such verdict."""
    if reading.on is None or unit not in reading.plan.unit_by_code:
        return None
    judged = progress_by_unit(
        reading.session, reading.view, month=reading.month, units=[unit], targets=[target], whole_courses=True
    )
    progress = judged.of(unit, target)
    if progress is None:
        return None
    plan = reading.plan
    stated = plan.target_revision(target, progress.target_revision)
    indicator = plan.indicator_by_code[progress.indicator_code]
    return html.Div(
        [
            html.P(
                [
                    dcc.Link(unit_name(plan.unit_by_code[unit]), href=reading.address.to(f"/units/{unit}")),
                    " · ",
                    dcc.Link(target_name(stated), href=reading.address.to(f"/targets/{target}")),
                ],
                className="why-what",
            ),
            html.P(
                [
                    html.Span(value_text(plan, indicator, progress.value), className="figure"),
                    html.Span(measure(indicator) if progress.value is not None else "", className="unit"),
                    verdict_mark(progress),
                ],
                className="why-value",
            ),
            html.P(_rule(plan, progress, indicator), className="why-rule"),
            html.Dl(
                _facts(reading, progress, stated, judged.courses.get((unit, indicator.code), [])), className="facts"
            ),
            made_of(reading, progress, indicator),
            citations(stated),
            by_hand(reading, progress),
            slips_of_verdict(reading, progress),
        ],
        className="why",
    )


def _rule(plan: Plan, progress: Progress, indicator: Indicator) -> str:
    """The rule that decided; of what is on track and yet too slow, that too."""
    return " ".join(filter(None, (rule_sentence(progress, indicator, plan), too_slow_text(plan, progress))))


def _facts(reading: Reading, progress: Progress, target: Target, course: Sequence[Rate]) -> list[Component]:
    plan, rate = reading.plan, progress.rate
    indicator = plan.indicator_by_code[progress.indicator_code]
    sent = _sent_for(reading, progress, indicator)
    facts: list[tuple[str, Component]] = [
        (_("Formula"), formula(plan, indicator)),
        (_("With its numbers"), with_numbers(reading, progress, indicator, sent_for=sent)),
        (_("Target"), [target_rule(target, indicator), " ", _due(target), _revision(plan, target), _own(target)]),
    ]
    if progress.gap is not None:
        facts.append((_("Distance"), distance_text(plan, progress)))
    facts += _paces(plan, progress, indicator)
    if progress.timing is not None:
        facts.append((_("First met"), timing_word(progress.timing)))
    flags = [_("Met earlier, but not now")] * progress.regressed
    flags += [_("Rose only because the denominator shrank")] * progress.denominator_watch
    if flags:
        facts.append((_("Note"), " · ".join(flags)))
    if rate is not None:
        facts.append((_("Figure from"), f"{month_text(sent or rate.period)} · {figure_word(rate.state)}"))
        if progress.unit_code in plan.children:
            facts.append((_("In the figure"), coverage_text(rate)))
    facts += corrected_facts(reading, progress, month=sent)
    facts += _behind_it(reading, progress, month=sent) or _owed(reading, progress, indicator, course)
    facts.append((_("Judged on"), date_text(progress.evaluated_on)))
    facts.append((_("Known as of"), known_as_of(reading)))
    facts.append((_("Rule"), rule_name(progress.decided_by)))
    return [part for name, text in facts for part in (html.Dt(name), html.Dd(text))]


def _paces(plan: Plan, progress: Progress, indicator: Indicator) -> list[tuple[str, Component]]:
    """The pace that is needed and the present one, and where it leads or why nothing is projected."""
    facts: list[tuple[str, Component]] = []
    if progress.required_pace is not None:
        facts.append((_("Required pace"), pace_text(progress.required_pace, indicator)))
    if progress.present_pace is not None:
        facts.append((_("Present pace"), pace_text(progress.present_pace, indicator)))
    if progress.projection is not None:
        facts.append((_("Projection"), projection_text(plan, indicator, progress)))
    elif progress.gap is not None and progress.status is not Status.MET:
        facts.append((_("Projection"), reached_text(plan, progress)))
    return facts


def _sent_for(reading: Reading, progress: Progress, indicator: Indicator) -> date | None:
    """The month of the submission that a reporting unit's figure is from, or would be; None for a rolled-up one."""
    period, unit = progress.period, progress.unit_code
    if period is None or unit in reading.plan.children:
        return None
    sent = sent_for(reading.session, reading.view, unit=unit, period=period, indicator=indicator)
    return sent or last_owed(period, reading.plan.months_apart[indicator.code])


def _behind_it(reading: Reading, progress: Progress, *, month: date | None) -> list[tuple[str, Component]]:
    """Who sent the figure and who checked it, for those who are signed in; a rolled-up figure has many."""
    if reading.principal is None or month is None:
        return []
    known = provenance(reading.session, reading.view, unit=progress.unit_code, period=month)
    if known is None:
        return []
    names = reading.names({known.sent_by, known.checked_by or known.sent_by})
    sent = _("by {who}, {when}", who=names[known.sent_by], when=instant_text(known.sent_at, timezone=reading.timezone))
    if known.revision > 1:
        sent += " · " + _("Revision {number}", number=known.revision)
    found: list[tuple[str, Component]] = [(_("Sent by"), sent)]
    if known.checked_by is not None and known.checked_at is not None:
        when = instant_text(known.checked_at, timezone=reading.timezone)
        found.append((_("Checked by"), _("by {who}, {when}", who=names[known.checked_by], when=when)))
    else:
        found.append((_("Checked by"), _("nobody yet")))
    return found


def _owed(
    reading: Reading, progress: Progress, indicator: Indicator, course: Sequence[Rate]
) -> list[tuple[str, Component]]:
    """Of a unit that has not reported: until when it had to, and when it last did."""
    plan, unit = reading.plan, progress.unit_code
    if progress.status is not Status.NO_DATA or progress.period is None or unit in plan.children:
        return []
    found: list[tuple[str, Component]] = []
    month = last_owed(progress.period, plan.months_apart[indicator.code])
    if plan.unit_by_code[unit].figures_required:
        found.append((_("Submission due"), _("by {date}", date=date_text(due_on(month, rule=plan.due_rule)))))
    state = period_state(reading.session, month, seq=reading.view.seq)
    excepted = state.exceptions.get(unit)
    if excepted is not None:
        until = end_text(excepted.until, timezone=reading.timezone)
        found.append((_("Exception"), _("may still send until {moment}", moment=until)))
    newest = max((rate.period for rate in course if rate.reported), default=None)
    last = newest and sent_for(reading.session, reading.view, unit=unit, period=newest, indicator=indicator)
    found.append((_("Last reported"), month_text(last) if last else _("never")))
    return found


def _due(target: Target) -> str:
    if target.due_on is None:
        return _("(no date printed)")
    text = _("by {date}", date=date_text(target.due_on))
    if target.verification_window is not None:
        window = target.verification_window
        text += " " + _("(verification {start} to {end})", start=date_text(window.start), end=date_text(window.end))
    return text


def _revision(plan: Plan, target: Target) -> str:
    """Which revision of the target decided, and since when it is in force; nothing for one that was never revised."""
    if len(plan.target_revisions[target.code]) < 2:
        return ""
    since = in_force_text(target, None)
    parts = (_("Revision {number}", number=target.revision), since)
    return " · " + " · ".join(parts)


def _own(target: Target) -> str:
    """That the target is the unit's own, and why; nothing for the general one."""
    return " · " + _("the unit's own target: {reason}", reason=target.reason) if target.for_units else ""


def projection_text(plan: Plan, indicator: Indicator, progress: Progress) -> str:
    """Where the course is heading, the points that rests on and, if there are enough, the range their slopes span."""
    projection = progress.projection
    if projection is None:
        return NOTHING
    said = {
        "value": value_text(plan, indicator, projection.value),
        "unit": measure(indicator),
        "points": points_text(plan, progress),
    }
    if projection.low is None or projection.high is None:
        return _("{value} {unit} on the due date (from {points}; too few for a range)", **said)
    return _(
        "{value} {unit} on the due date (range {low} to {high}; {points})",
        low=value_text(plan, indicator, projection.low),
        high=value_text(plan, indicator, projection.high),
        **said,
    )


def formula(plan: Plan, indicator: Indicator) -> str:
    """(事项总数 − 例外) ÷ … in the names of the form."""
    above, below = _form_text(plan, indicator.numerator), _form_text(plan, indicator.denominator)
    several = len(indicator.numerator.terms) > 1
    above = f"({above})" if several else above
    below = f"({below})" if len(indicator.denominator.terms) > 1 else below
    return f"{indicator_name(indicator)} = {above} ÷ {below}"


def _form_text(plan: Plan, form: LinearForm) -> str:
    text = ""
    for place, term in enumerate(form.terms):
        name = plan.element_by_code[term.element].name.in_language(language())
        sign = ("−" if term.times < 0 else "") if place == 0 else (" − " if term.times < 0 else " + ")
        text += sign + (name if abs(term.times) == 1 else f"{count_text(abs(term.times))} {name}")
    if form.constant:
        text += f" {'+' if form.constant > 0 else '−'} {count_text(abs(form.constant))}"
    return text


def citations(target: Target) -> Component:
    """The clauses, word for word, with their places."""
    return html.Div(
        [
            html.Figure(
                [
                    html.Blockquote(citation.quote, lang="zh-CN"),
                    html.Figcaption(
                        [citation.where, " · ", _("line {line}", line=citation.line)]
                        + ([" · ", _("task {number}", number=citation.task)] if citation.task else []),
                    ),
                ]
            )
            for citation in target.citations
        ],
        className="citations",
    )


def rule_name(decided_by: str) -> str:
    """What the rule says of every verdict that it decides; `RULES` of :mod:`metrics.verdicts.verdict_table`."""
    return {
        "out_of_scope": _("Scope: the target is asked of other units only"),
        "not_reported": _("Not reported: nothing is judged without the submission that is owed"),
        "denominator_zero": _("Not applicable: the denominator is 0"),
        "satisfied": _("Met: the exact value, not the rounded one, is compared with the target"),
        "first_value": _("On track: the line to the target starts at the first value"),
        "line": _("On track: on or better than the line to the due date, straight or agreed"),
        "pace": _("On track: short of the line, but the present pace reaches the target in time"),
        "below_line": _("Behind: short of the line, and the present pace does not reach the target in time"),
        "window": _("Rectifying: past due, while the verification window is open"),
        "past_due": _("Overdue: past the due date and any verification window, and not met"),
        "undated_line": _("On track: without a due date, no worse than at the start"),
        "undated_below_line": _("Behind: without a due date, worse than at the start"),
    }[decided_by]
