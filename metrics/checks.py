"""The plan's checks over one return (domain: Elements). Pure.

A check applies when something it looks at was posted and everything it looks at has a value. Errors refuse the
return; warnings go with it, each with the reason its sender gave, if any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from metrics.errors import Message, Problem
from metrics.forms import as_given, plain, pointer_to
from metrics.plan.model import (
    Check,
    ComparisonCheck,
    Direction,
    FrozenBaselineCheck,
    Indicator,
    LinearForm,
    Nature,
    Plan,
    RateFellCheck,
    Severity,
    StockChangeCheck,
    Text,
)
from metrics.rates import is_denominator_watch, value_of
from metrics.results import Rate, State

_SIGN = {"<=": "≤", "==": "="}


@dataclass(frozen=True, slots=True)
class Compared:
    """What checks look at.

    `now`: the return's values, what was left out included; `posted`: the elements that were sent;
    `before`: the values of the period before, empty if there was no return; `first`: the first value the unit ever
    reported of each element, in an earlier period.
    """

    now: Mapping[str, Decimal]
    posted: frozenset[str]
    before: Mapping[str, Decimal] = field(default_factory=dict)
    first: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckWarning:
    """A warning that fired, for one element or one indicator. `acknowledged`: the sender's reason, None without one.

    `given` says the numbers that were put in.
    """

    code: str
    message: Message
    given: str
    element: str | None = None
    indicator: str | None = None
    acknowledged: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The warning as JSON: in answers, in the event's detail and in the ledger."""
        return {
            "code": self.code,
            "element": self.element,
            "indicator": self.indicator,
            "given": self.given,
            "message": self.message.as_dict(),
            "acknowledged": self.acknowledged,
        }


@dataclass(frozen=True, slots=True)
class _Fired:
    message: Text
    given: str
    element: str | None = None
    indicator: Indicator | None = None


def run_checks(
    plan: Plan, compared: Compared, *, acknowledged: Mapping[str, str]
) -> tuple[list[Problem], list[CheckWarning]]:
    """The errors and the warnings of a return, in the plan's order."""
    problems, warnings = [], []
    for check in plan.checks:
        for fired in _fired(plan, check, compared):
            message = _message(plan, fired)
            if check.severity is Severity.ERROR:
                at = pointer_to("values", fired.element) if fired.element else "/values"
                problems.append(Problem(check.code, message, pointer=at, given=fired.given))
                continue
            warnings.append(
                CheckWarning(
                    code=check.code,
                    message=message,
                    given=fired.given,
                    element=fired.element,
                    indicator=fired.indicator.code if fired.indicator else None,
                    acknowledged=acknowledged.get(check.code),
                )
            )
    return problems, warnings


def acknowledgement_problems(plan: Plan, acknowledged: Mapping[str, str]) -> list[Problem]:
    """Problems with `acknowledged`: codes of no check, and blank reasons. A check that did not fire is no problem."""
    known = {check.code for check in plan.checks}
    problems = []
    for code, reason in acknowledged.items():
        if code not in known:
            message = Message(f"没有名为“{as_given(code)}”的校验。", f"There is no check {as_given(code)!r}.")
            problems.append(Problem("check_unknown", message, pointer_to("acknowledged", code), given=as_given(code)))
        elif not reason.strip():
            message = Message("说明理由不能为空。", "The reason is blank.")
            problems.append(Problem("acknowledged_blank", message, pointer_to("acknowledged", code), given=reason))
    return problems


def _fired(plan: Plan, check: Check, compared: Compared) -> Iterator[_Fired]:
    if isinstance(check, ComparisonCheck):
        yield from _comparison(check, compared)
    elif isinstance(check, StockChangeCheck):
        yield from _stock_change(plan, check, compared)
    elif isinstance(check, FrozenBaselineCheck):
        yield from _frozen_baseline(check, compared)
    else:
        yield from _rate_change(plan, check, compared)


def _comparison(check: ComparisonCheck, compared: Compared) -> Iterator[_Fired]:
    elements = dict.fromkeys(check.left.elements + check.right.elements)
    posted = [code for code in elements if code in compared.posted]
    if not posted or any(code not in compared.now for code in elements):
        return
    left, right = _sum(check.left, compared.now), _sum(check.right, compared.now)
    if left == right or (check.comparator == "<=" and left < right):
        return
    given = f"{_written(check.left, compared.now)} {_SIGN[check.comparator]} {_written(check.right, compared.now)}"
    yield _Fired(check.message, given, element=posted[0])


def _stock_change(plan: Plan, check: StockChangeCheck, compared: Compared) -> Iterator[_Fired]:
    for element in plan.elements:
        if element.nature is not Nature.STOCK or element.code not in compared.posted:
            continue
        now, before = compared.now.get(element.code), compared.before.get(element.code)
        if now is None or before is None or abs(now - before) * 100 <= check.percent * before:
            continue
        yield _Fired(check.message, f"{plain(before)} → {plain(now)}", element=element.code)


def _frozen_baseline(check: FrozenBaselineCheck, compared: Compared) -> Iterator[_Fired]:
    now, first = compared.now.get(check.element), compared.first.get(check.element)
    if check.element in compared.posted and now is not None and first is not None and now != first:
        yield _Fired(check.message, f"{plain(first)} → {plain(now)}", element=check.element)


def _rate_change(plan: Plan, check: Check, compared: Compared) -> Iterator[_Fired]:
    """Of the indicators touched: those whose share got worse, or those under denominator watch."""
    for indicator in plan.indicators:
        if not compared.posted.intersection(indicator.elements):
            continue
        now, before = _rate(indicator, compared.now), _rate(indicator, compared.before)
        if now is None or before is None:
            continue
        if isinstance(check, RateFellCheck):
            fired = indicator.share and _got_worse(indicator, now, before)
        else:
            fired = is_denominator_watch(indicator, now, before)
        if fired:
            yield _Fired(check.message, f"{_ratio(before)} → {_ratio(now)}", indicator=indicator)


def _rate(indicator: Indicator, values: Mapping[str, Decimal]) -> Rate | None:
    """The indicator over one return's `values`, None while one of its elements is unreported."""
    if any(code not in values for code in indicator.elements):
        return None
    numerator = Fraction(_sum(indicator.numerator, values))
    denominator = Fraction(_sum(indicator.denominator, values))
    return Rate(
        unit_code="",  # of one return, whichever it is
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
    return f"{rate.numerator}/{rate.denominator}"


def _sum(form: LinearForm, values: Mapping[str, Decimal]) -> Decimal:
    return sum((term.times * values[term.element] for term in form.terms), Decimal(form.constant))


def _written(form: LinearForm, values: Mapping[str, Decimal]) -> str:
    """The form with the numbers put in: ``850 + 200``, ``1000 − 20``, ``5×1000``."""
    parts = []
    for term in form.terms:
        number = plain(values[term.element])
        sized = number if abs(term.times) == 1 else f"{abs(term.times)}×{number}"
        parts.append((term.times < 0, sized))
    if form.constant or not parts:
        parts.append((form.constant < 0, str(abs(form.constant))))
    first = ("−" if parts[0][0] else "") + parts[0][1]
    return first + "".join((" − " if negative else " + ") + text for negative, text in parts[1:])


def _message(plan: Plan, fired: _Fired) -> Message:
    """The plan's message with the names of what it is about put in."""
    zh, en = fired.message.zh, fired.message.en
    if fired.element is not None:
        name = plan.element_by_code[fired.element].name
        zh, en = zh.replace("{element}", name.zh), en.replace("{element}", name.en)
    if fired.indicator is not None:
        name = fired.indicator.name
        zh, en = zh.replace("{indicator}", name.zh), en.replace("{indicator}", name.en)
    return Message(zh, en)
