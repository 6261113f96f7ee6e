"""One headline instrument: the city's figure, its step, its change, and who is in it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.charts.instrument import as_image, rod, scale_of
from dashboard.locale import _, date_text, month_text
from dashboard.parts import flip_mark, hidden, verdict_mark, why_href
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    change_between,
    coverage_text,
    indicator_name,
    measure,
    measure_of_change,
    signed,
    threshold_text,
    value_text,
    with_measure,
)
from dashboard.words.target_names import target_name_on
from metrics.commitments import Commitment
from metrics.periods import is_owed, last_owed
from metrics.plan.model import Indicator

Component = Any


def card(reading: Reading, commitment: Commitment, *, flip: str | None = None) -> Component:
    """The card of one commitment, judged by the stage that matters now. `flip`: what a correction turned of it."""
    plan, current = reading.plan, commitment.current
    indicator = plan.indicator_by_code[current.indicator_code]
    rate = current.rate
    lines = [
        html.P(
            [verdict_mark(current), flip_mark(flip), html.Span(_rule(commitment, indicator), className="card-rule")],
            className="card-verdict",
        ),
        html.P(_change(reading, commitment, indicator)),
        html.P(coverage_text(rate) if rate else _("Nobody has reported yet"), className="card-coverage"),
        html.P(_due(commitment, indicator), className="card-due"),
    ]
    name = indicator_name(indicator)
    return html.Article(
        [
            html.H2(dcc.Link(name, href=reading.address.to(f"/targets/{current.target_code}")), title=name),
            _drawn(reading, commitment, indicator),
            html.Div([_figure(reading, commitment, indicator), *lines], className="card-body"),
        ],
        className="card",
    )


def _drawn(reading: Reading, commitment: Commitment, indicator: Indicator) -> Component:
    current, palette = commitment.current, reading.palette
    steps = [current.threshold, *(s.threshold for s in commitment.stages if s.threshold != current.threshold)]
    values = [rate.value for rate in commitment.course if rate.value is not None]
    drawn = rod(
        scale_of(indicator, [*values, *steps]),
        level=current.value,
        steps=steps,
        colour=palette.statuses[current.status],
        palette=palette,
    )
    return html.Img(src=as_image(drawn), alt="", className="rod", width=30, height=96)


def _figure(reading: Reading, commitment: Commitment, indicator: Indicator) -> Component:
    current = commitment.current
    inside = [html.Span(value_text(reading.plan, indicator, current.value), className="figure")]
    if current.value is not None:
        inside.append(html.Span(measure(indicator), className="unit"))
    return html.P(html.A(inside, href=why_href(current), title=_("Why this colour?")), className="card-value")


def _rule(commitment: Commitment, indicator: Indicator) -> str:
    current = commitment.current
    return with_measure(threshold_text(current.comparator, current.threshold), measure(indicator))


def _due(commitment: Commitment, indicator: Indicator) -> Component:
    """The due date of the stage shown, and the next stage if there is one."""
    current = commitment.current
    if current.due_on is None:
        return _("no date printed")
    day = date_text(current.due_on)
    later = commitment.stages[commitment.stages.index(current) + 1 :]
    if not later:
        return _("by {date}", date=day)
    rule = with_measure(threshold_text(later[0].comparator, later[0].threshold), measure(indicator))
    return [_("by {date},", date=day), " ", html.Span(_("then {rule}", rule=rule), className="unbroken")]


def _change(reading: Reading, commitment: Commitment, indicator: Indicator) -> Component:
    """Against last month, and the way to why; of what is owed less often against when it was owed before.

    Between owed months it says since when the figure stands.
    """
    period, apart = commitment.current.period, reading.plan.months_apart[indicator.code]
    change = change_between(commitment.course)
    if change is None or period is None:
        return _("No month to compare with")
    if not is_owed(period, apart):
        return _("still the figure of {month}", month=month_text(last_owed(period, apart)))
    told = {"change": signed(change), "unit": measure_of_change(indicator)}
    words = {
        1: _("{change} {unit} vs last month", **told),
        3: _("{change} {unit} vs last quarter", **told),
        12: _("{change} {unit} vs last year", **told),
    }[apart]
    return words if reading.principal is None else why_it_moved(reading, commitment.current.target_code, words)


def why_it_moved(reading: Reading, target: str, words: str) -> Component:
    """A change, and behind it the page that takes it apart; whoever listens hears of which figure."""
    name = target_name_on(reading.plan, target, reading.on)
    said = _("Why it moved: {target}", target=name)
    return dcc.Link([words, hidden(_(": ") + said)], href=reading.address.to(f"/targets/{target}/moved"), title=said)
