"""What `/scores` takes and answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from metrics.forms import plain
from metrics.periods import format_period
from metrics.queries.score_sheets import RankedSheet, ScoreMove, ScoreSheets
from metrics.rounding import exact_decimal, shown_points, shown_score
from metrics.supervision.score_reading import LONGEST_TEXT, ScoreRuleGiven, WrittenStep
from metrics.supervision.scores import ScoreFacts, ScorePart, ScoreRule
from metrics.value_types import Month

_Weight = Annotated[Any, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000})]  # read by the command
_Share = Annotated[Any, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]
_Points = Annotated[Any, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100})]
_Number = Annotated[int, Field(ge=1, le=2**53)]
_Words = Annotated[str, Field(max_length=LONGEST_TEXT)]


class StepBody(BaseModel):
    """From the share `at_least` on, `points` are given."""

    model_config = ConfigDict(extra="forbid")

    at_least: _Share
    points: _Points


class ScoreRuleBody(BaseModel):
    """How scores are made of months from `valid_from` on: every part's weight, steps of those that have any."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "valid_from": "2020-01",
                    "weights": {"attainment": 2, "timeliness": 1, "slips": 1, "inquiry": 1},
                    "steps": {"attainment": [{"at_least": 0.95, "points": 50}, {"at_least": 1, "points": 100}]},
                    "reason": "年度考核方案已明确",
                }
            ]
        },
    )

    valid_from: Annotated[str, Field(max_length=20, description="YYYY-MM")]
    weights: dict[str, _Weight]
    steps: dict[str, list[StepBody]] = {}
    citation: Annotated[_Words, Field(description="Where it is laid down; this or a reason")] = ""
    reason: _Words = ""

    def as_given(self) -> ScoreRuleGiven:
        """The body as the command takes it."""
        steps = {part: [WrittenStep(one.at_least, one.points) for one in found] for part, found in self.steps.items()}
        return ScoreRuleGiven(self.valid_from, self.weights, steps, self.citation.strip(), self.reason.strip())


class StepOut(BaseModel):  # a copy: decimals are texts
    """A step of a part."""

    at_least: str
    points: str


class ScoreRuleOut(BaseModel):  # a copy: figures are texts
    """A version of the rule; without `seq` the one that the program ships with, which no plan lays down."""

    valid_from: str | None
    weights: dict[str, str]
    steps: dict[str, list[StepOut]]
    citation: str
    reason: str
    actor: str
    seq: int | None
    recorded_at: datetime | None

    @classmethod
    def of(cls, rule: ScoreRule) -> ScoreRuleOut:
        return cls(
            valid_from=None if rule.valid_from is None else format_period(rule.valid_from),
            weights={part.value: plain(weight) for part, weight in rule.weights.items()},
            steps={
                part.value: [StepOut(at_least=plain(one.at_least), points=plain(one.points)) for one in steps]
                for part, steps in rule.steps.items()
            },
            citation=rule.citation,
            reason=rule.reason,
            actor=rule.actor,
            seq=rule.seq,
            recorded_at=rule.recorded_at,
        )


class ScoreRulesOut(BaseModel):
    """The rule in force for a month, and every version that was recorded, in that order."""

    period: Month
    in_force: ScoreRuleOut
    versions: list[ScoreRuleOut]


class TargetOut(BaseModel):
    """How much of a core target is reached, from 0 to 1; its weight, and the points that it gives."""

    target: str
    reached: str
    weight: str
    points: str


class InquiryOut(BaseModel):  # a copy: figures are texts
    """What a form of inquiry came to. `seq` names its entry."""

    task: int
    round: str
    form: str
    score: str
    full_marks: str
    seq: int


class PartOut(BaseModel):  # a copy: points are texts, as shown
    """One part: `points` from 0 to 100, null where it is left out, and why it is (`nothing`, `not_reported`)."""

    part: str
    weight: str
    points: str | None
    left_out: str | None


class FiguresOut(BaseModel):
    """What the parts rest on."""

    targets: list[TargetOut]
    unreported: list[str]
    submissions_judged: int
    submissions_in_time: int
    materials_judged: int
    materials_in_time: int
    late: list[str]
    slips: dict[str, str]
    inquiries: list[InquiryOut]

    @classmethod
    def of(cls, facts: ScoreFacts, rule: ScoreRule) -> FiguresOut:
        by_kind = {
            what: [bool(o.on_time) for o in facts.judged if o.what == what] for what in ("submission", "material")
        }
        return cls(
            targets=[
                TargetOut(
                    target=one.code,
                    reached=shown_score(one.reached),
                    weight=exact_decimal(one.weight),
                    points=shown_points(rule.points(ScorePart.ATTAINMENT, one.reached)),
                )
                for one in facts.targets
            ],
            unreported=list(facts.unreported),
            submissions_judged=len(by_kind["submission"]),
            submissions_in_time=sum(by_kind["submission"]),
            materials_judged=len(by_kind["material"]),
            materials_in_time=sum(by_kind["material"]),
            late=[f"{one.what} {format_period(one.period)}" for one in facts.judged if not one.on_time],
            slips={slip.number: slip.outcome.value for slip in facts.slips},
            inquiries=[
                InquiryOut(
                    task=one.task,
                    round=one.round,
                    form=one.form,
                    score=plain(one.score),
                    full_marks=plain(one.full_marks),
                    seq=one.seq,
                )
                for one in facts.inquiries
            ],
        )


class ScoreSheetOut(BaseModel):
    """A unit's sheet. `rank` and `score` null: none."""

    unit: str
    rank: int | None
    score: str | None
    parts: list[PartOut]
    figures: FiguresOut

    @classmethod
    def of(cls, row: RankedSheet, rule: ScoreRule) -> ScoreSheetOut:
        sheet = row.sheet
        parts = [
            PartOut(
                part=one.part.value,
                weight=plain(one.weight),
                points=None if one.points is None else shown_points(one.points),
                left_out=None if one.not_counted is None else one.not_counted.value,
            )
            for one in sheet.parts
        ]
        score = None if sheet.score is None else shown_points(sheet.score)
        return cls(unit=sheet.unit, rank=row.rank, score=score, parts=parts, figures=FiguresOut.of(sheet.facts, rule))


class ScoresOut(BaseModel):
    """The sheets of a month, best first; those without a score last."""

    period: Month
    since: Month
    rule: ScoreRuleOut
    sheets: list[ScoreSheetOut]

    @classmethod
    def of(cls, found: ScoreSheets) -> ScoresOut:
        return cls(
            period=found.span.period,
            since=found.span.since,
            rule=ScoreRuleOut.of(found.rule),
            sheets=[ScoreSheetOut.of(row, found.rule) for row in found.rows],
        )


class MoveOut(BaseModel):
    """A unit's score and rank by the rule in force, and by the one that is tried."""

    unit: str
    score_before: str | None
    rank_before: int | None
    score_after: str | None
    rank_after: int | None
    changes: bool

    @classmethod
    def of(cls, move: ScoreMove) -> MoveOut:
        before, after = move.before.sheet.score, move.after.sheet.score
        return cls(
            unit=move.after.sheet.unit,
            score_before=None if before is None else shown_points(before),
            rank_before=move.before.rank,
            score_after=None if after is None else shown_points(after),
            rank_after=move.after.rank,
            changes=move.changes,
        )


class ScoreRuleTried(BaseModel):
    """What a rule would make of a month; nothing is stored."""

    period: Month
    rule: ScoreRuleOut
    moves: list[MoveOut]

    @classmethod
    def of(cls, rule: ScoreRule, moves: Iterable[ScoreMove], *, period: Month) -> ScoreRuleTried:
        return cls(period=period, rule=ScoreRuleOut.of(rule), moves=[MoveOut.of(move) for move in moves])


class InquiryBody(BaseModel):
    """What a form of inquiry came to for a unit in a round, with its evidence."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "round": "2019",
                    "form": "questionnaire",
                    "score": 86.5,
                    "full_marks": 100,
                    "measured_on": "2020-01-20",
                    "evidence": "https://example.org/report.pdf",
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    round: Annotated[str, Field(max_length=20, description="The year measured; 2019-2 where a year has several")]
    form: Annotated[str, Field(max_length=100, description="A form that the plan names for the task")]
    score: Annotated[Any, WithJsonSchema({"type": "number", "minimum": 0})]
    full_marks: Annotated[Any, WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
    measured_on: Annotated[str, Field(max_length=20, description="YYYY-MM-DD: the day that decides where it counts")]
    evidence: Annotated[_Words, Field(description="A web address; this or attachments")] = ""
    attachments: Annotated[list[_Number], Field(max_length=100, description="Numbers of files kept for the unit")] = []
    note: _Words = ""
    reason: Annotated[_Words, Field(description="Why one that is there is corrected")] = ""
