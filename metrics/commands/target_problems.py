"""What is wrong with one revision of a target, as somebody sends it in. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from metrics.errors import Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.field_problems import field_problems
from metrics.forms import OddNumber, as_given
from metrics.plan.cited_texts import MOST_NAMED, PlanText, found_in, is_of_the_plan, where_found
from metrics.plan.limits import LARGEST, MOST_DECIMALS, days_around, is_within
from metrics.plan.model import Citation, Direction, Plan, Target
from metrics.plan.rules.own_targets import day_oddities, oddities
from metrics.plan.sentences import SENTENCES

_FITTING = {Direction.HIGHER: (">=", "=="), Direction.LOWER: ("<=", "==")}
_LONGEST_CODE = 64
_DAYS = ("due_on", "verification_window", "baseline", "kind", "indicator")


def read_target(body: Mapping[str, Any], *, also: Sequence[Problem] = ()) -> Target:
    """The target `body` says, in the shape of :class:`Target`.

    Raises Invalid with a pointer to every bad field; problems found elsewhere (`also`) are listed with them.
    """
    text = json.dumps(body, default=_as_json)
    try:
        return Target.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise refuse_target([*also, *field_problems(error)]) from None


def refuse_target(problems: list[Problem]) -> Invalid:
    """The refusal that lists `problems`."""
    message = Message(f"目标有 {len(problems)} 处不符合要求。", f"The target has {len(problems)} problems.")
    if len({problem.code for problem in problems}) == 1:
        return Invalid(problems[0].code, problems[0].message, problems)
    return Invalid("target_invalid", message, problems)


def target_problems(plan: Plan, target: Target, *, before: Target | None = None) -> list[Problem]:
    """Everything in `target` that does not fit the plan or itself. `before`: what it is a revision of."""
    return [
        *_identity(target),
        *_references(plan, target),
        *_exclusions(plan, target, before),
        *_citations(plan, target, before),
        *_numbers(target),
        *_dates(plan, target),
        *_sequence(plan, target, before),
        *_judgement(plan, target),
        *_own(plan, target, before),
    ]


def _identity(target: Target) -> Iterator[Problem]:
    if len(target.code) > _LONGEST_CODE:
        yield Problem(
            "code_too_long",
            Message(f"代码最长 {_LONGEST_CODE} 个字符。", f"A code has at most {_LONGEST_CODE} characters."),
            "/code",
            given=as_given(target.code),
        )
    if not target.citations:
        message = Message("须注明依据(条款原文)。", "A citation is needed: the clause, word for word.")
        yield Problem("citation_missing", message, "/citations")
    window = target.verification_window
    if window is not None and window.end < window.start:
        message = Message("整改完善期的结束日期早于开始日期。", "The verification window ends before it starts.")
        yield Problem("window_reversed", message, "/verification_window", given=f"{window.start} > {window.end}")


def _references(plan: Plan, target: Target) -> Iterator[Problem]:
    if target.indicator is not None and target.indicator not in plan.indicator_by_code:
        message = Message(f"没有指标“{target.indicator}”。", f"There is no indicator {target.indicator!r}.")
        yield Problem("indicator_unknown", message, "/indicator", given=as_given(target.indicator))
    for place, code in enumerate(target.scope_units):
        if code in target.scope_units[:place]:
            zh, en = SENTENCES["unit_twice"]
            given = as_given(code)
            message = Message(zh.format(given=given), en.format(given=given))
            yield Problem("unit_twice", message, f"/scope_units/{place}", given=given)
        if code not in plan.unit_by_code:
            message = Message(f"没有填报单位“{code}”。", f"There is no reporting unit {code!r}.")
            yield Problem("unit_unknown", message, f"/scope_units/{place}", given=as_given(code))
    numbers = {task.number for task in plan.tasks}
    for place, number in enumerate(target.tasks):
        if number not in numbers:
            message = Message(f"没有第 {as_given(number)} 项任务。", f"There is no task {as_given(number)}.")
            yield Problem("task_unknown", message, f"/tasks/{place}", given=as_given(number))
    for place, exclusion in enumerate(target.exclusions):
        if exclusion.element is not None and exclusion.element not in plan.element_by_code:
            message = Message(f"没有填报项“{exclusion.element}”。", f"There is no element {exclusion.element!r}.")
            yield Problem("element_unknown", message, f"/exclusions/{place}/element", given=as_given(exclusion.element))


def _exclusions(plan: Plan, target: Target, before: Target | None) -> Iterator[Problem]:
    """What is left out anew has a code of its own, and says what it leaves out and on what evidence."""
    for place, exclusion in enumerate(target.exclusions):
        before_it = target.exclusions[:place]
        if exclusion.element is not None and exclusion.element in {one.element for one in before_it}:
            element = plan.element_by_code.get(exclusion.element)
            zh, en = SENTENCES["exclusion_element_twice"]
            given = as_given(exclusion.element)
            names = (given, given) if element is None else (element.name.zh, element.name.en)
            message = Message(zh.format(given=names[0]), en.format(given=names[1]))
            yield Problem("exclusion_element_twice", message, f"/exclusions/{place}/element", given=given)
        if exclusion.code in {one.code for one in before_it}:
            zh, en = SENTENCES["exclusion_twice"]
            given = as_given(exclusion.code)
            message = Message(zh.format(given=given), en.format(given=given))
            yield Problem("exclusion_twice", message, f"/exclusions/{place}/code", given=given)
        if before is not None and exclusion in before.exclusions:
            continue
        for field in ("name", "effect", "evidence"):
            text = getattr(exclusion, field)
            if not text.zh.strip() or not text.en.strip():
                message = Message(
                    "新增的例外须用中英文写明名称、剔除内容和凭据。",
                    "An exclusion that is added has its name, what it leaves out and its evidence, in both languages.",
                )
                yield Problem("exclusion_blank", message, f"/exclusions/{place}/{field}")


def _citations(plan: Plan, target: Target, before: Target | None) -> Iterator[Problem]:
    """What is cited anew says where it stands and word for word what; what is said to be the plan's stands there."""
    for place, citation in enumerate(target.citations):
        if before is not None and citation in before.citations:
            continue
        blank = [field for field in ("where", "quote") if not is_visible(getattr(citation, field))]
        for field in blank:
            message = Message(
                "依据须写明出处和条款原文。",
                "A citation says where the clause stands, and the clause word for word.",
            )
            yield Problem("citation_blank", message, f"/citations/{place}/{field}")
        if not blank:
            yield from _quoted(plan, citation, place)


def _quoted(plan: Plan, citation: Citation, place: int) -> Iterator[Problem]:
    number, elsewhere = citation.task, found_in(plan, citation.quote)
    of_the_plan = number is not None or is_of_the_plan(plan, citation)
    if number is not None and all(task.number != number for task in plan.tasks):
        message = Message(f"没有第 {as_given(number)} 项任务。", f"There is no task {as_given(number)}.")
        yield Problem("task_unknown", message, f"/citations/{place}/task", given=as_given(number))
    elif number is not None and not found_in(plan, citation.quote, task=number):
        message = Message(
            f"第 {number} 项任务的原文和完成时限中都没有这段话。{where_found(plan, elsewhere).zh}"
            "引自其他文件的,不选任务,在出处写明文号。",
            f"Neither the text nor the deadline of task {number} says so. {where_found(plan, elsewhere).en} "
            "What another document says is cited without a task, with that document's number.",
        )
        yield Problem("quote_not_in_task", message, f"/citations/{place}/quote", given=as_given(citation.quote))
    elif of_the_plan and not elsewhere:
        message = Message(
            f"出处写的是本方案,但方案中没有这段话。{where_found(plan, elsewhere).zh}引自其他文件的,在出处写明其文号。",
            f"It is said to be the plan's, and the plan does not say so. {where_found(plan, elsewhere).en} "
            "Of what another document says, give that document's number.",
        )
        yield Problem("quote_not_in_plan", message, f"/citations/{place}/quote", given=as_given(citation.quote))
    elif of_the_plan:
        yield from _on_its_line(citation, [one for one in elsewhere if number in (None, one.task)], place)


def _on_its_line(citation: Citation, texts: Sequence[PlanText], place: int) -> Iterator[Problem]:
    """The line named is one on which the clause stands, where the plan says on which its texts do."""
    lines = sorted({one.line for one in texts if one.line is not None})
    if lines and citation.line not in lines:
        named = [str(line) for line in lines[:MOST_NAMED]]
        message = Message(
            f"这段话不在方案原文第 {as_given(citation.line)} 行,而在第 {'、'.join(named)} 行。",
            f"The clause stands not on line {as_given(citation.line)} of the plan's text, but on {', '.join(named)}.",
        )
        yield Problem("quote_not_on_line", message, f"/citations/{place}/line", given=as_given(citation.line))


def _numbers(target: Target) -> Iterator[Problem]:
    """Figures within the same limits as those of a plan's files."""
    figures = {
        "/threshold": target.threshold,
        "/baseline/value": target.baseline.value if target.baseline else None,
        "/printed/threshold": target.printed.threshold if target.printed else None,
        **{f"/trajectory/{place}/value": point.value for place, point in enumerate(target.trajectory)},
    }
    for pointer, figure in figures.items():
        if figure is not None and not is_within(figure):
            message = Message(
                f"须为绝对值不超过 {LARGEST:f}、最多 {MOST_DECIMALS} 位小数的数。",
                f"A figure is at most {LARGEST:f} in size and has at most {MOST_DECIMALS} decimal places.",
            )
            yield Problem("figure_out_of_range", message, pointer, given=as_given(str(figure)))


def _dates(plan: Plan, target: Target) -> Iterator[Problem]:
    """Dates within the same limits as those of a plan's files."""
    window = target.verification_window
    dates = {
        "/due_on": target.due_on,
        "/effective_from": target.effective_from,
        "/verification_window/start": window.start if window else None,
        "/verification_window/end": window.end if window else None,
        "/baseline/on": target.baseline.on if target.baseline else None,
    }
    first, last = days_around(plan.document.issued_on)
    for pointer, day in dates.items():
        if day is not None and not first <= day <= last:
            message = Message(
                f"日期离方案印发太远,须在 {first} 至 {last} 之间。",
                f"The date is too far from the plan's issue; expected {first} to {last}.",
            )
            yield Problem("date_out_of_range", message, pointer, given=str(day))


def _sequence(plan: Plan, target: Target, before: Target | None) -> Iterator[Problem]:
    """Days that are set anew come after the plan's issue, and a due date not before the day it is effective from."""
    issued, since, due_on = plan.document.issued_on, target.effective_from, target.due_on
    first, last = days_around(issued)
    if any(day is not None and not first <= day <= last for day in (since, due_on)):
        return  # said already
    if not target.for_units and since is not None and since < issued:  # of units' own: metrics/plan/rules
        message = Message(
            f"生效日期 {since} 早于方案印发日期 {issued}。",
            f"It cannot be effective before the plan was issued, {issued}.",
        )
        yield Problem("date_before_issue", message, "/effective_from", given=str(since))
    if due_on is None or since is None or (before is not None and due_on == before.due_on):
        return
    if due_on < since:
        message = Message(
            f"期限 {due_on} 早于生效日期 {since}。",
            f"The due date {due_on} is before the day it is effective from, {since}.",
        )
        yield Problem("due_before_effective", message, "/due_on", given=str(due_on))


def _judgement(plan: Plan, target: Target) -> Iterator[Problem]:
    """A target with an indicator is judged by it, in the indicator's direction."""
    indicator = plan.indicator_by_code.get(target.indicator or "")
    if indicator is None:
        return
    for field in ("comparator", "threshold"):
        if getattr(target, field) is None:
            message = Message(
                "按指标考核的目标须写明比较方式和数值。",
                "A target with an indicator needs a comparator and a threshold.",
            )
            yield Problem("threshold_missing", message, f"/{field}")
    fitting = _FITTING[indicator.direction]
    if target.comparator is not None and target.comparator not in fitting:
        message = Message(
            f"指标“{indicator.name.zh}”只能用 {'、'.join(fitting)} 比较。",
            f"{indicator.name.en} is compared with {' or '.join(fitting)}.",
        )
        yield Problem("comparator_unfit", message, "/comparator", given=target.comparator)
    if target.threshold is not None and indicator.share and not 0 <= target.threshold <= 100:
        message = Message("比率的目标值须在 0 至 100 之间。", "The threshold of a share lies between 0 and 100.")
        yield Problem("threshold_out_of_range", message, "/threshold", given=as_given(str(target.threshold)))
    elif target.threshold is not None and target.threshold < 0 and not indicator.may_be_negative:
        message = Message(
            "该指标不会为负,目标值不能小于 0。", "This indicator is never negative; nor is its threshold."
        )
        yield Problem("threshold_out_of_range", message, "/threshold", given=as_given(str(target.threshold)))


def _own(plan: Plan, target: Target, before: Target | None) -> Iterator[Problem]:
    """What a plan's files may not say either, in the same sentences, with units by name.

    Days that stay as they were are not asked of.
    """
    kept = before is not None and all(getattr(before, name) == getattr(target, name) for name in _DAYS)
    for oddity in (*oddities(plan, target), *(() if kept else day_oddities(target))):
        zh, en = SENTENCES[oddity.code]
        said = {name: as_given(str(value)) for name, value in oddity.values.items()}
        pointer, given = "".join(f"/{step}" for step in oddity.path), said.get("given")
        unit = plan.unit_by_code.get(str(given)) if oddity.path[0] == "for_units" else None
        names = (said, said) if unit is None else (said | {"given": unit.name.zh}, said | {"given": unit.name.en})
        yield Problem(oddity.code, Message(zh.format(**names[0]), en.format(**names[1])), pointer, given=given)


def _as_json(value: object) -> str:
    """Figures as text, so that they pass through no float."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, OddNumber):
        return value.text
    raise TypeError(f"not JSON: {type(value).__name__}")
