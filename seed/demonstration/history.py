"""The demonstration history: two years of submissions of every reporting unit, and their review. Synthetic throughout.

No figure here was ever reported by anybody. The history is a pure function of the plan and a seed: whole numbers
drawn by hashing, the same on every machine. Every submission satisfies every error check of the city's plan.

Most units follow the course of their pace (:mod:`…profiles`); these stories stand out (:mod:`…stories`):

    late             怀集 441224 2019-03 six days, 封开 441225 2019-07 two days, 鼎湖 441203 2020-02 one day
    corrected        四会 441284 2019-09: revised on 2019-10-24; the one-window rate falls from above 70 % to below
    met in window    四会 441284 one-window, 鼎湖 441203 material reduction: below in 2019-09, met by 2019-12
    never met        怀集 441224 material reduction stays below 60 % in every month
    regressed        德庆 441226 at most one trip: 100 % from 2020-06, below again from 2020-10 to the end
    denominator      封开 441225 2020-04: 4.8 % of the items are cancelled; the online rate rises, no item more is so
    one item short   高要 441204 at most one trip from 2020-06: all items but one, which must not show as 100 %
    fell silent      粤桂 ZQ-YUEGUI reports eight months of 2019 and then no more (it need not)
    missing          广宁 441223 2020-11 and 2020-12: 未报, carried in the city's row
    block left out   新区 ZQ-NEW leaves out the network block up to and with 2019-05
    few businesses   all units 2020-02: so few are started that the check on flows warns
    not applicable   市本级 441200-SELF has no network nodes: 0/0
    returned         端州 441202 2020-03: sent back on 2020-04-09, corrected on 2020-04-13, then verified
    unverified       2020-11 and 2020-12 have not been reviewed; every earlier submission is verified
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.errors import Conflict, Message
from metrics.periods import due_on, periods_between
from metrics.plan.model import Plan, Unit
from metrics.submission_states import Action
from seed.demonstration.counts import Values, monthly_counts
from seed.demonstration.draws import draw, draw_between
from seed.demonstration.profiles import profile_of
from seed.demonstration.stories import (
    CORRECTIONS,
    EPIDEMIC,
    EPIDEMIC_REASON,
    GIVE_NO_REASONS,
    LATE,
    LEFT_OUT,
    NOTES,
    REASONS,
    SECOND_APPROVAL,
    SECOND_APPROVAL_REASON,
    SILENCES,
    USUAL_REASONS,
    Correction,
)

SEED = "biaochi demonstration 1"
FIRST_PERIOD = date(2018, 12, 1)
LAST_PERIOD = date(2020, 12, 1)
LAST_REVIEWED = date(2020, 10, 1)


@dataclass(frozen=True, slots=True)
class DemonstrationSubmission:
    """One submission as its clerk sends it. `reason` is set for revisions; `submitted_at` is aware."""

    unit: str
    period: date
    values: Mapping[str, Decimal]
    submitted_at: datetime
    reason: str = ""
    note: str = ""
    acknowledged: Mapping[str, str] = field(default_factory=dict)
    revision: int = 1
    synthetic: Literal[True] = True


@dataclass(frozen=True, slots=True)
class DemonstrationReview:
    """One step of the city bureau with the newest revision of a submission. `reason` is set where it is sent back."""

    unit: str
    period: date
    action: Action
    reviewed_at: datetime
    reason: str = ""
    synthetic: Literal[True] = True


def demonstration_submissions(plan: Plan, *, seed: str = SEED) -> tuple[DemonstrationSubmission, ...]:
    """Every submission of every reporting unit of `plan`, in the order in which they are sent.

    Units that are not the city's get a profile by their kind. Raises Conflict `form_unknown` if the plan's form has
    elements that the city's form has not.
    """
    found = [sent for unit in plan.reporting_units for sent in _submissions_of(unit, plan, seed=seed)]
    return tuple(sorted(found, key=lambda sent: (sent.submitted_at, sent.unit, sent.period)))


def demonstration_reviews(plan: Plan, *, seed: str = SEED) -> tuple[DemonstrationReview, ...]:
    """What the city bureau does with :func:`demonstration_submissions`, in order of time."""
    found = [
        review
        for sent in demonstration_submissions(plan, seed=seed)
        if sent.period <= LAST_REVIEWED
        for review in _reviews_of(sent, plan, seed=seed)
    ]
    return tuple(sorted(found, key=lambda review: (review.reviewed_at, review.unit, review.period)))


def _submissions_of(unit: Unit, plan: Plan, *, seed: str) -> Iterator[DemonstrationSubmission]:
    periods = list(periods_between(FIRST_PERIOD, LAST_PERIOD))
    for period, counts in zip(periods, monthly_counts(profile_of(unit, seed=seed), periods, seed=seed), strict=True):
        if not _reports(unit.code, period):
            continue
        right = DemonstrationSubmission(
            unit.code,
            period,
            MappingProxyType(_posted(counts, unit.code, plan=plan, period=period)),
            _submitted_at(unit.code, period, plan=plan, seed=seed),
            note=NOTES.get((unit.code, period), ""),
            acknowledged=MappingProxyType(_reasons(unit.code, period, plan=plan)),
        )
        correction = _correction_of(unit.code, period)
        if correction is None:
            yield right
        else:
            yield replace(right, values=MappingProxyType(_mistaken(right.values, correction)))
            corrected_at = _in_office(correction.corrected_on, unit.code, "corrected", plan=plan, seed=seed)
            yield replace(right, submitted_at=corrected_at, reason=correction.reason, note="", revision=2)


def _reports(unit: str, period: date) -> bool:
    return not any(
        silence.unit == unit
        and (period in silence.missed or (silence.reported is not None and period not in silence.reported))
        for silence in SILENCES
    )


def _posted(counts: Values, unit: str, *, plan: Plan, period: date) -> Values:
    """`counts` in the form's order, without the blocks that the unit leaves out."""
    unknown = [element.code for element in plan.elements if element.code not in counts]
    if unknown:
        raise Conflict(
            code="form_unknown",
            message=Message(
                f"演示数据只适用于本市方案的月报,方案中的 {'、'.join(unknown[:5])} 不在其中。",
                f"Demonstration data exists for the form of the city's plan only; it has no {', '.join(unknown[:5])}.",
            ),
        )
    left_out = {block.block for block in LEFT_OUT if block.unit == unit and period <= block.until}
    return {element.code: counts[element.code] for element in plan.elements if element.block not in left_out}


def _correction_of(unit: str, period: date) -> Correction | None:
    return next((found for found in CORRECTIONS if (found.unit, found.period) == (unit, period)), None)


def _mistaken(values: Mapping[str, Decimal], correction: Correction) -> Values:
    """`values` as the unit first got them wrong."""
    wrong = values[correction.element] * correction.numerator // correction.denominator
    return {**values, correction.element: wrong}


def _reasons(unit: str, period: date, *, plan: Plan) -> dict[str, str]:
    """What the clerk writes to the checks that may fire, of those that `plan` has."""
    usual = {} if unit in GIVE_NO_REASONS else dict(USUAL_REASONS)
    if period == SECOND_APPROVAL:
        usual["stock_moved"] = SECOND_APPROVAL_REASON
    if period == EPIDEMIC and usual:
        usual["flow_moved"] = EPIDEMIC_REASON
    reasons = usual | dict(REASONS.get((unit, period), {}))
    return {check.code: reasons[check.code] for check in plan.checks if check.code in reasons}


def _submitted_at(unit: str, period: date, *, plan: Plan, seed: str) -> datetime:
    """On a day up to the due day, a weekday where there is one; or as many days after it as the story says."""
    due = due_on(period, rule=plan.due_rule)
    late = LATE.get((unit, period))
    if late is not None:
        return _in_office(due + timedelta(days=late), unit, period.isoformat(), plan=plan, seed=seed)
    days = [due.replace(day=day) for day in range(1, due.day + 1)]
    days = [day for day in days if day.weekday() < 5] or days
    day = days[draw(seed, unit, period.isoformat(), "day", below=len(days))]
    return _in_office(day, unit, period.isoformat(), plan=plan, seed=seed)


def _reviews_of(sent: DemonstrationSubmission, plan: Plan, *, seed: str) -> Iterator[DemonstrationReview]:
    correction = _correction_of(sent.unit, sent.period)
    if correction is not None and correction.sent_back_on is not None and sent.revision == 1:
        at = _in_office(correction.sent_back_on, sent.unit, "returned", plan=plan, seed=seed)
        yield DemonstrationReview(sent.unit, sent.period, Action.SEND_BACK, at, reason=correction.sent_back_reason)
        return
    key = (seed, sent.unit, sent.period.isoformat(), sent.revision, "verified")
    local_day = sent.submitted_at.astimezone(ZoneInfo(plan.document.timezone)).date()
    day = max(due_on(sent.period, rule=plan.due_rule), local_day) + timedelta(days=draw_between(*key, least=1, most=5))
    at = _in_office(day, sent.unit, f"{sent.period.isoformat()} verified {sent.revision}", plan=plan, seed=seed)
    yield DemonstrationReview(sent.unit, sent.period, Action.VERIFY, at)


def _in_office(day: date, unit: str, occasion: str, *, plan: Plan, seed: str) -> datetime:
    """A moment between 08:30 and 17:30 of `day`, local time of the plan."""
    second = draw(seed, unit, occasion, "second", below=9 * 60 * 60)
    return datetime.combine(day, time(8, 30), tzinfo=ZoneInfo(plan.document.timezone)) + timedelta(seconds=second)
