"""What stands beside a submission's figures: its checks, the rates that follow from it, and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import html

from dashboard.locale import _, instant_text, language, month_text, ngettext
from dashboard.parts import hidden, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    change_between,
    indicator_name,
    measure,
    measure_of_change,
    ratio_text,
    signed,
    value_text,
    with_measure,
)
from dashboard.words.sign_offs import how_of_event
from dashboard.words.submissions import event_word
from metrics.periods import add_months, is_owed, last_owed
from metrics.plan.model import Indicator, Severity
from metrics.queries.checks_of_submissions import StandingWarning, SubmissionChecks
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.submissions import SubmissionDetail, SubmissionEventRow
from metrics.rates import is_denominator_watch
from metrics.results import Rate
from metrics.submission_states import Action

Component = Any


def checks_section(reading: Reading, checks: SubmissionChecks) -> Component:
    """The warnings with what the clerk said to them, and whether anything fails that would refuse the submission."""
    excepted = {row.warning.code for row in checks.warnings if row.warning.excepted}
    refusing = sum(
        1 for check in reading.plan.checks if check.severity is Severity.ERROR and check.code not in excepted
    )
    if checks.failed:
        told: Component = html.Ul(
            [html.Li(problem.message.in_language(language())) for problem in checks.failed], className="failing"
        )
    else:
        told = html.P(
            ngettext(
                "The one check that can refuse a submission passes.",
                "All {n} checks that can refuse a submission pass.",
                refusing,
            ),
            className="note",
        )
    title = ngettext("{n} warning", "{n} warnings", len(checks.warnings)) if checks.warnings else _("No warnings")
    warnings = [html.Ul([_warning(reading, row) for row in checks.warnings], className="warnings")]
    return section(title, *(warnings if checks.warnings else []), told, name="checks")


def _warning(reading: Reading, row: StandingWarning) -> Component:
    said: Component
    if row.acknowledged:
        login = row.by or ""
        name = reading.names([login])[login]
        who = _("Exception made by {who}:", who=name) if row.warning.excepted else _("Reason, from {who}:", who=name)
        said = html.P([html.Span(who, className="note"), " ", html.Q(row.warning.acknowledged)])
    else:
        said = html.P(html.B(_("Nobody has acknowledged it.")))
    return html.Li(
        [
            html.P(
                [
                    html.Span(className="sign sign-behind", **{"aria-hidden": "true"}),
                    html.Span(row.warning.message.in_language(language())),
                ],
                className="warning-text",
            ),
            html.P(row.warning.given, className="number-line"),
            said,
        ]
    )


def rates_section(reading: Reading, found: SubmissionDetail) -> Component:
    """The indicators as this submission makes them, each beside that of the month in which it was owed last.

    What is neither owed for the month nor in the submission stands from an earlier one, and is left out.
    """
    plan, row, sent = reading.plan, found.summary, {value.element for value in found.values}
    last_month = add_months(row.period, -1)
    before = {one.code: last_owed(last_month, plan.months_apart[one.code]) for one in plan.indicators}
    wanted = Wanted(units=[row.unit], period_from=min(before.values(), default=last_month), period_to=row.period)
    rates = {(r.indicator_code, r.period): r for r in rates_by_unit(reading.session, reading.view, wanted=wanted)}
    rows = [
        _rate_row(reading, indicator, rates[indicator.code, row.period], rates.get((indicator.code, before[code])))
        for code, indicator in plan.indicator_by_code.items()
        if (code, row.period) in rates
        and (is_owed(row.period, plan.months_apart[code]) or sent.issuperset(indicator.elements))
    ]
    title = _("Resulting rates")
    headings = [_("Indicator"), _("Last month"), _("This submission"), _("Change"), _("Computed from")]
    table = html.Table(
        [
            html.Caption(title, className="hidden-text"),
            html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
            html.Tbody(rows),
        ],
        className="figures rates",
    )
    return section(title, scrolled(table))


def _rate_row(reading: Reading, indicator: Indicator, now: Rate, before: Rate | None) -> Component:
    change = None if before is None else change_between([before, now])
    watch = before is not None and is_denominator_watch(indicator, now, before)
    name = [indicator_name(indicator), html.Span(measure(indicator), className="unit")]
    if watch:
        sign = html.Span(className="sign sign-behind", **{"aria-hidden": "true"})
        name.append(html.Span([sign, _("Denominator watch")], className="status watch"))
    moved = NOTHING if change is None else with_measure(signed(change), measure_of_change(indicator))
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(_before_text(reading, indicator, now, before)),
            html.Td(value_text(reading.plan, indicator, now.value), className="now"),
            html.Td(moved),
            html.Td(ratio_text(now)),
        ]
    )


def _before_text(reading: Reading, indicator: Indicator, now: Rate, before: Rate | None) -> str:
    """The rate before, with its month where that is not last month."""
    if before is None:
        return NOTHING
    written = value_text(reading.plan, indicator, before.value)
    if before.period == add_months(now.period, -1):
        return written
    return _("{figure} ({month})", figure=written, month=month_text(before.period))


def history_section(reading: Reading, events: Sequence[SubmissionEventRow]) -> Component:
    """Everything that happened to the submission, newest first."""
    names = reading.names({event.actor for event in events})
    items = [_event(reading, replace(event, actor=names[event.actor])) for event in reversed(events)]
    return section(_("History"), html.Ol(items, className="history"))


def _event(reading: Reading, event: SubmissionEventRow) -> Component:
    """One thing that happened; its actor is called by name."""
    lines = [
        html.P(
            [
                html.B(event_word(event)),
                " ",
                html.Span(_("revision {n}", n=event.revision), className="note"),
                " ",
                html.Span(_("no. {seq}", seq=event.seq), className="note"),
            ]
        ),
        html.P(
            [
                html.Span(event.actor),
                " ",
                html.Span(instant_text(event.recorded_at, timezone=reading.timezone)),
            ],
            className="note",
        ),
    ]
    if event.action == Action.SUBMIT and event.revision > 1:
        changed = len(event.detail["changed"])
        lines.append(html.P(ngettext("{n} figure changed", "{n} figures changed", changed), className="note"))
    if event.action == Action.SIGN_OFF:
        lines.append(html.P(how_of_event(event), className="note"))
    lines += [html.P([hidden(_("Reason")), html.Q(event.reason)])] if event.reason else []
    lines += [html.P([html.Span(_("Note:"), className="note"), " ", html.Q(event.note)])] if event.note else []
    return html.Li(lines)
