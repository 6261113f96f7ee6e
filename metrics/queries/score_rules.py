"""How scores of the performance assessment are made: every version that was recorded, and the one in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import ScoreRuleRecord
from metrics.queries.view import View
from metrics.supervision.scores import ScorePart, ScoreRule, ScoreStep, rule_for


def score_rules(session: ReadSession, view: View) -> tuple[ScoreRule, ...]:
    """Every version known in the view, in the order of recording; none for those who are not signed in."""
    if view.public:
        return ()
    query = select(ScoreRuleRecord).where(ScoreRuleRecord.seq <= view.seq).order_by(ScoreRuleRecord.seq)
    return tuple(_told(row) for row in session.scalars(query))


def score_rule(session: ReadSession, view: View, period: date) -> ScoreRule:
    """The rule in force for the month as known in the view; the shipped one where nobody laid any down."""
    return rule_for(score_rules(session, view), period)


def _told(row: ScoreRuleRecord) -> ScoreRule:
    return ScoreRule(
        weights={part: Decimal(row.weights[part.value]) for part in ScorePart},
        steps={ScorePart(part): _steps(steps) for part, steps in row.steps.items()},
        valid_from=row.valid_from,
        citation=row.citation,
        reason=row.reason,
        actor=row.actor,
        seq=row.seq,
        recorded_at=row.recorded_at,
    )


def _steps(said: list[Mapping[str, Any]]) -> tuple[ScoreStep, ...]:
    return tuple(ScoreStep(Decimal(step["at_least"]), Decimal(step["points"])) for step in said)
