"""The plan's checks over one submission (domain: Elements). Pure.

A check applies when something it looks at was posted and everything it looks at has a value. Errors refuse the
submission; warnings go with it, each with the reason its sender gave, if any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from metrics.checks_over_months import (
    flow_moved,
    frozen_baseline,
    rate_change,
    same_as_last_month,
    stock_change,
    vanished_denominator,
)
from metrics.comparisons import Compared, Fired, named_sum, sum_of, written_sum
from metrics.errors import Message, Problem
from metrics.forms import as_given, pointer_to
from metrics.plan.model import (
    Check,
    ComparisonCheck,
    FlowMovedCheck,
    FrozenBaselineCheck,
    Indicator,
    Plan,
    SameAsLastMonthCheck,
    Severity,
    StockChangeCheck,
    VanishedDenominatorCheck,
)
from metrics.value_types import Untold

_SIGN = {"<=": "≤", "==": "="}


@dataclass(frozen=True, slots=True)
class CheckWarning:
    """A check that warns, for one element, one indicator or the whole submission (neither).

    `given` says the numbers that were put in, `acknowledged` is the reason that was given, if any. As JSON it stands in
    answers, in the event's detail and in the ledger.
    """

    code: str
    element: str | None
    indicator: str | None
    given: str
    message: Message
    acknowledged: str | None
    excepted: Annotated[bool, Untold] = False  # an error, which a reviewer's reason excepts and nothing else

    def as_problem(self) -> Problem:
        """The same as a reason to refuse the submission."""
        at = pointer_to("values", self.element) if self.element else "/values"
        return Problem(self.code, self.message, pointer=at, given=self.given)


def run_checks(
    plan: Plan,
    compared: Compared,
    *,
    acknowledged: Mapping[str, str],
    excepting: bool = False,
    only: Mapping[str, Sequence[Indicator]] | None = None,
) -> tuple[list[Problem], list[CheckWarning]]:
    """The errors and the warnings of a submission, in the plan's order.

    `excepting`: whoever sends it may except what a reviewer may (domain rule 16), with a reason; such an error is then
    among the warnings, and :func:`unexcepted` says which of them still lack the reason. `only`: the checks to run, by
    code, where it is known that no other fires, with the indicators to ask of each that is about indicators.
    """
    problems, warnings = [], []
    for check in plan.checks:
        if only is not None and check.code not in only:
            continue
        asked = plan.indicators if only is None else only[check.code]
        for fired in _fired(plan, check, compared, indicators=asked):
            warning = CheckWarning(
                code=check.code,
                message=_message(plan, check, fired),
                given=fired.given,
                element=fired.element,
                indicator=fired.indicator.code if fired.indicator else None,
                acknowledged=acknowledged.get(check.code),
                excepted=check.severity is Severity.ERROR,
            )
            if check.severity is Severity.ERROR and not (excepting and isinstance(check, VanishedDenominatorCheck)):
                problems.append(warning.as_problem())
            else:
                warnings.append(warning)
    return problems, warnings


def unexcepted(warnings: Sequence[CheckWarning]) -> list[Problem]:
    """The errors among `warnings` that a reviewer may except and gave no reason for."""
    return [warning.as_problem() for warning in warnings if warning.excepted and not warning.acknowledged]


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


def _fired(plan: Plan, check: Check, compared: Compared, *, indicators: Sequence[Indicator]) -> Iterator[Fired]:
    if isinstance(check, ComparisonCheck):
        yield from _comparison(plan, check, compared)
    elif isinstance(check, StockChangeCheck):
        yield from stock_change(plan, check, compared)
    elif isinstance(check, FrozenBaselineCheck):
        yield from frozen_baseline(check, compared)
    elif isinstance(check, SameAsLastMonthCheck):
        yield from same_as_last_month(plan, check, compared)
    elif isinstance(check, FlowMovedCheck):
        yield from flow_moved(plan, check, compared)
    elif isinstance(check, VanishedDenominatorCheck):
        yield from vanished_denominator(plan, check, compared)
    else:
        yield from rate_change(plan, check, compared, indicators=indicators)


def _comparison(plan: Plan, check: ComparisonCheck, compared: Compared) -> Iterator[Fired]:
    elements = dict.fromkeys(check.left.elements + check.right.elements)
    posted = [code for code in elements if code in compared.posted]
    if not posted or any(code not in compared.now for code in elements):
        return
    left, right = sum_of(check.left, compared.now), sum_of(check.right, compared.now)
    if left <= right if check.comparator == "<=" else left == right:
        return
    numbers = written_sum(check.left, compared.now), written_sum(check.right, compared.now)
    here, there = named_sum(plan, check.left, compared.now), named_sum(plan, check.right, compared.now)
    sides = Message(f"左边:{here.zh};右边:{there.zh}。", f"Left: {here.en}; right: {there.en}.")
    yield Fired(f"{numbers[0]} {_SIGN[check.comparator]} {numbers[1]}", sides, element=posted[0])


def _message(plan: Plan, check: Check, fired: Fired) -> Message:
    """The plan's message with the names of what it is about put in, then both sides as computed."""
    names = dict(fired.names)
    if fired.element is not None:
        names["element"] = plan.element_by_code[fired.element].name
    if fired.indicator is not None:
        names["indicator"] = fired.indicator.name
    zh, en = check.message.zh, check.message.en
    for name, text in names.items():
        zh, en = zh.replace(f"{{{name}}}", text.zh), en.replace(f"{{{name}}}", text.en)
    return Message(f"{zh}{fired.sides.zh}", f"{en} {fired.sides.en}")
