"""The dataset `contributions`: why a rolled-up rate moved, by what each unit directly below added to the change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.contributions import Counts, Effects, UnitCounts
from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, exact, flag
from metrics.publish.dataset import EVERYWHERE, Column, Dataset, Kind, Pull, Wording
from metrics.publish.parameters import parameter_problem, refusal
from metrics.publish.pull import months_compared
from metrics.queries.judged_month import judged_month
from metrics.queries.movements import MovedRate, decided_by, moved_rates
from metrics.queries.view import View
from metrics.results import Exact
from metrics.rounding import shown, written


@dataclass(frozen=True, slots=True)
class PulledPart:
    """One unit in one rate that moved. `written` None: it is in neither sum, or the rate had no value in one month."""

    period_from: date
    period_to: date
    of: MovedRate
    counts: UnitCounts
    written: Effects | None

    def amount(self, effect: Callable[[Effects], int]) -> str | None:
        return None if self.written is None else written(effect(self.written), self.written.decimals)


def _parts(session: ReadSession, view: View, pull: Pull) -> Iterator[PulledPart]:
    judged = judged_month(session, view)
    if judged is None:
        return
    earlier, later = months_compared(pull, judged=judged.period)
    indicators = _indicators(view, pull, earlier, later)
    under = pull.under or view.plan.root.code
    for rate in moved_rates(session, view, unit=under, indicators=indicators, period_from=earlier, period_to=later):
        effects = rate.moved.written if rate.moved is not None else [None] * len(rate.below)
        for counts, one in zip(rate.below, effects, strict=True):
            if not pull.units or counts.unit_code in pull.units:
                told = one if counts.state.is_in_a_sum else None
                yield PulledPart(earlier, later, rate, counts, told)


def _indicators(view: View, pull: Pull, earlier: date, later: date) -> set[str] | None:
    """The indicators asked for, by themselves and by their targets as judged in both months; None for all.

    Raises BadRequest `target_indicator_changed` for a target that the two months judge by different ones.
    """
    if not pull.indicators and not pull.targets:
        return None
    of_targets = set[str]()
    for code in pull.targets:
        before, after = (decided_by(view.plan, code, month) for month in (earlier, later))
        if before is not None and after is not None and before != after:
            raise refusal([_unlike(code, (earlier, before), (later, after))])
        of_targets |= {one for one in (after or before,) if one is not None}
    if not pull.indicators:
        return of_targets
    return {*pull.indicators} & of_targets if pull.targets else {*pull.indicators}


def _unlike(target: str, *ends: tuple[date, str]) -> Problem:
    (earlier, before), (later, after) = ((format_period(month), indicator) for month, indicator in ends)
    return parameter_problem(
        "target",
        "target_indicator_changed",
        f"“{target}”在 {earlier} 按指标 {before} 判定,在 {later} 按 {after} 判定,两者不能相减;请用 indicator=",
        f"{target} is judged by {before} in {earlier} and by {after} in {later}, which cannot be subtracted; "
        "compare either with indicator=",
        target,
    )


def _figure(counts: Counts | None, figure: Callable[[Counts], Exact]) -> str | None:
    return None if counts is None else exact(figure(counts))


def _value(row: PulledPart, counts: Counts | None, words: Wording) -> str | None:
    if counts is None or not counts.denominator:
        return None
    return _shown(row, row.of.indicator.scale * counts.ratio, words)


def _shown(row: PulledPart, value: Fraction | None, words: Wording) -> str | None:
    return None if value is None else shown(value, lines=words.lines[row.of.indicator.code])


def _measure(row: PulledPart, words: Wording) -> str:
    measure = words.indicators[row.of.indicator.code][1]
    return words.say(Text(zh="百分点", en="percentage points")) if measure == "%" else measure


def _figures(row: Callable[[PulledPart], Counts | None], name: str, when: Text) -> tuple[Column[PulledPart], ...]:
    """Numerator, denominator and value of one month."""
    return (
        column(
            f"numerator_{name}",
            Kind.NUMBER,
            f"{when.zh}分子",
            f"Numerator, {when.en}",
            lambda part, _: _figure(row(part), lambda counts: counts.numerator),
        ),
        column(
            f"denominator_{name}",
            Kind.NUMBER,
            f"{when.zh}分母,0 和空不在汇总中",
            f"Denominator, {when.en}; 0 and empty are not in the sum",
            lambda part, _: _figure(row(part), lambda counts: counts.denominator),
        ),
        column(
            f"value_{name}",
            Kind.NUMBER,
            f"{when.zh}指标值",
            f"Value, {when.en}",
            lambda part, words: _value(part, row(part), words),
        ),
    )


CONTRIBUTIONS = Dataset[PulledPart](
    name="contributions",
    title=Text(zh="变动贡献", en="Contributions to a change"),
    grain=Text(
        zh="一行为一个指标和汇总单位直接下级的一个单位:对汇总值在两个月之间变动的贡献",
        en="One row per indicator and unit directly below the one that adds up: what it added to the change of the "
        "rolled-up value from one month to another",
    ),
    columns=(
        c.UNIT_CODE.of(lambda row, _: row.counts.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units[row.counts.unit_code]),
        column(
            "under_code", Kind.CODE, "汇总单位代码", "Code of the unit that adds up", lambda row, _: row.of.unit.code
        ),
        c.INDICATOR_CODE.of(lambda row, _: row.of.indicator.code),
        c.INDICATOR_NAME.of(lambda row, words: words.indicators[row.of.indicator.code][0]),
        column("period_from", Kind.PERIOD, "前月", "Earlier month", lambda row, _: format_period(row.period_from)),
        column("period_to", Kind.PERIOD, "后月", "Later month", lambda row, _: format_period(row.period_to)),
        column(
            "state",
            Kind.CODE,
            "在汇总中:reported 两月均有、carried 后月沿用前期、entered 新计入、left 不再计入;"
            "不在汇总中:not_applicable 分母为0、absent 未报",
            "In the sums: reported in both, carried in the later, entered, left; in neither: not_applicable "
            "(denominator 0), absent",
            lambda row, _: row.counts.state.value,
        ),
        flag(
            "carried_before",
            "前月为沿用",
            "Carried in the earlier month: its change is of more than these months",
            lambda row, _: row.counts.before is not None and row.counts.before.carried,
        ),
        *_figures(lambda row: row.counts.before, "before", Text(zh="前月", en="earlier month")),
        *_figures(lambda row: row.counts.after, "after", Text(zh="后月", en="later month")),
        column(
            "rate_effect",
            Kind.NUMBER,
            "自身率变动的贡献;各行两项贡献之和恰为 change(最大余数法)",
            "What its own rate added; both effects of all rows add up to `change` (largest remainders)",
            lambda row, _: row.amount(lambda effects: effects.rate_effect),
        ),
        column(
            "denominator_effect",
            Kind.NUMBER,
            "分母变动的贡献,新计入与不再计入的在此",
            "What its changed denominator added, entering and leaving included",
            lambda row, _: row.amount(lambda effects: effects.denominator_effect),
        ),
        column("contribution", Kind.NUMBER, "合计贡献", "Both together", lambda row, _: row.amount(lambda e: e.total)),
        column(
            "under_before",
            Kind.NUMBER,
            "汇总值(前月)",
            "Rolled-up value, earlier month",
            lambda row, words: _shown(row, row.of.before.value, words),
        ),
        column(
            "under_after",
            Kind.NUMBER,
            "汇总值(后月)",
            "Rolled-up value, later month",
            lambda row, words: _shown(row, row.of.after.value, words),
        ),
        column(
            "change",
            Kind.NUMBER,
            "汇总值的变动",
            "Change of the rolled-up value",
            lambda row, _: None if (moved := row.of.moved) is None else written(moved.together.total, moved.decimals),
        ),
        c.UNIT_OF_MEASURE.of(_measure),
    ),
    order=("indicator in display order", "unit in display order"),
    parameters=EVERYWHERE | {"unit", "under", "indicator", "target", "period_from", "period_to", "basis"},
    records=_parts,
)
