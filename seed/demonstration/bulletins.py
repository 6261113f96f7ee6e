"""The bulletin of the demonstration: September 2019, issued, and issued anew after 四会 441284 corrected its figures.

Synthetic throughout, and every page of it says so. Where the server has no Chinese font it stays a draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.commands.write_bulletin import draft_bulletin, issue_bulletin
from metrics.database import WriteSession
from metrics.errors import Unavailable
from metrics.plan.model import Plan
from metrics.queries.bulletins import bulletin_month
from metrics.results import Basis
from seed.demonstration.accounts import Cast

PERIOD = date(2019, 9, 1)
_ACTS = (
    ("2019-10-12T10:30", "draft", ""),
    ("2019-10-12T11:00", "issue", ""),
    ("2019-10-28T15:00", "draft", ""),
    ("2019-10-28T15:30", "issue", "演示:四会市更正9月“一窗”分类受理数据。"),
)


@dataclass(frozen=True, slots=True)
class DemonstrationBulletinAct:
    """The bureau drafts the bulletin of `period` or issues it. `done_at` is aware."""

    act: Literal["draft", "issue"]
    done_at: datetime
    reason: str
    unit: str = ""
    period: date = PERIOD
    synthetic: Literal[True] = True


def demonstration_bulletin_acts(plan: Plan) -> Iterator[DemonstrationBulletinAct]:
    """Every act in its order; none while no unit owes figures."""
    zone = ZoneInfo(plan.document.timezone)
    for moment, act, reason in _ACTS if any(unit.figures_required for unit in plan.reporting_units) else ():
        done_at = datetime.fromisoformat(moment).replace(tzinfo=zone)
        yield DemonstrationBulletinAct("issue" if act == "issue" else "draft", done_at, reason)


def do_bulletin_act(session: WriteSession, step: DemonstrationBulletinAct, *, cast: Cast) -> None:
    """Do it as the bureau."""
    reviewer, at = cast.reviewer, step.done_at
    if step.act == "draft":
        draft_bulletin(session, step.period, principal=reviewer, basis=Basis.SUBMITTED, simulated_at=at)
        return
    draft = bulletin_month(session, step.period).draft
    if draft is None:
        raise ValueError(f"the bulletin of {step.period} is issued before it is drafted")
    try:
        issue_bulletin(
            session, step.period, principal=reviewer, reason=step.reason, if_match=draft.etag, simulated_at=at
        )
    except Unavailable as refused:
        if refused.code != "font_missing":
            raise
