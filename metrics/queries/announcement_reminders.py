"""What to remind the bureau of in the release calendar: a day that is near, and one that passed without publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from metrics.announcements import Announcement
from metrics.database import ReadSession
from metrics.periods import period_of
from metrics.plan.store import plan_at
from metrics.queries.announcements import announcements
from metrics.queries.due_reminders import ReminderDays


class AnnouncementReminderKind(StrEnum):
    """What a reminder of an announced day says; each is for the bureau."""

    SOON = "announced_soon"
    PASSED = "announced_passed"


@dataclass(frozen=True, slots=True)
class AnnouncementReminder:
    """One reminder that is due. `period`: the month of the day; `subject`: announcement and day, which name it."""

    kind: AnnouncementReminderKind
    of: Announcement
    days_late: int

    @property
    def unit(self) -> str:
        """The bureau."""
        return ""

    @property
    def period(self) -> date:
        return period_of(self.of.due_on)

    @property
    def subject(self) -> str:
        return f"{self.of.seq} {self.of.due_on.isoformat()}"

    @property
    def is_for_groups(self) -> bool:
        """What is announced is told to everybody."""
        return True


def due_announcement_reminders(
    session: ReadSession, *, now: datetime, days: ReminderDays
) -> tuple[AnnouncementReminder, ...]:
    """What is due at `now` (aware), in the order of days; a day that was moved is reminded of anew."""
    timezone = plan_at(session).document.timezone
    today = now.astimezone(ZoneInfo(timezone)).date()
    found = [one for one in announcements(session, timezone=timezone) if one.is_open]
    return tuple(
        AnnouncementReminder(kind, one, max(0, (today - one.due_on).days))
        for one in found
        if (kind := _kind(one.due_on, today, days)) is not None
    )


def _kind(due: date, today: date, days: ReminderDays) -> AnnouncementReminderKind | None:
    if due - timedelta(days=days.before) <= today <= due:
        return AnnouncementReminderKind.SOON
    return AnnouncementReminderKind.PASSED if due < today <= due + timedelta(days=days.after) else None
