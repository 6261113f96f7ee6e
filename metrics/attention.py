"""What needs attention: the verdicts and submissions an evaluator should look at first, and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from metrics.plan.model import Text
from metrics.results import Progress


class Reason(StrEnum):
    """Why something needs attention, in the order of urgency."""

    NEWLY_RED = "newly_red"
    OVERDUE = "overdue"
    REGRESSED = "regressed"
    RECTIFYING = "rectifying"
    DUE_UNJUDGED = "due_unjudged"
    BEHIND = "behind"
    SET_BY_HAND = "set_by_hand"
    STALE = "stale"
    NOT_REPORTED = "not_reported"
    DENOMINATOR_WATCH = "denominator_watch"
    SENT_BACK = "returned"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that needs attention, and why: a verdict, or where `verdict` is None the unit's whole submission.

    `since`: the month since which it holds, None where that is not followed; `months`: for how many months up to the
    one judged nothing was reported, 0 where that is not the reason.
    """

    reason: Reason
    unit_code: str
    verdict: Progress | None = None
    since: date | None = None
    months: int = 0


REASON_TEXTS: Mapping[Reason, Text] = {
    Reason.NEWLY_RED: Text(zh="本月转红", en="Red since this month"),
    Reason.OVERDUE: Text(zh="逾期", en="Overdue"),
    Reason.REGRESSED: Text(zh="曾达标，现未达标", en="Was met, is not now"),
    Reason.RECTIFYING: Text(zh="整改中", en="Rectifying"),
    Reason.DUE_UNJUDGED: Text(zh="到期未判", en="Due, not judged yet"),
    Reason.BEHIND: Text(zh="滞后", en="Behind"),
    Reason.SET_BY_HAND: Text(zh="人工调整灯色", en="Light set by hand"),
    Reason.STALE: Text(zh="连续多月未报", en="No report for months"),
    Reason.NOT_REPORTED: Text(zh="本月未报", en="Has not reported this month"),
    Reason.DENOMINATOR_WATCH: Text(zh="仅因分母减少而上升（分母关注）", en="Rose only because the denominator shrank"),
    Reason.SENT_BACK: Text(zh="月报已退回更正", en="Submission sent back for correction"),
    Reason.UNVERIFIED: Text(zh="月报暂未审核", en="Submission not yet verified"),
}
STALE_MONTHS = 2  # the city's figure still carries such a unit's stocks, or already leaves them out
