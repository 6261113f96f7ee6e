"""What a check compares, and both sides of it in words: the elements' names with their numbers. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from metrics.errors import Message
from metrics.forms import plain
from metrics.plan.model import Indicator, LinearForm, Plan, Text
from metrics.results import Rate
from metrics.rounding import shown

Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Compared:
    """What checks look at.

    `now`: the submission's values, what was left out included; `posted`: the elements that were sent;
    `before`: of each element the value of the newest period before in which it was owed, those without one left out;
    `seldom`: by months apart (3, 12), all values of the newest period before in which what is owed so seldom was owed;
    `first`: the first value the unit ever reported of each element, in an earlier period; `flows`: of each flow the
    values of earlier months, by how many months ago, those without a value left out; `last`: the newest value of each
    element that is known, of this period before the submission or of an earlier one.
    """

    now: Values
    posted: frozenset[str]
    before: Values = field(default_factory=dict)
    seldom: Mapping[int, Values] = field(default_factory=dict)
    first: Values = field(default_factory=dict)
    flows: Mapping[str, Mapping[int, Decimal]] = field(default_factory=dict)
    last: Values = field(default_factory=dict)

    def before_of(self, months_apart: int) -> Values:
        """The values before that belong together: of one period, in which what is owed so often was owed."""
        return self.before if months_apart == 1 else self.seldom.get(months_apart, {})


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """How this period and the one before are called, of what is owed so often."""

    now: Text
    before: Text


PERIOD_WORDS = {
    1: PeriodWords(Text(zh="本月", en="this month"), Text(zh="上月", en="last month")),
    3: PeriodWords(Text(zh="本季度", en="this quarter"), Text(zh="上季度", en="last quarter")),
    12: PeriodWords(Text(zh="本年", en="this year"), Text(zh="上年", en="last year")),
}
"""By months apart."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A check that does not hold. `sides`: what was compared, computed, with names; `given`: the bare numbers.

    `names` fill the plan's message: `{element}`, `{indicator}`, `{denominator}`.
    """

    given: str
    sides: Message
    element: str | None = None
    indicator: Indicator | None = None
    names: Mapping[str, Text] = field(default_factory=dict)


def sum_of(form: LinearForm, values: Values) -> Decimal:
    return sum((term.times * values[term.element] for term in form.terms), Decimal(form.constant))


def written_sum(form: LinearForm, values: Values) -> str:
    """The form with the numbers put in: ``850 + 200``, ``1000 − 20``, ``5×1000``."""
    return _joined(form, {term.element: plain(values[term.element]) for term in form.terms})


def named_sum(plan: Plan, form: LinearForm, values: Values) -> Message:
    """Names, numbers and the result: ``可网办事项数 850 + 例外 200 = 1050``; one plain element needs no result."""
    zh, en = (
        _joined(form, {code: f"{_name(plan, code, language)} {plain(values[code])}" for code in form.elements})
        for language in ("zh", "en")
    )
    if len(form.terms) + bool(form.constant) == 1 and all(term.times == 1 for term in form.terms):
        return Message(zh, en)
    result = minus(sum_of(form, values))
    return Message(f"{zh} = {result}", f"{en} = {result}")


def named_form(plan: Plan, form: LinearForm) -> Text:
    """The form by its elements' names: ``事项总数 − 例外``."""
    zh, en = (_joined(form, {code: _name(plan, code, language) for code in form.elements}) for language in ("zh", "en"))
    return Text(zh=zh, en=en)


def named_rate(plan: Plan, indicator: Indicator, rate: Rate, values: Values) -> Message:
    """A rate of one submission with what it is made of: ``可网办事项数 850 ÷ 事项总数 1000 = 85.00%``."""
    above, below = (named_sum(plan, form, values) for form in (indicator.numerator, indicator.denominator))
    assert rate.value is not None  # noqa: S101  only rates that exist are compared
    value, measure = minus(shown(Fraction(rate.value))), indicator.unit_of_measure
    single = {"zh": f"{value}%", "en": f"{value} %"}
    if measure.zh != "%":
        single = {"zh": f"{value} {measure.zh}", "en": f"{value} {measure.en}"}
    return Message(
        f"{_grouped(above.zh)} ÷ {_grouped(below.zh)} = {single['zh']}",
        f"{_grouped(above.en)} ÷ {_grouped(below.en)} = {single['en']}",
    )


def minus(number: Decimal | str) -> str:
    """A number with a real minus sign."""
    return (number if isinstance(number, str) else plain(number)).replace("-", "−")


def signed(change: Decimal) -> str:
    """+3, −3, 0."""
    return f"+{plain(change)}" if change > 0 else minus(change)


def _grouped(side: str) -> str:
    return f"({side})" if " = " in side else side


def _name(plan: Plan, code: str, language: str) -> str:
    return plan.element_by_code[code].name.in_language(language)


def _joined(form: LinearForm, said: Mapping[str, str]) -> str:
    parts = []
    for term in form.terms:
        sized = said[term.element] if abs(term.times) == 1 else f"{abs(term.times)}×{said[term.element]}"
        parts.append((term.times < 0, sized))
    if form.constant or not parts:
        parts.append((form.constant < 0, str(abs(form.constant))))
    first = ("−" if parts[0][0] else "") + parts[0][1]
    return first + "".join((" − " if negative else " + ") + text for negative, text in parts[1:])
