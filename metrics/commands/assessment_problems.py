"""Everything that can be wrong with an assessment, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from metrics.errors import Invalid, Message, Problem
from metrics.evidence import evidence_problems
from metrics.forms import OddNumber, as_given
from metrics.periods import last_day, parse_period, period_problem
from metrics.plan.limits import LARGEST
from metrics.plan.model import Indicator, Plan
from metrics.submissions import period_problems

_MOST_DECIMALS = 4


class Given(Protocol):
    """What was sent, as far as it is a figure."""

    @property
    def numerator(self) -> object: ...
    @property
    def denominator(self) -> object: ...
    @property
    def value(self) -> object: ...
    @property
    def sample_size(self) -> int | None: ...
    @property
    def evidence(self) -> str: ...


def read_place(
    plan: Plan, unit: str, period: str, indicator: str, problems: list[Problem], *, now: datetime
) -> date | None:
    """The period, if unit, period and indicator are ones that can be assessed; what is wrong goes into `problems`.

    Figures are as of the period's last day, so it must have reached it by `now` (aware), as for submissions.
    """
    found = parse_period(period)
    known = plan.unit_by_code.get(unit)
    if known is None:
        message = Message(f"没有填报单位“{as_given(unit)}”。", f"There is no reporting unit {as_given(unit)!r}.")
        problems.append(Problem("unit_unknown", message, "/unit", given=as_given(unit)))
    if found is None:
        problems.append(period_problem(as_given(period), pointer="/period"))
    else:
        problems += period_problems(plan, found, now=now)
        if known is not None and not known.exists_on(last_day(found)):
            message = Message("该单位当时不存在。", "The unit did not exist then.")
            problems.append(Problem("unit_not_there", message, "/period", given=period))
    if indicator not in plan.indicator_by_code:
        message = Message(f"没有指标“{as_given(indicator)}”。", f"There is no indicator {as_given(indicator)!r}.")
        problems.append(Problem("indicator_unknown", message, "/indicator", given=as_given(indicator)))
    return found


def read_figure(indicator: Indicator | None, given: Given, problems: list[Problem]) -> dict[str, Decimal | None]:
    """Numerator, denominator and value as decimals. Either both of the former or the latter."""
    names = ("numerator", "denominator", "value")
    cells = {name: read_number(name, getattr(given, name), indicator, problems) for name in names}
    sent = {name for name in cells if getattr(given, name) is not None}
    if sent not in ({"value"}, {"numerator", "denominator"}):
        message = Message(
            "请填写分子和分母,或只填写指标值。", "Give numerator and denominator, or the value, not both."
        )
        problems.append(Problem("figure_incomplete", message, "/value"))
        return cells
    numerator, denominator, value = cells["numerator"], cells["denominator"], cells["value"]
    if denominator is not None and denominator == 0:
        message = Message("分母须大于 0。", "The denominator is above 0.")
        problems.append(Problem("denominator_zero", message, "/denominator", given="0"))
    if indicator is not None and indicator.share:
        if numerator is not None and denominator is not None and numerator > denominator:
            message = Message("比率的分子不能大于分母。", "A share's numerator is not above its denominator.")
            problems.append(Problem("numerator_above_denominator", message, "/numerator", given=str(numerator)))
        if value is not None and value > 100:
            message = Message("比率不能超过 100。", "A share is at most 100.")
            problems.append(Problem("value_above_100", message, "/value", given=str(value)))
    if value is not None and given.sample_size is not None:
        message = Message(
            "只填指标值时不填样本量:没有分子和分母,无从计算区间。",
            "Beside a value there is no sample size: without the counts there is no interval.",
        )
        problems.append(Problem("sample_size_beside_value", message, "/sample_size", given=as_given(given.sample_size)))
    else:
        _check_sample(given.sample_size, denominator, problems)
    problems += evidence_problems(given.evidence)
    return cells


def refuse_assessment(problems: Sequence[Problem]) -> Invalid:
    message = Message("评估未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
    return Invalid(problems[0].code if len(problems) == 1 else "assessment_invalid", message, problems)


def _check_sample(size: int | None, denominator: Decimal | None, problems: list[Problem]) -> None:
    if size is None:
        return
    if not 1 <= size <= LARGEST:
        message = Message("样本量须在 1 至 10 亿之间。", "A sample has between 1 and 1,000,000,000 cases.")
        problems.append(Problem("sample_size_invalid", message, "/sample_size", given=as_given(size)))
    elif denominator is not None and denominator > size:
        message = Message("分母不能大于样本量。", "The denominator is not above the sample's size.")
        problems.append(Problem("sample_too_small", message, "/sample_size", given=as_given(size)))


def read_number(
    name: str, given: object, indicator: Indicator | None, problems: list[Problem], *, at: str = ""
) -> Decimal | None:
    """A decimal of at most four places, or one more problem at the pointer `at` (none: the name's own).

    Negative only where the indicator can be: the value, and the numerator if it is a difference (domain rule 16).
    """
    if given is None:
        return None
    number = _decimal(given)
    message = None
    if number is None:
        message = Message("应为数字,以文本或 JSON 数字书写。", "This is a plain decimal number.")
    elif not _least(name, indicator) <= number <= LARGEST:
        message = _between(name, indicator)
    elif number != round(number, _MOST_DECIMALS):
        message = Message(f"最多 {_MOST_DECIMALS} 位小数。", f"At most {_MOST_DECIMALS} decimal places.")
    if message is not None:
        problems.append(Problem("figure_invalid", message, at or f"/{name}", given=as_given(given)))
        return None
    return number


def _least(name: str, indicator: Indicator | None) -> Decimal:
    negative = name != "denominator" and indicator is not None and indicator.may_be_negative
    return -LARGEST if negative else Decimal(0)


def _between(name: str, indicator: Indicator | None) -> Message:
    least = _least(name, indicator)
    if least == 0 and name != "denominator" and indicator is not None:
        return Message(
            f"须在 0 至 {LARGEST:f} 之间;指标“{indicator.name.zh}”不会为负。",
            f"It is between 0 and {LARGEST:f}; {indicator.name.en} cannot be negative.",
        )
    return Message(f"须在 {least:f} 至 {LARGEST:f} 之间。", f"It is between {least:f} and {LARGEST:f}.")


def _decimal(given: object) -> Decimal | None:
    if isinstance(given, bool | OddNumber) or not isinstance(given, int | Decimal | str):
        return None
    if isinstance(given, int):
        return Decimal(given) if abs(given) <= 2 * LARGEST else Decimal(2 * LARGEST)
    text = str(given)
    plain = len(text) <= 24 and text.isascii() and text.removeprefix("-").replace(".", "", 1).isdigit()
    return Decimal(text) if plain and not text.endswith(".") and not text.startswith((".", "-.")) else None
