"""The month judged by default, and the leaderboard: scores, ranks and movements, as the rules have them."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from metrics.ledger.verifying.months import end_of, is_owed
from metrics.ledger.verifying.plan import PlanAsKnown, ReportingUnit
from metrics.ledger.verifying.rates import Rates
from metrics.ledger.verifying.verdicts import Judgement

_NO_GROUP = {"city_departments"}


class Ranked(NamedTuple):
    """A unit's place in the leaderboard of a month."""

    rank: int | None
    unit: str
    month: int
    score: Fraction | None
    before: int | None


def judged_by_default(rates: Rates) -> int | None:
    """The newest month of which enough of what is owed has come; else the fullest, of equals the newest."""
    sent = {month for _, month in rates.facts.sent}
    shares = [(_share(rates, month), month) for month in sent]
    known = [(share, month) for share, month in shares if share is not None]
    full = [month for share, month in known if share >= rates.facts.judged_share]
    return max(full) if full else max(known)[1] if known else None


def _share(rates: Rates, month: int) -> Fraction | None:
    """How much of what is owed for the month counts; None where nothing is owed."""
    owing = [unit for unit in rates.plan.reporting if unit.required and _owes(rates.plan, unit, month)]
    sent = sum((unit.code, month) in rates.facts.sent for unit in owing)
    return Fraction(sent, len(owing)) if owing else None


def _owes(plan: PlanAsKnown, unit: ReportingUnit, month: int) -> bool:
    return unit.first <= month <= unit.last and is_owed(month, plan.months_owed(unit))


def leaderboard(rates: Rates, month: int, group: str | None = None) -> list[Ranked]:
    """The units of `group` (None: all) in the month, best first, those without a score last."""
    scores = _scores(rates, month, group)
    if scores is None:
        return []
    ranks, before = _ranks(scores), _ranks(_scores(rates, month - 1, group) or {})
    places = {unit.code: place for place, unit in enumerate(rates.plan.reporting)}
    rows = [Ranked(ranks[code], code, month, score, before.get(code)) for code, score in scores.items()]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, places[row.unit]))


def _is_among(plan: PlanAsKnown, unit: ReportingUnit, group: str | None) -> bool:
    if group == "pilot":
        return unit.code in plan.pilots
    of_kind = "zone" if unit.kind == "functional_zone" else "county"
    return group is None or (unit.kind not in _NO_GROUP and of_kind == group)


def _scores(rates: Rates, month: int, group: str | None) -> dict[str, Fraction | None] | None:
    """By unit its score, None where it has none; None for a month of which nothing was sent."""
    plan, sent, on = rates.plan, rates.facts.all_sent, end_of(month)
    there = [unit for unit in plan.reporting if unit.exists_on(on) and _is_among(plan, unit, group)]
    if sent is None or not sent[0] <= month <= sent[1]:
        return None
    if rates.known is None or not rates.known[0] <= month <= rates.known[1]:
        return {unit.code: None for unit in there}
    weights, weighable = plan.weights(on), plan.weighable()
    found: dict[str, Fraction | None] = {}
    for unit in there:
        aims = [one for one in plan.in_force(on, unit.code) if one.code in weighable]
        if aims:
            verdicts = [Judgement(rates, aim, unit.code, month, on) for aim in aims if aim.code in weights]
            found[unit.code] = _score(verdicts, weights)
    return found


def _score(verdicts: list[Judgement], weights: dict[str, Fraction]) -> Fraction | None:
    """Σ weight × attainment ÷ Σ weight; None if a target that applies was not reported, or none applies."""
    if any(verdict.status == "no_data" for verdict in verdicts):
        return None
    reached = [(weights[one.aim.code], _attained(one, one.judged)) for one in verdicts if one.judged is not None]
    total = sum((weight for weight, _ in reached), Fraction(0))
    return sum((weight * share for weight, share in reached), Fraction(0)) / total if total else None


def _attained(verdict: Judgement, value: Fraction) -> Fraction:
    """1 at the threshold or better; else value ÷ threshold, or threshold ÷ value where lower is better, not below 0.

    Of a threshold that is not above 0 there is no share: 0.
    """
    better, line = verdict.measure.better, verdict.line_at
    if better * value >= better * line:
        return Fraction(1)
    if line <= 0:
        return Fraction(0)
    return max(Fraction(0), value / line if better > 0 else line / value)


def _ranks(scores: dict[str, Fraction | None]) -> dict[str, int | None]:
    """1 and how many have a greater score: those that are equal share a rank, and the next one skips."""
    known = sorted((score for score in scores.values() if score is not None), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(known, start=1)))}
    return {code: None if score is None else first[score] for code, score in scores.items()}
