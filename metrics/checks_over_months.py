"""The plan's checks that hold a submission against what its unit sent before. Pure and exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from metrics.comparisons import (
    PERIOD_WORDS,
    Compared,
    Fired,
    Values,
    named_form,
    named_rate,
    named_sum,
    signed,
    sum_of,
)
from metrics.errors import Message
from metrics.forms import plain
from metrics.plan.model import (
    DenominatorWatchCheck,
    Direction,
    FlowMovedCheck,
    FrozenBaselineCheck,
    Indicator,
    LinearForm,
    Nature,
    Plan,
    RateFellCheck,
    SameAsLastMonthCheck,
    StockChangeCheck,
    VanishedDenominatorCheck,
)
from metrics.rates import is_denominator_watch, value_of
from metrics.results import Rate
from metrics.rounding import exact_decimal, shown
from metrics.submission_states import State


def stock_change(plan: Plan, check: StockChangeCheck, compared: Compared) -> Iterator[Fired]:
    for element in plan.elements:
        if element.nature is not Nature.STOCK or element.code not in compared.posted:
            continue
        now, before = compared.now.get(element.code), compared.before.get(element.code)
        if now is None or before is None or abs(now - before) * 100 <= check.percent * before:
            continue
        least = plain(Decimal(check.percent) * before / 100)
        words = PERIOD_WORDS[element.owed.months_apart]
        then, here = words.before, words.now
        sides = Message(
            f"{then.zh} {plain(before)},{here.zh} {plain(now)},相差 {signed(now - before)};"
            f"{then.zh}的{check.percent}%为 {least}。",
            f"{then.en.capitalize()} {plain(before)}, {here.en} {plain(now)}, a difference of {signed(now - before)}; "
            f"{check.percent} % of {then.en} is {least}.",
        )
        yield Fired(f"{plain(before)} → {plain(now)}", sides, element=element.code)


def frozen_baseline(check: FrozenBaselineCheck, compared: Compared) -> Iterator[Fired]:
    now, first = compared.now.get(check.element), compared.first.get(check.element)
    if check.element in compared.posted and now is not None and first is not None and now != first:
        sides = Message(
            f"首次填报 {plain(first)},本次 {plain(now)},相差 {signed(now - first)}。",
            f"First reported {plain(first)}, now {plain(now)}, a difference of {signed(now - first)}.",
        )
        yield Fired(f"{plain(first)} → {plain(now)}", sides, element=check.element)


def rate_change(
    plan: Plan, check: RateFellCheck | DenominatorWatchCheck, compared: Compared, *, indicators: Iterable[Indicator]
) -> Iterator[Fired]:
    """Of `indicators`, as far as they are touched: those whose share got worse, or those under denominator watch.

    Each is held against the last period in which it was owed.
    """
    for indicator in indicators:
        if isinstance(check, RateFellCheck) and not indicator.share:
            continue
        if not compared.posted.intersection(indicator.elements):
            continue
        apart = plan.months_apart[indicator.code]
        values = compared.before_of(apart)
        if all(compared.now.get(code) == values.get(code) for code in indicator.elements):
            continue  # neither got worse nor better: most of what stands still from month to month
        now, before = _rate(indicator, compared.now), _rate(indicator, values)
        if now is None or before is None:
            continue
        if isinstance(check, RateFellCheck):
            fired = _got_worse(indicator, now, before)
        else:
            fired = is_denominator_watch(indicator, now, before)
        if fired:
            then = named_rate(plan, indicator, before, values)
            here = named_rate(plan, indicator, now, compared.now)
            words = PERIOD_WORDS[apart]
            sides = Message(
                f"{words.before.zh}:{then.zh};{words.now.zh}:{here.zh}。",
                f"{words.before.en.capitalize()}: {then.en}; {words.now.en}: {here.en}.",
            )
            yield Fired(f"{_ratio(before)} → {_ratio(now)}", sides, indicator=indicator)


def same_as_last_month(plan: Plan, check: SameAsLastMonthCheck, compared: Compared) -> Iterator[Fired]:
    """Fires once for the whole submission, flows included: stocks alone may well stand for a month."""
    now, before = compared.now, compared.before
    if len(now) < check.at_least or not compared.posted:
        return
    if any(code not in before or value != before[code] for code, value in now.items()):
        return
    flows = {element.code for element in plan.elements if element.nature is Nature.FLOW}
    if flows.intersection(before) and not flows.intersection(now):
        return
    count = len(now)
    monthly = all(plan.element_by_code[code].owed.months_apart == 1 for code in now)
    then = Message("上月", "last month's") if monthly else Message("上次应报", "those last owed")
    sides = Message(
        f"本次共 {count} 项,与{then.zh}相同 {count} 项。",
        f"Figures in this submission: {count}; equal to {then.en}: {count}.",
    )
    yield Fired(f"{count} = {count}", sides)


def flow_moved(plan: Plan, check: FlowMovedCheck, compared: Compared) -> Iterator[Fired]:
    for element in plan.elements:
        now, earlier = compared.now.get(element.code), recent_flow(check, compared.flows.get(element.code, {}))
        if element.nature is not Nature.FLOW or element.code not in compared.posted or now is None:
            continue
        usual = usual_flow(check, earlier)
        if usual is None:
            continue
        high, low = now > check.times * usual, now * check.times < usual
        if high or low:
            yield Fired(
                f"{plain(now)} {'>' if high else '<'} {_bound_written(check, usual, high=high)}",
                _flow_sides(check, now, usual, count=len(earlier), high=high),
                element=element.code,
            )


def recent_flow(check: FlowMovedCheck, earlier: Mapping[int, Decimal]) -> list[Decimal]:
    """Of the values by months ago those that the check looks back on."""
    return [value for ago, value in earlier.items() if ago <= check.months]


def usual_flow(check: FlowMovedCheck, earlier: Sequence[Decimal]) -> Decimal | None:
    """The median of the months before, None if they are too few or it is too small to say what is usual."""
    if len(earlier) < check.at_least:
        return None
    usual = median(earlier)
    return usual if usual >= check.median_from else None


def median(values: Sequence[Decimal]) -> Decimal:
    """The middle one of `values` (not empty), the exact mean of the middle two of an even number."""
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _bound_written(check: FlowMovedCheck, usual: Decimal, *, high: bool) -> str:
    return f"{check.times}×{plain(usual)}" if high else f"{plain(usual)}÷{check.times}"


def _flow_sides(check: FlowMovedCheck, now: Decimal, usual: Decimal, *, count: int, high: bool) -> Message:
    bound = Fraction(usual) * check.times if high else Fraction(usual) / check.times
    written = plain(Decimal(shown(bound, decimals=4)))
    zh = f"高于其{check.times}倍({written})" if high else f"低于其1/{check.times}({written})"
    en = "above" if high else "below"
    return Message(
        f"此前有数的 {count} 个月的中位数为 {plain(usual)},本月 {plain(now)},{zh}。",
        f"The median of the {count} months reported before is {plain(usual)}; this month has {plain(now)}, {en} "
        f"{_bound_written(check, usual, high=high)} = {written}.",
    )


def vanished_denominator(plan: Plan, check: VanishedDenominatorCheck, compared: Compared) -> Iterator[Fired]:
    """One for each denominator of stocks, however many indicators stand on it (domain rule 16)."""
    for form, indicators in stock_denominators(plan).items():
        posted = [code for code in form.elements if code in compared.posted]
        if not posted or any(code not in compared.now or code not in compared.last for code in form.elements):
            continue
        now, last = sum_of(form, compared.now), sum_of(form, compared.last)
        if now != 0 or last <= 0:
            continue
        then, here = named_sum(plan, form, compared.last), named_sum(plan, form, compared.now)
        zh, en = "、".join(one.name.zh for one in indicators), ", ".join(one.name.en for one in indicators)
        sides = Message(
            f"上次填报:{then.zh};本次:{here.zh}。涉及指标:{zh}。",
            f"Last reported: {then.en}; now: {here.en}. Indicators on it: {en}.",
        )
        names = {"denominator": named_form(plan, form)}
        yield Fired(f"{plain(last)} → {plain(now)}", sides, element=posted[0], names=names)


def stock_denominators(plan: Plan) -> dict[LinearForm, tuple[Indicator, ...]]:
    """Every denominator that consists of stocks, with the indicators that stand on it, in the plan's order."""
    found: dict[LinearForm, tuple[Indicator, ...]] = {}
    for indicator in plan.indicators:
        form = indicator.denominator
        if form.terms and all(plan.element_by_code[code].nature is Nature.STOCK for code in form.elements):
            found[form] = (*found.get(form, ()), indicator)
    return found


def _rate(indicator: Indicator, values: Values) -> Rate | None:
    """The indicator over one submission's `values`, None while one of its elements is unreported."""
    if any(code not in values for code in indicator.elements):
        return None
    numerator = Fraction(sum_of(indicator.numerator, values))
    denominator = Fraction(sum_of(indicator.denominator, values))
    return Rate(
        unit_code="",  # of one submission, whichever it is
        period=date.min,
        indicator_code=indicator.code,
        numerator=numerator,
        denominator=denominator,
        value=value_of(indicator, numerator, denominator),
        state=State.SUBMITTED,
        units_reported=1,
        units_carried=0,
        units_expected=1,
    )


def _got_worse(indicator: Indicator, now: Rate, before: Rate) -> bool:
    if now.value is None or before.value is None:
        return False
    return now.value > before.value if indicator.direction is Direction.LOWER else now.value < before.value


def _ratio(rate: Rate) -> str:
    assert rate.numerator is not None and rate.denominator is not None  # noqa: S101, PT018  of a whole submission
    return f"{exact_decimal(rate.numerator)}/{exact_decimal(rate.denominator)}"
