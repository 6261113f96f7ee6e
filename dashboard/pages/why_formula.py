"""What a figure is made of, in its explanation: the formula with its numbers, and the units in a rolled-up one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, language, month_text, ngettext
from dashboard.parts import plain_table, scrolled
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, measure, ratio_text, unit_name, value_text, with_measure
from dashboard.words.submissions import figure_word
from metrics.plan.model import Indicator, LinearForm
from metrics.queries.parts_of_rate import UnitPart, counts_of, parts_of_rate
from metrics.results import Progress

Component = Any

_OPEN_PARTS = 20  # so many stand open
MOST_PARTS = 60  # a table of more is not read in a drawer; the CSV has all


def with_numbers(reading: Reading, progress: Progress, indicator: Indicator, *, sent_for: date | None) -> str:
    """(1,302 − 33) ÷ 1,302 = 1,269 ÷ 1,302 × 100 = 97.47 %; — without a submission.

    The single counts stand in it where the reader may see those of the unit; a rolled-up figure has only its sums.
    `sent_for`: the month of the unit's submission that they are from.
    """
    rate = progress.rate
    if rate is None or rate.numerator is None:
        return NOTHING
    parts = [ratio_text(rate) + (f" × {indicator.scale}" if indicator.scale != 1 else "")]
    several = len(indicator.numerator.terms) > 1 or len(indicator.denominator.terms) > 1
    if several and sent_for is not None and reading.view.tells_why(progress.unit_code):
        counts = counts_of(
            reading.session, reading.view, unit=progress.unit_code, sent_for=sent_for, indicator=indicator
        )
        parts.insert(0, f"{_counted(indicator.numerator, counts)} ÷ {_counted(indicator.denominator, counts)}")
    if rate.value is not None:
        parts.append(with_measure(value_text(reading.plan, indicator, rate.value), measure(indicator)))
    return " = ".join(parts)


def _counted(form: LinearForm, counts: Mapping[str, Decimal]) -> str:
    """One side of the formula with the counts put in, in brackets if it has several."""
    text = ""
    for place, term in enumerate(form.terms):
        sign = ("−" if term.times < 0 else "") if place == 0 else (" − " if term.times < 0 else " + ")
        times = "" if abs(term.times) == 1 else f"{count_text(abs(term.times))} × "
        text += f"{sign}{times}{count_text(Fraction(counts[term.element]))}"
    if form.constant:
        text += f" {'+' if form.constant > 0 else '−'} {count_text(abs(form.constant))}"
    return f"({text})" if len(form.terms) > 1 or form.constant else text


def made_of(reading: Reading, progress: Progress, indicator: Indicator) -> Component:
    """The units in a rolled-up figure, each leading to its own explanation; of a unit that reports, its counts."""
    if progress.unit_code not in reading.plan.children:
        return _counts(reading, progress, indicator)
    if progress.period is None:
        return None
    parts = parts_of_rate(
        reading.session, reading.view, unit=progress.unit_code, period=progress.period, indicator=indicator
    )
    rows = [_row(reading, progress, indicator, part) for part in parts[:MOST_PARTS]]
    headings = [_("Unit"), _("Figure from"), _("With its numbers"), measure(indicator), _("State")]
    counted = sum(1 for part in parts if part.rate.reported)
    words = _("{n} of {all} units are in this figure", n=counted, all=len(parts))
    more = len(parts) - MOST_PARTS
    rest = [html.P(ngettext("and {n} more", "and {n} more", more), className="note")] if more > 0 else []
    return html.Details(
        [html.Summary(words), scrolled(plain_table(words, headings, rows)), *rest],
        className="table-view made-of",
        open=len(parts) <= _OPEN_PARTS,
    )


def _counts(reading: Reading, progress: Progress, indicator: Indicator) -> Component:
    """The counts that the figure is made of, each leading to its history."""
    links = []
    for code in dict.fromkeys(indicator.elements):
        name = reading.plan.element_by_code[code].name.in_language(language())
        href = reading.address.to(f"/units/{progress.unit_code}/elements/{code}")
        links.append(html.Li(dcc.Link(name, href=href, className="quiet-link")))
    return html.Div([html.Span(_("History of its counts"), className="note"), html.Ul(links)], className="counts-in-it")


def _row(reading: Reading, progress: Progress, indicator: Indicator, part: UnitPart) -> list[Component]:
    plan, rate = reading.plan, part.rate
    name = _explained(reading, progress, part)
    if part.sent_for is None:
        return [name, NOTHING, NOTHING, NOTHING, figure_word(rate.state)]
    month = month_text(part.sent_for)
    if part.carried:
        month = _("{month} (carried)", month=month)
    return [name, month, ratio_text(rate), value_text(plan, indicator, rate.value), figure_word(rate.state)]


def _explained(reading: Reading, progress: Progress, part: UnitPart) -> Component:
    """The unit's name, leading to its own explanation in the month from which its figure comes."""
    name = unit_name(reading.plan.unit_by_code[part.unit_code])
    href = f"#why={part.unit_code}/{progress.target_code}"
    if not part.carried:
        return html.A(name, href=href, title=_("Why this colour?"))
    return dcc.Link(name, href=reading.address.in_month(part.rate.period) + href, title=_("Why this colour?"))
