"""Figures that were corrected: what each was before, since when and why, and which verdicts that turned."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.parts import csv_link, icon, plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, indicator_name, status_word, unit_name, value_text
from dashboard.words.target_names import target_name_on
from metrics.periods import format_period, last_day
from metrics.plan.level import MOST_SHOWN
from metrics.plan.model import Indicator, Plan
from metrics.queries.corrected_rates import CorrectedRate, Turned, corrected_rates, turned_by
from metrics.queries.rolled_up_corrections import rolled_up_corrections
from metrics.results import Progress, Status

Component = Any
MOST = 8  # listed; the newest
_LONGEST_REASON = 60  # letters of a reason in a chart


def corrections_shown(
    reading: Reading, *, units: Collection[str], indicators: Collection[str], first: date, last: date
) -> tuple[CorrectedRate, ...]:
    """The corrections of what a page shows: of the reporting units among `units`, oldest first."""
    own = [unit for unit in units if unit not in reading.plan.children]
    if not own:
        return ()
    return corrected_rates(reading.session, reading.view, units=own, indicators=indicators, first=first, last=last)


def corrections_of(
    reading: Reading, unit: str, *, indicators: Collection[str], first: date, last: date
) -> tuple[CorrectedRate, ...]:
    """What was corrected of one unit's figures, or what corrections below it made of them."""
    found = corrections_shown(reading, units=[unit], indicators=indicators, first=first, last=last)
    return found or rolled_up_shown(reading, [unit], indicators=indicators, first=first, last=last)


def rolled_up_shown(
    reading: Reading, units: Collection[str], *, indicators: Collection[str], first: date, last: date
) -> tuple[CorrectedRate, ...]:
    """What corrections below made of those of `units` that add up others; nothing where too many report below one."""
    found: list[CorrectedRate] = []
    for unit in units:
        below = [one.code for one in reading.plan.reporting_units_under(unit)] if unit in reading.plan.children else []
        if 0 < len(below) <= MOST_SHOWN:
            own = corrections_shown(reading, units=below, indicators=indicators, first=first, last=last)
            found += rolled_up_corrections(reading.session, reading.view, own, unit=unit)
    return tuple(sorted(found, key=lambda one: one.seq))


def corrections_section(
    reading: Reading, found: Sequence[CorrectedRate], *, targets: Collection[str], named: bool = False
) -> Component:
    """The newest of them as a table; nothing where there are none. `named`: with the indicator.

    `targets`: those whose verdicts are held against each other before and after.
    """
    if not found:
        return None
    listed = [(one, turned_by(reading.session, reading.view, one, targets=targets)) for one in found[: -MOST - 1 : -1]]
    headings = [_("Unit"), *[_("Indicator")] * named, _("Month"), _("Before"), _("After"), _("Corrected on")]
    headings += [_("Reason"), _("Verdict for that month")]
    rows = [_row(reading, one, turned, targets=targets, named=named) for one, turned in listed]
    title = corrections_found(len(found), len(listed), turned=sum(1 for _one, turned in listed if turned))
    more = html.P(_("The newest {n} are listed.", n=MOST), className="note") if len(found) > MOST else None
    period_from, period_to = (format_period(pick(one.period for one in found)) for pick in (min, max))
    units = sorted({one.of_unit or one.unit_code for one in found})
    csv = csv_link(
        reading.address.csv("observations", unit=units, period_from=period_from, period_to=period_to, history="true")
    )
    return section(
        title,
        scrolled(plain_table(title, headings, rows, labelled=True), name="texts corrections as-cards"),
        more,
        aside=csv,
    )


def corrected_facts(reading: Reading, progress: Progress, *, month: date | None) -> list[tuple[str, Component]]:
    """Names and texts: what the figure of `month` behind a verdict was before each correction, until when and why.

    Where it was judged otherwise then, that too. Of a rolled-up figure also by whose correction.
    """
    if month is None:
        return []
    plan, code = reading.plan, progress.indicator_code
    found: list[tuple[str, Component]] = []
    for one in corrections_of(reading, progress.unit_code, indicators=[code], first=month, last=month):
        turned = turned_by(reading.session, reading.view, one, targets=[progress.target_code])
        who = unit_name(plan.unit_by_code[one.of_unit]) if one.of_unit else ""
        said = [was_text(reading, plan.indicator_by_code[code], one), who, one.reason]
        said += [f"{status_word(t.before)} → {status_word(t.after)}" for t in turned.values()]
        found.append((_("Corrected"), " · ".join(filter(None, said))))
    return found


def was_text(reading: Reading, indicator: Indicator, correction: CorrectedRate) -> str:
    """Corrected: 65.00 until 12 Oct 2019 — the value before a correction, and until when it stood."""
    until = correction.recorded_at.astimezone(ZoneInfo(reading.timezone)).date()
    before = value_text(reading.plan, indicator, correction.before)
    return _("corrected on {date}; before: {value}", date=date_text(until), value=before)


def correction_text(reading: Reading, indicator: Indicator, correction: CorrectedRate) -> str:
    """What a mark in a chart says: since when, what was before, whose correction it was and why."""
    said = was_text(reading, indicator, correction)
    who = unit_name(reading.plan.unit_by_code[correction.of_unit]) if correction.of_unit else ""
    why = shorten(correction.reason, _LONGEST_REASON, placeholder="…")
    return said + "".join(f" · {words}" for words in (who, why) if words)


def corrections_found(n: int, listed: int, *, turned: int) -> str:
    """How many figures were corrected, and for how many of those `listed`, the newest, the verdict turned."""
    said = ngettext("{n} figure was corrected", "{n} figures were corrected", n)
    if listed < n:
        said += _("; of the newest {listed}", listed=listed)
        return said + ngettext(" the verdict changed for {n}", " the verdict changed for {n}", turned)
    if not turned:
        return said + _("; no verdict changed")
    return said + ngettext("; the verdict changed for {n} of them", "; the verdict changed for {n} of them", turned)


def _row(
    reading: Reading, one: CorrectedRate, turned: Mapping[str, Turned], *, targets: Collection[str], named: bool
) -> list[Component]:
    plan = reading.plan
    indicator = plan.indicator_by_code[one.indicator_code]
    when = one.recorded_at.astimezone(ZoneInfo(reading.timezone))
    return [
        unit_name(plan.unit_by_code[one.unit_code]),
        *[indicator_name(indicator)] * named,
        html.Span(month_text(one.period), className="unbroken"),
        value_text(plan, indicator, one.before),
        value_text(plan, indicator, one.after),
        html.Span(date_text(when.date()), className="unbroken"),
        [*_whose(plan, one), html.Span(one.reason or NOTHING, lang="zh-CN" if one.reason else None)],
        [_turn(reading, one, code, turned[code], named=len(targets) > 1) for code in turned] or _("unchanged"),
    ]


def _whose(plan: Plan, one: CorrectedRate) -> list[Component]:
    """The reporting unit whose correction changed a figure that adds it up."""
    return [unit_name(plan.unit_by_code[one.of_unit]), _(": ")] if one.of_unit else []


def _turn(reading: Reading, one: CorrectedRate, target: str, turned: Turned, *, named: bool) -> Component:
    """▲ Behind → ✔ Met, leading to the explanation in that month."""
    href = f"{reading.address.in_month(one.period)}#why={one.unit_code}/{target}"
    name = [f"{target_name_on(reading.plan, target, last_day(one.period))} "] if named else []
    ways = [*_mark(turned.before), " → ", *_mark(turned.after)]
    return html.P(dcc.Link([*name, *ways], href=href, title=_("Why this colour?")))


def _mark(status: Status) -> list[Component]:
    return [icon(status), " ", status_word(status)]
