"""Performance assessment (绩效考核) as values: what a rule says, what a unit's parts rest on, and the score. Pure.

A score is Σ weight · points ÷ Σ weight over the parts of which there is something to judge, exact. Points are from 0 to
100: the share that was reached, or what the steps of the rule give for it. A part with nothing to judge is left out
with its weight; it is neither 0 nor full. Whoever has not reported the figures of the month has no score, as on the
leaderboard: what is missing must not be worth more than what is bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from metrics.ranking import weighed_mean
from metrics.supervision.slips import WITH_THE_UNIT, Slip, SlipState
from metrics.value_types import Moment

FULL = Fraction(100)  # points


class ScorePart(StrEnum):
    """What a score is made of."""

    ATTAINMENT = "attainment"  # 核心目标完成度
    TIMELINESS = "timeliness"  # 报送及时性
    SLIPS = "slips"  # 督办办理
    INQUIRY = "inquiry"  # 测评


class NotCounted(StrEnum):
    """Why a part has no points."""

    NOTHING = "nothing"  # there is nothing to judge
    NOT_REPORTED = "not_reported"  # the unit's figures of the month are missing


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """`points` (0 to 100) are given from the share `at_least` (0 to 1) on."""

    at_least: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """How scores are made of months from `valid_from` on. `seq` None: the rule that the program ships with.

    A part without steps counts by the share that was reached. `citation`: where it is laid down.
    """

    weights: Mapping[ScorePart, Decimal]
    steps: Mapping[ScorePart, tuple[ScoreStep, ...]] = field(default_factory=dict)
    valid_from: date | None = None
    citation: str = ""
    reason: str = ""
    actor: str = ""
    seq: int | None = None
    recorded_at: Moment | None = None

    @property
    def is_equal(self) -> bool:
        """True if every part weighs the same."""
        return len(set(self.weights.values())) == 1

    def points(self, part: ScorePart, share: Fraction) -> Fraction:
        """The points for a share from 0 to 1: by the highest step that it reaches, 0 below all of them."""
        steps = self.steps.get(part, ())
        if not steps:
            return FULL * share
        reached = [step.points for step in steps if share >= Fraction(step.at_least)]
        return max(map(Fraction, reached), default=Fraction(0))


# The plan names no weights, so that none is invented: every part weighs the same, and counts by its share.
SHIPPED = ScoreRule(weights=dict.fromkeys(ScorePart, Decimal(1)))


def rule_for(rules: tuple[ScoreRule, ...], period: date) -> ScoreRule:
    """The rule in force for the month: of those valid by then the one valid latest, of equals the one recorded last."""
    begun = [rule for rule in rules if rule.valid_from is not None and rule.valid_from <= period]
    return max(begun, key=lambda rule: (rule.valid_from, rule.seq), default=SHIPPED)


class SlipOutcome(StrEnum):
    """What a slip whose day is over, or that is answered, counts as."""

    IN_TIME = "in_time"
    SENT_BACK = "sent_back"  # sent back at least once, and not late by the day in force
    LATE = "late"


def slip_outcome(slip: Slip, *, on: date) -> SlipOutcome | None:
    """What the slip counts as on the day `on`; None for one that is withdrawn, or neither answered nor due yet."""
    if slip.state is SlipState.WITHDRAWN:
        return None
    if slip.days_late(on):
        return SlipOutcome.LATE
    if slip.state in WITH_THE_UNIT and on <= slip.due_on:
        return None
    return SlipOutcome.SENT_BACK if slip.returns else SlipOutcome.IN_TIME


@dataclass(frozen=True, slots=True)
class CoreTarget:
    """How much of a core target the unit has reached, from 0 to 1; `weight`: the leaderboard's."""

    code: str
    reached: Fraction
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Delivery:
    """A month's submission or material that was owed. `on_time` None: nobody knows, so it is not counted."""

    what: str  # submission or material
    period: date
    on_time: bool | None


@dataclass(frozen=True, slots=True)
class JudgedSlip:
    number: str
    outcome: SlipOutcome


@dataclass(frozen=True, slots=True)
class InquiryResult:
    """What one form of inquiry came to in a round: `score` of `full_marks`. `seq` names its entry."""

    task: int
    round: str
    form: str
    score: Decimal
    full_marks: Decimal
    seq: int


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """What is known of a unit for a month; every part of its score follows from it and a rule.

    `targets`: the core targets that apply to it; `unreported`: those of which its figures are missing. `owed`: what it
    owed in the span and is late or came. `slips`: those that were due in the span and can be judged. `inquiries`: of
    the newest round in the span, each form once.
    """

    unit: str
    targets: tuple[CoreTarget, ...] = ()
    unreported: tuple[str, ...] = ()
    owed: tuple[Delivery, ...] = ()
    slips: tuple[JudgedSlip, ...] = ()
    inquiries: tuple[InquiryResult, ...] = ()

    @property
    def judged(self) -> tuple[Delivery, ...]:
        """What was owed of which it is known whether it came in time."""
        return tuple(one for one in self.owed if one.on_time is not None)

    def count(self, outcome: SlipOutcome) -> int:
        return sum(slip.outcome is outcome for slip in self.slips)


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part of a score: `points` from 0 to 100, None where it is left out."""

    part: ScorePart
    weight: Decimal
    points: Fraction | None
    not_counted: NotCounted | None = None


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A unit's score for a month, from 0 to 100, with its parts in order and what they rest on.

    `score` None: the unit's figures are missing, or no part that weighs has anything to judge.
    """

    facts: ScoreFacts
    parts: tuple[PartScore, ...]
    score: Fraction | None

    @property
    def unit(self) -> str:
        return self.facts.unit

    def part(self, part: ScorePart) -> PartScore:
        return next(one for one in self.parts if one.part is part)


def score_sheet(facts: ScoreFacts, rule: ScoreRule) -> ScoreSheet:
    """The sheet that the facts come to by the rule."""
    parts = tuple(_part(facts, rule, part) for part in ScorePart)
    blocked = any(one.not_counted is NotCounted.NOT_REPORTED and one.weight for one in parts)
    counted = [
        (Fraction(one.weight), one.points.numerator, one.points.denominator) for one in parts if one.points is not None
    ]
    return ScoreSheet(facts, parts, None if blocked else weighed_mean(counted))


def _part(facts: ScoreFacts, rule: ScoreRule, part: ScorePart) -> PartScore:
    weight = rule.weights[part]
    if part is ScorePart.ATTAINMENT and facts.unreported:
        return PartScore(part, weight, None, NotCounted.NOT_REPORTED)
    points = _attained(facts, rule) if part is ScorePart.ATTAINMENT else _shared(facts, rule, part)
    return PartScore(part, weight, points, NotCounted.NOTHING if points is None else None)


def _attained(facts: ScoreFacts, rule: ScoreRule) -> Fraction | None:
    """Each target by itself has its steps: half of two targets is one reached and one not."""
    given = [(target.weight, rule.points(ScorePart.ATTAINMENT, target.reached)) for target in facts.targets]
    return weighed_mean([(weight, points.numerator, points.denominator) for weight, points in given])


def _shared(facts: ScoreFacts, rule: ScoreRule, part: ScorePart) -> Fraction | None:
    share = share_of(facts, part)
    return None if share is None else rule.points(part, share)


def share_of(facts: ScoreFacts, part: ScorePart) -> Fraction | None:
    """The share from 0 to 1 that a part rests on; None where there is nothing to judge.

    Of attainment the leaderboard's score; of timeliness what came in time of what is judged; of slips those that were
    answered in time and never sent back; of an inquiry the mean of its forms, each by its full marks.
    """
    if part is ScorePart.ATTAINMENT:
        parts = [(one.weight, one.reached.numerator, one.reached.denominator) for one in facts.targets]
        return None if facts.unreported else weighed_mean(parts)
    if part is ScorePart.TIMELINESS:
        return _mean([Fraction(bool(one.on_time)) for one in facts.judged])
    if part is ScorePart.SLIPS:
        return _mean([Fraction(slip.outcome is SlipOutcome.IN_TIME) for slip in facts.slips])
    return _mean([Fraction(one.score) / Fraction(one.full_marks) for one in facts.inquiries])


def _mean(shares: list[Fraction]) -> Fraction | None:
    return sum(shares, Fraction(0)) / len(shares) if shares else None
