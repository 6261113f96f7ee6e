"""A rule of scores as it was sent: every weight and step read and checked, everything wrong named. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from metrics.errors import Message, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given, plain, pointer_to
from metrics.periods import parse_period, period_problem
from metrics.supervision.scores import ScorePart, ScoreRule, ScoreStep

HEAVIEST = Decimal(1000)
MOST_STEPS = 20
LONGEST_TEXT = 2000  # characters
_PLACES = 3
_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
PARTS_IN_WORDS: dict[ScorePart, Message] = {
    ScorePart.ATTAINMENT: Message("核心目标完成度", "Core targets reached"),
    ScorePart.TIMELINESS: Message("报送及时性", "Sent in time"),
    ScorePart.SLIPS: Message("督办办理", "Slips answered"),
    ScorePart.INQUIRY: Message("测评", "Inquiry"),
}


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """A step as it was sent: numbers, or texts that are numbers. `at_least` is a share from 0 to 1."""

    at_least: object
    points: object


@dataclass(frozen=True, slots=True)
class ScoreRuleGiven:
    """A rule as it was sent: by the name of each part its weight, and the steps of those that have any."""

    valid_from: str
    weights: Mapping[str, object]
    steps: Mapping[str, Sequence[WrittenStep]]
    citation: str = ""
    reason: str = ""


def read_rule(given: ScoreRuleGiven) -> tuple[ScoreRule | None, list[Problem]]:
    """The rule, and everything that is wrong with what was sent."""
    problems: list[Problem] = []
    valid_from = parse_period(given.valid_from)
    if valid_from is None:
        problems.append(period_problem(given.valid_from, pointer="/valid_from"))
    weights = _weights(given.weights, problems)
    steps = _steps(given.steps, problems)
    if not is_visible(given.citation) and not is_visible(given.reason):
        message = Message("须写明出处或理由。", "Give where it is laid down, or a reason.")
        problems.append(Problem("reason_missing", message, "/reason", given=as_given(given.reason)))
    for name, text in (("citation", given.citation), ("reason", given.reason)):
        if len(text) > LONGEST_TEXT:
            message = Message(f"最多 {LONGEST_TEXT} 字。", f"At most {LONGEST_TEXT} characters.")
            problems.append(Problem("text_too_long", message, f"/{name}", given=as_given(text)))
    if problems or valid_from is None:
        return None, problems
    return ScoreRule(weights, steps, valid_from, given.citation, given.reason), []


def read_number(given: object, *, most: Decimal, places: int = _PLACES) -> Decimal | None:
    """A number from 0 to `most` with at most so many decimals: a JSON number or the same as text; None for others."""
    if isinstance(given, bool) or not isinstance(given, int | Decimal | str):
        return None
    text = plain(given) if isinstance(given, Decimal) and given.is_finite() else str(given)
    if len(text) > 40 or not _PLAIN.fullmatch(text) or len(plain(Decimal(text)).partition(".")[2]) > places:
        return None
    number = Decimal(plain(Decimal(text)))
    return number if number <= most else None


def _weights(sent: Mapping[str, object], problems: list[Problem]) -> dict[ScorePart, Decimal]:
    problems += _unknown(sent, "weights")
    read: dict[ScorePart, Decimal] = {}
    for part in ScorePart:
        pointer, words = pointer_to("weights", part.value), PARTS_IN_WORDS[part]
        if part.value not in sent:
            message = Message(f"缺少“{words.zh}”的权重。", f"The weight of “{words.en}” is missing.")
            problems.append(Problem("weight_missing", message, pointer))
            continue
        number = read_number(sent[part.value], most=HEAVIEST)
        if number is None:
            message = Message(
                f"“{words.zh}”的权重须为 0 至 {HEAVIEST} 的数,最多 {_PLACES} 位小数。",
                f"The weight of “{words.en}” is a number from 0 to {HEAVIEST} with at most {_PLACES} decimals.",
            )
            problems.append(Problem("weight_invalid", message, pointer, given=as_given(sent[part.value])))
        else:
            read[part] = number
    if len(read) == len(ScorePart) and not any(read.values()):
        message = Message("权重不能全部为 0。", "The weights cannot all be 0.")
        problems.append(Problem("weights_all_zero", message, "/weights"))
    return read


def _steps(
    sent: Mapping[str, Sequence[WrittenStep]], problems: list[Problem]
) -> dict[ScorePart, tuple[ScoreStep, ...]]:
    problems += _unknown(sent, "steps")
    found = {part: _steps_of(part, sent.get(part.value, ()), problems) for part in ScorePart}
    return {part: steps for part, steps in found.items() if steps}


def _steps_of(part: ScorePart, sent: Sequence[WrittenStep], problems: list[Problem]) -> tuple[ScoreStep, ...]:
    words, pointer = PARTS_IN_WORDS[part], pointer_to("steps", part.value)
    if len(sent) > MOST_STEPS:
        message = Message(f"“{words.zh}”最多 {MOST_STEPS} 档。", f"“{words.en}” has at most {MOST_STEPS} steps.")
        problems.append(Problem("steps_too_many", message, pointer))
        return ()
    steps = []
    for place, written in enumerate(sent):
        at_least = read_number(written.at_least, most=Decimal(1), places=6)
        points = read_number(written.points, most=Decimal(100))
        if at_least is None or points is None:
            given = f"{as_given(written.at_least)} : {as_given(written.points)}"
            message = Message(
                f"“{words.zh}”第 {place + 1} 档“{given}”有误:比例须在 0 至 1(0% 至 100%)之间,得分须在 0 至 100 之间。",
                f"Step {place + 1} of “{words.en}”, {given!r}: the share is from 0 to 1 (0 % to 100 %), the points "
                "from 0 to 100.",
            )
            problems.append(Problem("step_invalid", message, f"{pointer}/{place}", given=given))
        else:
            steps.append(ScoreStep(at_least, points))
    steps.sort(key=lambda step: step.at_least)
    for lower, higher in pairwise(steps):
        if lower.at_least == higher.at_least or lower.points > higher.points:
            message = Message(
                f"“{words.zh}”的各档须随比例提高而不减分,且比例不重复。",
                f"The steps of “{words.en}” give no less for more, and each share once.",
            )
            problems.append(Problem("steps_not_monotone", message, pointer))
            break
    return tuple(steps)


def _unknown(sent: Mapping[str, object], name: str) -> list[Problem]:
    known = {part.value for part in ScorePart}
    return [
        Problem(
            "score_part_unknown",
            Message(f"没有考核项“{as_given(code)}”。", f"There is no part {as_given(code)!r} of a score."),
            pointer_to(name, code),
            given=as_given(code),
        )
        for code in sent
        if code not in known
    ]
