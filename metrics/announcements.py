"""What is announced to be published on which day (发布日程): how it stands, and how that is said. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from metrics.periods import format_period
from metrics.plan.model import Text


class Announced(StrEnum):
    RELEASE = "release"
    BULLETIN = "bulletin"


class AnnouncementAction(StrEnum):
    ANNOUNCE = "announce"
    MOVE = "move"
    WITHDRAW = "withdraw"


class AnnouncementState(StrEnum):
    AHEAD = "ahead"  # its day has not passed
    PASSED = "passed"  # its day has passed, and nothing was published
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


_NOTHING = Text(zh="", en="")
_SAID_LATE = Text(zh="(原定日期过后才说明)", en=", said only after that day")


@dataclass(frozen=True, slots=True)
class AnnouncementAct:
    """One act. `due_on`: the day announced from then on; `before`: the day announced until then, None at first.

    `on`: the local day of `recorded_at`.
    """

    seq: int
    action: AnnouncementAction
    before: date | None
    due_on: date
    reason: str
    actor: str
    recorded_at: datetime
    on: date

    @property
    def slip_days(self) -> int | None:
        """By how many days the date was put off, negative: brought forward; None for what moves nothing."""
        return (self.due_on - self.before).days if self.action is AnnouncementAction.MOVE and self.before else None

    @property
    def after_the_day(self) -> bool:
        """True if it was said only when the day announced before had passed."""
        return self.before is not None and self.on > self.before

    @property
    def said(self) -> Text:
        """What was done, without the reason."""
        due, before = self.due_on.isoformat(), "" if self.before is None else self.before.isoformat()
        late = _SAID_LATE if self.after_the_day else _NOTHING
        if self.action is AnnouncementAction.WITHDRAW:
            return Text(zh=f"取消 {before} 的发布{late.zh}", en=f"publication on {before} withdrawn{late.en}")
        if self.slip_days is None:
            return Text(zh=f"预告于 {due} 发布", en=f"announced for {due}")
        way = Text(zh="推迟", en="put off") if self.slip_days > 0 else Text(zh="提前", en="brought forward")
        days, many = abs(self.slip_days), "day" if abs(self.slip_days) == 1 else "days"
        return Text(
            zh=f"由 {before} {way.zh} {days} 天至 {due}{late.zh}",
            en=f"{way.en} by {days} {many} from {before} to {due}{late.en}",
        )


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published as announced: a release by its number, or the first version of a bulletin. `on`: local."""

    number: int
    seq: int
    on: date


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is to be published, everything that was said of its day, and what became of it.

    `seq`: its entry in the ledger, by which it is named. `period`: the month that it is about, of a bulletin always.
    """

    what: Announced
    period: date | None
    title: str
    acts: tuple[AnnouncementAct, ...]
    published: Publication | None = None

    @property
    def seq(self) -> int:
        return self.acts[0].seq

    @property
    def name(self) -> Text:
        """What is to be published."""
        if self.what is Announced.RELEASE or self.period is None:
            return Text(zh=self.title, en=self.title)
        month = format_period(self.period)
        title = f" {self.title}" if self.title else ""
        return Text(zh=f"{month} 通报{title}", en=f"Bulletin for {month}{title}")

    @property
    def first_due_on(self) -> date:
        return self.acts[0].due_on

    @property
    def due_on(self) -> date:
        return self.acts[-1].due_on

    @property
    def moves(self) -> Iterator[AnnouncementAct]:
        return (act for act in self.acts if act.action is AnnouncementAction.MOVE)

    @property
    def is_open(self) -> bool:
        """True while it is neither published nor withdrawn."""
        return self.published is None and self.acts[-1].action is not AnnouncementAction.WITHDRAW

    def state(self, today: date) -> AnnouncementState:
        """How it stands on the local day `today`."""
        if self.published is not None:
            return AnnouncementState.PUBLISHED
        if not self.is_open:
            return AnnouncementState.WITHDRAWN
        return AnnouncementState.PASSED if today > self.due_on else AnnouncementState.AHEAD

    def days_late(self, today: date) -> int | None:
        """Days from the day announced last to publication, negative: before it; without one, by which it has passed.

        None while it is ahead, and of what was withdrawn.
        """
        if self.published is not None:
            return (self.published.on - self.due_on).days
        return (today - self.due_on).days if self.state(today) is AnnouncementState.PASSED else None
