"""What trying a target answers: everything that it would change, written as the datasets write it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from metrics.commands.revise_target import TriedTarget
from metrics.plan.cited_texts import found_in
from metrics.plan.model import Citation, Plan, Target, Text
from metrics.queries.target_consequences import (
    GateMove,
    MonthMoves,
    RankMove,
    SheetMove,
    ShownVerdict,
    VerdictMove,
)
from metrics.results import Light, Status, Timing
from metrics.rounding import exact_decimal, shown, shown_distance, shown_points, shown_score
from metrics.value_types import Month


class VerdictOut(BaseModel):  # a copy: figures are written as the dataset writes them
    """A verdict, in the words and figures of the dataset `progress`."""

    comparator: str
    threshold: str
    due_on: date | None
    status: Status
    timing: Timing | None
    light: Light
    value: str | None
    gap: str | None
    shortfall: str | None
    required_pace: str | None
    line: str | None = Field(description="Height of the line that it is judged by, on the value's date")
    projected_value: str | None
    projected_on: date | None
    regressed: bool
    decided_by: str

    @classmethod
    def of(cls, found: ShownVerdict | None) -> VerdictOut | None:
        if found is None:
            return None
        one, ahead = found.verdict, found.verdict.projection
        return cls(
            comparator=one.comparator,
            threshold=exact_decimal(one.threshold),
            due_on=one.due_on,
            status=one.status,
            timing=one.timing,
            light=one.light,
            value=found.value,
            gap=None if one.gap is None else shown_distance(one.gap),
            shortfall=None if one.shortfall is None else exact_decimal(one.shortfall),
            required_pace=None if one.required_pace is None else shown_distance(one.required_pace),
            line=None if one.line is None else shown(one.line),
            projected_value=found.projected,
            projected_on=None if ahead is None else ahead.on,
            regressed=one.regressed,
            decided_by=one.decided_by,
        )


class VerdictMoveOut(BaseModel):  # a copy: of verdicts written as the dataset writes them
    """One target for one unit, before and after; null where nothing is judged. A rolled-up figure adds up others."""

    unit: str
    target: str
    city_figure: bool
    before: VerdictOut | None
    after: VerdictOut | None

    @classmethod
    def of(cls, move: VerdictMove) -> VerdictMoveOut:
        before, after = VerdictOut.of(move.before), VerdictOut.of(move.after)
        return cls(unit=move.unit, target=move.target, city_figure=move.rolled_up, before=before, after=after)


class RankOut(BaseModel):  # a copy: the score is written, and without what it is made of
    """A place in the leaderboard; null for a unit without data."""

    rank: int | None
    score: str | None
    movement: int | None


class RankMoveOut(BaseModel):  # a copy: of places with their scores written
    """A unit's place in the leaderboard before and after."""

    unit: str
    before: RankOut | None
    after: RankOut | None

    @classmethod
    def of(cls, move: RankMove) -> RankMoveOut:
        places = [
            None
            if one is None
            else RankOut(
                rank=one.rank,
                score=None if one.score is None else shown_score(one.score),
                movement=one.movement,
            )
            for one in (move.before, move.after)
        ]
        return cls(unit=move.unit, before=places[0], after=places[1])


class SheetMoveOut(BaseModel):  # a copy: scores are written
    """A unit's score and rank in the performance assessment of the month before and after."""

    unit: str
    score_before: str | None
    rank_before: int | None
    score_after: str | None
    rank_after: int | None

    @classmethod
    def of(cls, move: SheetMove) -> SheetMoveOut:
        scores = [
            None if one is None or one.sheet.score is None else shown_points(one.sheet.score)
            for one in (move.before, move.after)
        ]
        ranks = [None if one is None else one.rank for one in (move.before, move.after)]
        return cls(
            unit=move.unit,
            score_before=scores[0],
            rank_before=ranks[0],
            score_after=scores[1],
            rank_after=ranks[1],
        )


class MonthMovesOut(BaseModel):  # a copy: of verdicts, places and scores that are written
    """What differs where a month is judged; `period`: whose figures, null while nothing is known."""

    period: Month | None
    evaluated_on: date
    verdicts: list[VerdictMoveOut]
    ranks: list[RankMoveOut]
    gates: list[GateMove]
    scores: list[SheetMoveOut]

    @classmethod
    def of(cls, moves: MonthMoves) -> MonthMovesOut:
        return cls(
            period=moves.period,
            evaluated_on=moves.month.on,
            verdicts=[VerdictMoveOut.of(move) for move in moves.verdicts],
            ranks=[RankMoveOut.of(move) for move in moves.ranks],
            gates=list(moves.gates),
            scores=[SheetMoveOut.of(move) for move in moves.sheets],
        )


class ClauseFound(BaseModel):
    """A clause that the target cites, and the plan's texts in which it stands word for word; none of another paper."""

    where: str
    quote: str
    stands_in: list[Text]

    @classmethod
    def of(cls, plan: Plan, cited: Citation) -> ClauseFound:
        found = found_in(plan, cited.quote, task=cited.task)
        return cls(
            where=cited.where, quote=cited.quote, stands_in=[Text(zh=one.name.zh, en=one.name.en) for one in found]
        )


class TargetTried(BaseModel):
    """What recording it now would change; nothing is stored. `clauses`: where each that it cites was found.

    `months`: the month judged by default first, then the day that it is effective from where that is later, then every
    other month known that it judges. `tried`: the digest that records exactly this, as the parameter `tried`.
    """

    target: Target
    changes: bool
    tried: str
    months: list[MonthMovesOut]
    clauses: list[ClauseFound]

    @classmethod
    def of(cls, plan: Plan, found: TriedTarget) -> TargetTried:
        return cls(
            target=found.target,
            clauses=[ClauseFound.of(plan, cited) for cited in found.target.citations],
            changes=found.changes,
            tried=found.digest,
            months=[MonthMovesOut.of(month) for month in found.months],
        )
