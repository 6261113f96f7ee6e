"""The release calendar of the demonstration: a bulletin out on its day, a release put off and then late, one withdrawn.

Synthetic throughout, and what is announced says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.announcements import Announced
from metrics.commands.announce_publication import (
    AnnouncementGiven,
    announce,
    move_announcement,
    withdraw_announcement,
)
from metrics.database import WriteSession
from metrics.plan.model import Plan
from seed.demonstration.accounts import Cast

_BULLETIN = AnnouncementGiven(Announced.BULLETIN, "2019-10-12", period="2019-09")
_QUARTER = AnnouncementGiven(Announced.RELEASE, "2019-10-20", period="2019-09", title="2019年三季度数据(演示)")
_FORMS = AnnouncementGiven(Announced.RELEASE, "2019-11-15", title="办事表单专题数据(演示)")
_PUT_OFF = "演示:四会市更正9月数据,待复核后发布。"
_ACTS: tuple[tuple[str, AnnouncementGiven, str, str], ...] = (  # when, what, its new day, why
    ("2019-09-20T09:30", _BULLETIN, "", ""),
    ("2019-09-20T09:40", _QUARTER, "", ""),
    ("2019-09-20T09:50", _FORMS, "", ""),
    ("2019-10-18T16:00", _QUARTER, "2019-10-31", _PUT_OFF),
    ("2019-11-01T10:00", _FORMS, "", "演示:并入年度数据。"),
)


@dataclass(frozen=True, slots=True)
class DemonstrationAnnouncement:
    """An evaluator announces what is `given`; with a reason moves it to `day`, or, without one, withdraws it."""

    given: AnnouncementGiven
    day: str
    reason: str
    done_at: datetime
    unit: str = ""
    period: date = date(2019, 9, 1)
    synthetic: Literal[True] = True


def demonstration_announcements(plan: Plan) -> Iterator[DemonstrationAnnouncement]:
    """Every act in its order; none while no unit owes figures."""
    zone = ZoneInfo(plan.document.timezone)
    for moment, given, day, reason in _ACTS if any(unit.figures_required for unit in plan.reporting_units) else ():
        yield DemonstrationAnnouncement(given, day, reason, datetime.fromisoformat(moment).replace(tzinfo=zone))


def play_announcement(
    session: WriteSession, step: DemonstrationAnnouncement, *, cast: Cast, announced: dict[AnnouncementGiven, int]
) -> None:
    """Do it as the evaluator. `announced`: the entry of each announcement so far."""
    evaluator, at = cast.evaluator, step.done_at
    if not step.reason:
        done = announce(session, principal=evaluator, given=step.given, simulated_at=at)
        announced[step.given] = done.announcement
        return
    named = announced[step.given]
    if step.day:
        move_announcement(session, named, principal=evaluator, due_on=step.day, reason=step.reason, simulated_at=at)
    else:
        withdraw_announcement(session, named, principal=evaluator, reason=step.reason, simulated_at=at)
