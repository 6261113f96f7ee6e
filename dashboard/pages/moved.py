"""Why a rolled-up rate moved from one month to another: every unit's part, by its own rate and by its denominator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.chart_view import Picture, clauses_of, pictured
from dashboard.grids.contributions import contributions_table
from dashboard.grids.waterfall import MOST_BARS, WaterfallBar, WaterfallEnd, waterfall
from dashboard.levels import breadcrumbs, pages, ways_down
from dashboard.locale import _, count_text, month_text
from dashboard.pages.refusals import not_found
from dashboard.pages.why import citations
from dashboard.parts import csv_link, empty, page_head, scrolled, section, unit_link
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    coverage_text,
    indicator_name,
    measure,
    measure_of_change,
    signed,
    target_name,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.movements import (
    contributed_found,
    counted_found,
    effect_text,
    finding,
    part_word,
    sum_text,
    total_text,
)
from metrics.contributions import Movement, PartState
from metrics.periods import add_months, format_period, last_owed, parse_period
from metrics.plan.model import Indicator, Target
from metrics.queries.movements import MovedRate, decided_by, moved_rates

Component = Any

_SPANS = (1, 3, 6, 12)  # months before


def moved_page(reading: Reading, code: str) -> Content:
    """The page at `/targets/{code}/moved`. `since` in the address is the earlier month; without it the one before."""
    revisions = reading.plan.general_targets.get(code)
    if revisions is None:
        return not_found(reading, what=_("There is no target {code}", code=code[:40]))
    target = (reading.on and reading.plan.target_in_force(code, reading.on)) or revisions[-1]
    if not target.measured:
        return not_found(reading, what=_("{target} has no figure that could move", target=target_name(target)))
    months = _compared(reading, target)
    if months is not None and (other := _other_indicator(reading, target, months[0])) is not None:
        return _unlike(reading, target, other, *months)
    found = moved_rate(reading, target)
    if found is None:
        return _nothing(reading, target)
    rate, earlier, later = found
    title = finding(reading.plan, rate, earlier, later)
    parts = [_nothing_to_take_apart()] if rate.moved is None else _taken_apart(reading, target, rate, rate.moved, title)
    body = html.Div(
        [
            page_head(title, reading, _under(reading, target), breadcrumbs(reading), slides=rate.moved is not None),
            ways_down(reading),
            _months(reading, earlier, later),
            *parts,
            section(_("The clause"), citations(target)),
        ]
    )
    return Content(title=title, body=body)


def moved_rate(reading: Reading, target: Target) -> tuple[MovedRate, date, date] | None:
    """The rate of the level's unit that decides the target, with the earlier and the later month.

    None while unknown, and where the target was judged by another indicator in the earlier month.
    """
    months = _compared(reading, target)
    if months is None or _other_indicator(reading, target, months[0]) is not None:
        return None
    earlier, later = months
    rates = moved_rates(
        reading.session,
        reading.view,
        unit=reading.level.under.code,
        indicators=[str(target.indicator)],
        period_from=earlier,
        period_to=later,
    )
    rate = next(rates, None)
    return None if rate is None else (rate, earlier, later)


def _compared(reading: Reading, target: Target) -> tuple[date, date] | None:
    """The earlier and the later month; None where there is nothing between them.

    The later is the month judged, beyond the newest with data that one, whose figures are shown; of what is owed less
    often the newest in which it was owed.
    """
    if reading.month is None:
        return None
    newest = reading.month.period if reading.months is None else min(reading.month.period, reading.months[1])
    later = last_owed(newest, reading.plan.months_apart[str(target.indicator)])
    earlier = parse_period(reading.address.keeps("since") or "") or add_months(later, -1)
    return (earlier, later) if earlier < later else None


def _other_indicator(reading: Reading, target: Target, earlier: date) -> Indicator | None:
    """What the target was judged by in the earlier month, if that was another indicator."""
    before = decided_by(reading.plan, target.code, earlier)
    return None if before in (None, target.indicator) else reading.plan.indicator_by_code[str(before)]


def _unlike(reading: Reading, target: Target, other: Indicator, earlier: date, later: date) -> Content:
    words = empty(
        _("The two months are judged by different indicators"),
        _(
            "In {earlier} the target was judged by “{before}”, in {later} by “{after}”. One is not subtracted from the "
            "other; choose an earlier month that is judged alike.",
            earlier=month_text(earlier),
            before=indicator_name(other),
            later=month_text(later),
            after=indicator_name(reading.plan.indicator_by_code[str(target.indicator)]),
        ),
    )
    title = _("Why it moved: {target}", target=target_name(target))
    months = _months(reading, earlier, later)
    return Content(title=title, body=html.Div([page_head(title, reading, _under(reading, target)), months, words]))


def _under(reading: Reading, target: Target) -> Component:
    way = dcc.Link(target_name(target), href=reading.address.to(f"/targets/{target.code}"))
    return html.P([f"{target.code} · ", way], className="note")


def _nothing(reading: Reading, target: Target) -> Content:
    words = empty(
        _("There is nothing to compare"),
        _("The earlier month must lie before the month judged, and something must have been reported."),
    )
    title = _("Why it moved: {target}", target=target_name(target))
    return Content(title=title, body=html.Div([page_head(title, reading, _under(reading, target)), words]))


def _nothing_to_take_apart() -> Component:
    return empty(
        _("There is nothing to compare"),
        _("In one of the two months no unit reported the figure, and none was carried."),
    )


def _months(reading: Reading, earlier: date, later: date) -> Component:
    """The ways to other months to compare with."""
    known = reading.months
    offered = {add_months(later, -span) for span in _SPANS} | ({known[0]} if known else set())
    ways: list[Component] = [html.Span(_("Compared with"), className="note")]
    for month in sorted({*offered, earlier}, reverse=True):
        if month >= later or (known is not None and month < known[0] and month != earlier):
            continue
        if month == earlier:
            ways.append(html.Span(month_text(month), className="quiet-link chosen", **{"aria-current": "true"}))
        else:
            href = reading.address.keeping(since=format_period(month), page=None)
            ways.append(dcc.Link(month_text(month), href=href, className="quiet-link"))
    return html.Nav(ways, className="compared-with", **{"aria-label": _("Compared with")})


def _taken_apart(reading: Reading, target: Target, rate: MovedRate, moved: Movement, title: str) -> list[Component]:
    earlier, later = rate.before.period, rate.after.period
    csv = csv_link(
        reading.address.csv(
            "contributions",
            target=target.code,
            under=rate.unit.code,
            period_from=format_period(earlier),
            period_to=format_period(later),
        )
    )
    caption = _("What each unit contributed to the change")
    picture = Picture(f"{target.code}_moved", title, caption, clauses=clauses_of([target]))
    drawn = _chart(reading, rate, moved, label=f"{caption}. {title}")
    return [
        _summary(reading, rate, moved),
        section(
            _("{caption}, in {unit}", caption=contributed_found(moved), unit=measure_of_change(rate.indicator)),
            pictured(reading, drawn, picture),
            *_without_part(reading, moved),
        ),
        section(counted_found(moved), *_table(reading, rate, moved), aside=csv),
        _method(),
    ]


def _summary(reading: Reading, rate: MovedRate, moved: Movement) -> Component:
    """Both values, the change, and how much of it is whose."""
    unit, together = measure_of_change(rate.indicator), moved.together
    facts = [
        *(
            (month_text(one.period), [_value(reading, rate, one.value), " · ", _coverage(one)])
            for one in (rate.before, rate.after)
        ),
        (_("Change of the value"), with_measure(signed(moved.change), unit)),
        (_("by the units' own rates"), with_measure(sum_text(together.rate_effect, moved), unit)),
        (_("by changed denominators"), with_measure(sum_text(together.denominator_effect, moved), unit)),
    ]
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in facts], className="pace-facts")


def _coverage(rate: Any) -> Component:
    return html.Span(coverage_text(rate), className="note")


def _value(reading: Reading, rate: MovedRate, value: Fraction | None) -> str:
    return with_measure(value_text(reading.plan, rate.indicator, value), measure(rate.indicator))


def steps_of(reading: Reading, moved: Movement) -> list[tuple[str | None, Fraction, str]]:
    """The bars: unit (None: all the others together), amount and how it is written, what rises most first.

    Who added nothing has none.
    """
    pairs = [(part, cells) for part, cells in zip(moved.parts, moved.written, strict=True) if part.total or cells.total]
    pairs.sort(key=lambda pair: -pair[0].total)
    kept = sorted(pairs, key=lambda pair: -abs(pair[0].total))[: MOST_BARS - 1] if len(pairs) > MOST_BARS else pairs
    shown = [pair for pair in pairs if pair in kept]
    found: list[tuple[str | None, Fraction, str]] = [
        (part.counts.unit_code, part.total, total_text(part, cells)) for part, cells in shown
    ]
    others = [pair for pair in pairs if pair not in kept]
    if others:
        amount = sum((part.total for part, _cells in others), Fraction(0))
        text = effect_text(amount, sum(cells.total for _part, cells in others), decimals=moved.decimals)
        found.append((None, amount, text))
    return found


def _chart(reading: Reading, rate: MovedRate, moved: Movement, *, label: str) -> Component:
    plan, steps, reached = reading.plan, [], moved.before
    for code, amount, text in steps_of(reading, moved):
        name = _("all others together") if code is None else unit_link(plan.unit_by_code[code], reading.address)
        steps.append(WaterfallBar(name, reached, amount, text))
        reached += amount
    ends = [
        WaterfallEnd(month_text(one.period), value, _value(reading, rate, value))
        for one, value in ((rate.before, moved.before), (rate.after, moved.after))
    ]
    return waterfall(ends[0], steps, ends[1], label=label)


def _without_part(reading: Reading, moved: Movement) -> list[Component]:
    """Who has no bar, and why: carried, in neither sum, or unchanged."""
    named: dict[str, list[str]] = {}
    for part in moved.parts:
        if part.total == 0:
            state = part.counts.state
            word = _("unchanged") if state is PartState.REPORTED else part_word(state)
            named.setdefault(word, []).append(unit_name(reading.plan.unit_by_code[part.counts.unit_code]))
    return [
        html.P(_("Adds 0, {why}: {units}", why=word, units=_names(names)), className="note")
        for word, names in named.items()
    ]


def _names(names: Sequence[str], most: int = 12) -> str:
    if len(names) <= most:
        return _(", ").join(names)
    return _("{units} and others, {count} in all", units=_(", ").join(names[:most]), count=count_text(len(names)))


def _table(reading: Reading, rate: MovedRate, moved: Movement) -> list[Component]:
    pairs = sorted(zip(moved.parts, moved.written, strict=True), key=lambda pair: -abs(pair[0].total))
    listed = reading.paged(pairs)
    table = contributions_table(reading.plan, rate, moved, listed.shown, address=reading.address)
    return [scrolled(table), pages(reading.address, listed)]


def _method() -> Component:
    return html.P(
        [
            _(
                "A unit's part by its own rate is its mean denominator times the change of its rate; by its "
                "denominator, the change of that times how far its rate lies above the rolled-up one; both over the "
                "mean of the rolled-up denominators. The parts sum exactly to the change. Rounding keeps that: what "
                "is left of it goes to the largest remainders. The change is that of the exact values: it may lie 0.01 "
                "beside the difference of the two that are shown."
            )
        ],
        className="note",
    )
