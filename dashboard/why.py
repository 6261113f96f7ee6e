"""“Why this colour?” — formula with its numbers, target and clause, the rule that decided, and who stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, date_text, instant_text, language, month_text
from dashboard.made_of import made_of, with_numbers
from dashboard.override_form import by_hand
from dashboard.pace import pace_text, present_pace, reached_text
from dashboard.parts import verdict_mark
from dashboard.reading import Reading
from dashboard.rules import rule_name
from dashboard.wording import (
    NOTHING,
    coverage_text,
    indicator_name,
    measure,
    measure_of_change,
    rule_sentence,
    signed,
    state_word,
    target_name,
    target_rule,
    timing_word,
    unit_name,
    value_text,
    with_measure,
)
from metrics.period_states import end_text
from metrics.periods import due_on
from metrics.plan.model import Indicator, LinearForm, Plan, Target
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
        reading.session, reading.view, on=reading.on, units=[unit], targets=[target], whole_courses=True
    )
    progress = judged.of(unit, target)
    if progress is None:
        return None
    plan = reading.plan
    stated = next(t for t in plan.target_revisions[target] if t.revision == progress.target_revision)
    indicator = plan.indicator_by_code[progress.indicator_code]
    return html.Div(
        [
            html.P(
                [
                    dcc.Link(unit_name(plan.unit_by_code[unit]), href=reading.place.to(f"/units/{unit}")),
                    " · ",
                    dcc.Link(target_name(stated), href=reading.place.to(f"/targets/{target}")),
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
            html.P(rule_sentence(progress, indicator, plan), className="why-rule"),
            html.Dl(
                _facts(reading, progress, stated, judged.courses.get((unit, indicator.code), [])), className="facts"
            ),
            made_of(reading, progress, indicator),
            citations(stated),
            by_hand(reading, progress),
        ],
        className="why",
    )


def _facts(reading: Reading, progress: Progress, target: Target, course: Sequence[Rate]) -> list[Component]:
    plan, rate = reading.plan, progress.rate
    indicator = plan.indicator_by_code[progress.indicator_code]
    facts: list[tuple[str, Component]] = [
        (_("Formula"), formula(plan, indicator)),
        (_("With its numbers"), with_numbers(reading, progress, indicator)),
        (_("Target"), [target_rule(target, indicator), " ", _due(target), _revision(plan, target)]),
    ]
    if progress.gap is not None:
        facts.append((_("Distance"), with_measure(signed(progress.gap), measure_of_change(indicator))))
    facts += _paces(plan, progress, indicator, course)
    if progress.timing is not None:
        facts.append((_("First met"), timing_word(progress.timing)))
    flags = [_("Was met earlier and is not now")] * progress.regressed
    flags += [_("Rose only because the denominator shrank")] * progress.denominator_watch
    if flags:
        facts.append((_("Note"), " · ".join(flags)))
    if rate is not None:
        facts.append((_("Figure of"), f"{month_text(rate.period)} · {state_word(rate.state)}"))
        if progress.unit_code in plan.children:
            facts.append((_("In the figure"), coverage_text(rate)))
    facts += _behind_it(reading, progress) or _owed(reading, progress, course)
    facts.append((_("Judged on"), date_text(progress.evaluated_on)))
    facts.append((_("Known as of"), known_as_of(reading)))
    facts.append((_("Rule"), rule_name(progress.decided_by)))
    return [part for name, text in facts for part in (html.Dt(name), html.Dd(text))]


def _paces(plan: Plan, progress: Progress, indicator: Indicator, course: Sequence[Rate]) -> list[tuple[str, Component]]:
    """The pace that is needed and the present one, and where the trend leads or why none is computed."""
    facts: list[tuple[str, Component]] = []
    if progress.required_pace is not None:
        facts.append((_("Required pace"), pace_text(progress.required_pace, indicator)))
    monthly = present_pace(course)
    if progress.gap is not None and monthly is not None:
        facts.append((_("Present pace"), pace_text(monthly, indicator)))
    if progress.projection is not None:
        facts.append((_("Trend"), projection_text(plan, indicator, progress)))
    elif progress.gap is not None and progress.status is not Status.MET:
        facts.append((_("Trend"), reached_text(progress, course)))
    return facts


def _behind_it(reading: Reading, progress: Progress) -> list[tuple[str, Component]]:
    """Who sent the figure and who checked it, for those who are signed in; a rolled-up figure has many."""
    if reading.principal is None or progress.period is None or progress.unit_code in reading.plan.children:
        return []
    known = provenance(reading.session, reading.view, unit=progress.unit_code, period=progress.period)
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


def _owed(reading: Reading, progress: Progress, course: Sequence[Rate]) -> list[tuple[str, Component]]:
    """Of a unit that has not reported: until when it had to, and when it last did."""
    plan = reading.plan
    if progress.status is not Status.NO_DATA or progress.period is None or progress.unit_code in plan.children:
        return []
    found: list[tuple[str, Component]] = []
    if plan.unit_by_code[progress.unit_code].figures_required:
        due = date_text(due_on(progress.period, rule=plan.due_rule))
        found.append((_("Return due"), _("by {date}", date=due)))
    state = period_state(reading.session, progress.period, seq=reading.view.seq)
    excepted = state.exceptions.get(progress.unit_code)
    if excepted is not None:
        until = end_text(excepted.until, timezone=reading.timezone)
        found.append((_("Exception"), _("may still send until {moment}", moment=until)))
    reported = [rate.period for rate in course if rate.reported]
    found.append((_("Last reported"), month_text(max(reported)) if reported else _("never")))
    return found


def known_as_of(reading: Reading) -> str:
    """The moment and the ledger's entry up to which things are known."""
    moment = reading.view.recorded_at
    place = _("entry {seq} of the ledger", seq=reading.view.seq)
    return place if moment is None else f"{instant_text(moment, timezone=reading.timezone)} · {place}"


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
    since = _("from the beginning") if target.effective_from is None else date_text(target.effective_from)
    parts = (_("Revision {number}", number=target.revision), _("in force since {date}", date=since))
    return " · " + " · ".join(parts)


def projection_text(plan: Plan, indicator: Indicator, progress: Progress) -> str:
    """Where the course is heading, with its interval and the points it rests on."""
    projection = progress.projection
    if projection is None:
        return NOTHING
    return _(
        "{value} {unit} on the due date (between {low} and {high}; {points} months)",
        value=value_text(plan, indicator, projection.value),
        low=value_text(plan, indicator, projection.low),
        high=value_text(plan, indicator, projection.high),
        unit=measure(indicator),
        points=projection.points,
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
