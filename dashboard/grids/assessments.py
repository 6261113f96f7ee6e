"""Assessments as a table: assessed, its interval, reported, the gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from dashboard.locale import _, count_text, instant_text, month_text, ngettext
from dashboard.parts import plain_table, scrolled, unit_link
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    indicator_name,
    interval_word,
    measure,
    measure_of_change,
    method_word,
    signed,
    value_text,
    with_measure,
)
from metrics.assessments import Method
from metrics.estimates import Interval
from metrics.models import Assessment
from metrics.principal import Scope
from metrics.queries.assessments import Assessed
from metrics.rounding import shown_share

Component = Any
_RECORD = Scope.RECORD_ASSESSMENT


def assessed_table(
    reading: Reading, found: Sequence[Assessed], *, revise: Callable[[Assessed], Component]
) -> Component:
    """Newest first. `revise`: the form in which whoever recorded an assessment revises it."""
    headings = [
        _("Unit"),
        _("Month"),
        _("Indicator"),
        _("Reported"),
        _("Assessed"),
        _("95 % interval"),
        _("Gap"),
        _("Method"),
        _("Sample"),
        _("Assessor"),
        _("Evidence and note"),
    ]
    rows = [_row(reading, assessed, revise) for assessed in reversed(found)]
    return scrolled(plain_table(_("Assessments"), headings, rows), name="assessed")


def interval_with_method(interval: Interval, *, unit: str = "") -> Component:
    """Both ends, and below them how they were come by. `unit` stands behind the second end."""
    ends = f"{shown_share(interval.low)} – {shown_share(interval.high)}{unit}"
    return [ends, html.Br(), html.Span(interval_word(interval.method), className="note")]


def _row(reading: Reading, assessed: Assessed, revise: Callable[[Assessed], Component]) -> list[Component]:
    row, plan = assessed.recorded, reading.plan
    indicator, unit = plan.indicator_by_code[row.indicator_code], plan.unit_by_code.get(row.unit_code)
    return [
        row.unit_code if unit is None else unit_link(unit, reading.address),
        month_text(row.period),
        indicator_name(indicator),
        _reported(reading, assessed),
        with_measure(value_text(plan, indicator, assessed.value), measure(indicator)),
        NOTHING if assessed.interval is None else interval_with_method(assessed.interval),
        NOTHING if assessed.gap is None else with_measure(signed(assessed.gap), measure_of_change(indicator)),
        method_word(Method(row.method)),
        _sample(row),
        [
            *([] if reading.view.own is not None else [row.actor, html.Br()]),
            html.Span(instant_text(row.recorded_at, timezone=reading.timezone), className="note"),
        ],
        _said(reading, assessed, revise),
    ]


def _sample(row: Assessment) -> str:
    """Its size, or how many clusters were looked at."""
    if row.clusters is None:
        return NOTHING if row.sample_size is None else count_text(row.sample_size)
    n = len(row.clusters)
    if row.clusters_in_all is None:
        return ngettext("{n} cluster", "{n} clusters", n)
    return _("{n} of {all} clusters", n=count_text(n), all=count_text(row.clusters_in_all))


def _reported(reading: Reading, assessed: Assessed) -> str:
    indicator = reading.plan.indicator_by_code[assessed.recorded.indicator_code]
    if assessed.hidden:
        return _("hidden from you")
    if assessed.reported is None or not assessed.reported.reported:
        return _("Not reported")
    return with_measure(value_text(reading.plan, indicator, assessed.reported.value), measure(indicator))


def _said(reading: Reading, assessed: Assessed, revise: Callable[[Assessed], Component]) -> Component:
    """Evidence as a link that tells the other site nothing, the note, the revision with its reason: plain text."""
    row = assessed.recorded
    parts: list[Component] = [html.Span(_("recorded blind"))] * row.blind
    if reading.view.own is not None:  # what an assessor noted is not for the unit that was assessed
        return html.Div([html.P(part) for part in parts], className="assessed-said")
    if row.evidence:
        parts.append(html.A(row.evidence[:60], href=row.evidence, rel="noopener noreferrer nofollow", target="_blank"))
    parts += [html.Span(row.note, lang="zh-CN")] * bool(row.note)
    if row.revision > 1:
        parts.append(html.Span(_("Revision {number}: {reason}", number=row.revision, reason=row.reason)))
    mine = reading.principal is not None and row.user_id == reading.principal.user_id and reading.view.is_now
    revising = [revise(assessed)] if mine and reading.principal and reading.principal.may(_RECORD) else []
    return html.Div([*(html.P(part) for part in parts), *revising], className="assessed-said")
