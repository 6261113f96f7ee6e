"""Laying down how scores of the performance assessment are made from a month on; earlier versions stay readable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from metrics.database import ReadSession, WriteSession
from metrics.errors import Conflict, Invalid, Message
from metrics.forms import plain
from metrics.ledger.entry import Place, append, next_place
from metrics.models import ScoreRuleRecord
from metrics.periods import format_period
from metrics.principal import Principal, Scope
from metrics.queries.score_rules import score_rules
from metrics.queries.score_sheets import ScoreMove, score_moves
from metrics.queries.view import View, view_at
from metrics.supervision.score_reading import ScoreRuleGiven, read_rule
from metrics.supervision.scores import ScoreRule, rule_for
from metrics.value_types import Moment, Month


@dataclass(frozen=True, slots=True)
class ScoreRuleSet:
    """A version as recorded, and its place in the ledger."""

    valid_from: Month
    actor: str
    seq: int
    recorded_at: Moment
    leaf_hash: str


def try_score_rule(
    session: ReadSession, view: View, *, principal: Principal, given: ScoreRuleGiven, period: date
) -> tuple[ScoreRule, tuple[ScoreMove, ...]]:
    """What the month's scores and ranks would be by the rule, whatever month it is from; nothing is stored.

    Raises Forbidden, Invalid with every problem.
    """
    principal.require(Scope.SUPERVISE)
    rule = _read(given)
    return rule, score_moves(session, view, period, rule)


def set_score_rule(
    session: WriteSession,
    *,
    principal: Principal,
    given: ScoreRuleGiven,
    simulated_at: datetime | None = None,
) -> ScoreRuleSet:
    """Record the rule. It holds for months from its own on, until a month from which another one is valid.

    Raises Forbidden, Invalid with every problem, Conflict `score_rule_unchanged` for what is in force so already.
    """
    principal.require(Scope.SUPERVISE)
    rule = _read(given)
    place = next_place(session, simulated=simulated_at)
    assert rule.valid_from is not None  # noqa: S101  what was read has a month
    standing = rule_for(score_rules(session, view_at(session)), rule.valid_from)
    if (standing.weights, standing.steps, standing.valid_from) == (rule.weights, rule.steps, rule.valid_from):
        message = Message("该月起的办法已是如此。", "This is the rule from that month on already.")
        raise Conflict("score_rule_unchanged", message)
    return _record(session, place, rule, rule.valid_from, actor=principal.username, simulated=simulated_at is not None)


def _record(
    session: WriteSession, place: Place, rule: ScoreRule, valid_from: date, *, actor: str, simulated: bool
) -> ScoreRuleSet:
    row = ScoreRuleRecord(
        seq=place.seq,
        valid_from=valid_from,
        weights={part.value: plain(weight) for part, weight in rule.weights.items()},
        steps={
            part.value: [{"at_least": plain(step.at_least), "points": plain(step.points)} for step in steps]
            for part, steps in rule.steps.items()
        },
        citation=rule.citation,
        reason=rule.reason,
        actor=actor,
        recorded_at=place.recorded_at,
    )
    content: dict[str, Any] = {name: getattr(row, name) for name in ("weights", "steps", "citation", "reason", "actor")}
    content |= {"valid_from": format_period(valid_from)}
    label = {"synthetic": True} if simulated else {}
    leaf_hash = append(session, kind="score_rule", place=place, content=content | label)
    session.add(row)
    session.flush()
    return ScoreRuleSet(valid_from, actor, place.seq, place.recorded_at, leaf_hash.hex())


def _read(given: ScoreRuleGiven) -> ScoreRule:
    rule, problems = read_rule(given)
    if rule is None:
        message = Message("未予记录:" + problems[0].message.zh, "Not recorded: " + problems[0].message.en)
        raise Invalid(problems[0].code if len(problems) == 1 else "score_rule_invalid", message, problems)
    return rule
