"""A score as slow, obvious code: from the sentences of docs/supervision.md, one figure after the other."""

from __future__ import annotations

from fractions import Fraction

from metrics.supervision.scores import ScoreFacts, ScoreRule, SlipOutcome


def points_for(share: Fraction, steps: list[tuple[Fraction, Fraction]]) -> Fraction:
    """100 · share; with steps those of the last one that is reached, going up."""
    if not steps:
        return share * 100
    given = Fraction(0)
    for at_least, points in sorted(steps):
        if at_least <= share:
            given = points
    return given


def parts_of(facts: ScoreFacts, rule: ScoreRule) -> dict[str, Fraction | None]:
    """The points of every part by its name; None where there is nothing to judge."""
    steps = {
        part.value: [(Fraction(step.at_least), Fraction(step.points)) for step in found]
        for part, found in rule.steps.items()
    }
    found: dict[str, Fraction | None] = dict.fromkeys(("attainment", "timeliness", "slips", "inquiry"))
    if facts.targets and not facts.unreported:
        above, below = Fraction(0), Fraction(0)
        for target in facts.targets:
            above += target.weight * points_for(target.reached, steps.get("attainment", []))
            below += target.weight
        found["attainment"] = above / below
    known = [one for one in facts.owed if one.on_time is not None]
    if known:
        share = Fraction(len([one for one in known if one.on_time]), len(known))
        found["timeliness"] = points_for(share, steps.get("timeliness", []))
    if facts.slips:
        good = [slip for slip in facts.slips if slip.outcome is SlipOutcome.IN_TIME]
        found["slips"] = points_for(Fraction(len(good), len(facts.slips)), steps.get("slips", []))
    if facts.inquiries:
        total = Fraction(0)
        for one in facts.inquiries:
            total += Fraction(one.score) / Fraction(one.full_marks)
        found["inquiry"] = points_for(total / len(facts.inquiries), steps.get("inquiry", []))
    return found


def score_of(facts: ScoreFacts, rule: ScoreRule) -> Fraction | None:
    """Σ weight · points ÷ Σ weight; None for who has not reported, and where nothing is judged."""
    weights = {part.value: Fraction(weight) for part, weight in rule.weights.items()}
    if facts.unreported and weights["attainment"]:
        return None
    above, below = Fraction(0), Fraction(0)
    for part, points in parts_of(facts, rule).items():
        if points is not None:
            above += weights[part] * points
            below += weights[part]
    return above / below if below else None
