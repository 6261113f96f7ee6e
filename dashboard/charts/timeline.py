"""A plan's tasks along time: where milestones stand, and what is drawn between and after them.

Positions are shares of the line's width, 0 to 1. A task without a date gets no dated line: what rolls on is open to the
right, what the province dates is a line without an end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from metrics.periods import add_months, last_day, period_of
from metrics.plan.model import Milestone, MilestoneKind, Plan, Task

_MOST_TICKS = 10
_STEPS = (1, 3, 6, 12, 24, 60, 120, 600)  # months
LEAST_DATE = 0.11  # a label with less room than this cannot even hold its date
_LEAST_LABEL = 0.17  # a label with less room to its right stands to the left of its mark
_WORD = 0.17  # kept free at the right end for the word of an open line


class LineKind(StrEnum):
    """How a stretch is drawn."""

    DATED = "dated"  # work towards a date
    ROLLING = "rolling"  # 持续推进
    PROVINCE = "province"  # 按省统筹


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The days at both ends of the line."""

    first: date
    last: date

    def share(self, day: date) -> float:
        """Where `day` ends on the line; days outside stop at its ends."""
        whole = (self.last - self.first).days + 1
        return min(max(((day - self.first).days + 1) / whole, 0.0), 1.0)

    def ticks(self) -> list[date]:
        """First days of months at an even distance, at most ten."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        step = next((step for step in _STEPS if months / step <= _MOST_TICKS), _STEPS[-1])
        found = [add_months(self.first, ahead) for ahead in range(months)]
        return [day for day in found if (day.year * 12 + day.month - 1) % step == 0]


@dataclass(frozen=True, slots=True)
class Stretch:
    """`open_ended`: it goes on beyond the line's end."""

    start: float
    end: float
    line: LineKind
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated milestone. Its label takes `room` of the line, to the right of the mark or else to its left."""

    milestone: Milestone
    at: float
    room: float
    to_the_left: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One task's line: what is drawn first is beneath what is drawn later."""

    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]


def scale_of(plan: Plan) -> TimeScale:
    """Whole months from the first date of the plan to the last one."""
    dates = [m.due_on for m in plan.milestones if m.due_on] + [phase.end for phase in plan.phases]
    days = [plan.document.issued_on, *dates]
    return TimeScale(first=period_of(min(days)), last=last_day(period_of(max(days))))


def drawn(plan: Plan, task: Task, scale: TimeScale) -> Drawn:
    """The line of one task."""
    own = [milestone for milestone in plan.milestones if milestone.task == task.number]
    dated = sorted((m for m in own if m.due_on), key=lambda m: str(m.due_on))
    after = _after(task, own)
    open_from = max([plan.document.issued_on, *(m.due_on for m in dated if m.due_on)])
    stretches = _towards(plan, dated, scale)
    if after is not None:
        stretches.append(
            Stretch(scale.share(open_from), 1.0, after, open_ended=task.rolling or after is LineKind.ROLLING)
        )
    return Drawn(stretches=tuple(stretches), marks=_marks(dated, scale, ends=1.0 if after is None else 1 - _WORD))


def _after(task: Task, milestones: Sequence[Milestone]) -> LineKind | None:
    """What follows the last date: nothing, a line that rolls on, or one that the province dates."""
    if task.province_coordinated or any(m.kind is MilestoneKind.PROVINCE_COORDINATED for m in milestones):
        return LineKind.PROVINCE
    bounded = any(m.kind is MilestoneKind.ROLLING_WITHIN_YEAR for m in milestones)
    return LineKind.ROLLING if task.rolling and not bounded else None


def _towards(plan: Plan, dated: Sequence[Milestone], scale: TimeScale) -> list[Stretch]:
    """From the day after the issue towards every date of completion, and what rolls until the end of a year."""
    found, since = [], plan.document.issued_on - timedelta(days=1)
    for milestone in dated:
        day = milestone.due_on
        if day is None or day <= since or milestone.kind in (MilestoneKind.START_BY, MilestoneKind.START_ON):
            continue
        rolls = milestone.kind is MilestoneKind.ROLLING_WITHIN_YEAR
        found.append(Stretch(scale.share(since), scale.share(day), LineKind.ROLLING if rolls else LineKind.DATED))
        since = day
    return found


def _marks(dated: Sequence[Milestone], scale: TimeScale, *, ends: float) -> tuple[Mark, ...]:
    """Each label has the way to the next mark; the last one, where that is too little, part of the way before it."""
    places = [scale.share(milestone.due_on) for milestone in dated if milestone.due_on]
    if not places:
        return ()
    rooms = [after - at for at, after in zip(places, [*places[1:], max(ends, places[-1])], strict=True)]
    before = places[-1] - (places[-2] if len(places) > 1 else 0.0)
    to_the_left = rooms[-1] < min(_LEAST_LABEL, before)
    if to_the_left and len(places) > 1:
        rooms[-2:] = [before / 2, before / 2]
    elif to_the_left:
        rooms[-1] = before
    last = len(places) - 1
    return tuple(
        Mark(milestone, at=at, room=room, to_the_left=to_the_left and index == last)
        for index, (milestone, at, room) in enumerate(zip(dated, places, rooms, strict=True))
    )
