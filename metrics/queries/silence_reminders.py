"""Whom to remind of tasks that units say nothing of: the unit, a month later who leads the task, then the bureau."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import TaskReport
from metrics.periods import JudgedMonth, add_months, due_on, period_of
from metrics.plan.model import Text
from metrics.queries.due_reminders import REMINDER, ReminderDays, ReminderKind, reminder_kind
from metrics.queries.people import in_force, people_recorded
from metrics.queries.task_silence import TaskSilence, task_silence
from metrics.queries.view import view_at
from metrics.supervision.task_silence import SilenceStep


class SilenceReminderKind(StrEnum):
    """What a reminder of silence says, and to whom."""

    UNIT = "silence_unit"  # to a unit: its tasks without an update for two months or more
    LEAD = "silence_lead"  # to a unit that leads tasks: others that have said nothing of them for three months or more
    BUREAU = "silence_bureau"  # to the bureau: where that did not help


@dataclass(frozen=True, slots=True)
class SilenceReminder:
    """One reminder that is due. `unit`: who is told, empty for the bureau; `silences`: of whom and of which tasks, the
    longest first; `names`: of all units in it. `email`: the liaison's, None without one.
    """

    kind: SilenceReminderKind
    unit: str
    period: date
    silences: tuple[TaskSilence, ...]
    names: Mapping[str, Text]
    email: str | None = None

    @property
    def subject(self) -> str:
        """Unit, month and kind name it."""
        return ""

    @property
    def is_for_groups(self) -> bool:
        """A group of many offices is told what the bureau follows up, not what single units owe."""
        return self.kind is SilenceReminderKind.BUREAU


def due_silence_reminders(session: ReadSession, *, now: datetime, days: ReminderDays) -> tuple[SilenceReminder, ...]:
    """What is due at `now` (aware): once a month to each who is to act, in the days after task reports of the month
    before were due. Nothing before anybody reported on any task.
    """
    view = view_at(session)
    plan = view.plan
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    period = add_months(period_of(today), -1)
    if reminder_kind(due_on(period, rule=plan.due_rule), today, days) is not ReminderKind.OVERDUE:
        return ()
    if session.scalar(select(TaskReport.seq).limit(1)) is None:
        return ()
    silent = task_silence(session, view, month=JudgedMonth.of(period), tasks=plan.tasks)
    people = in_force(people_recorded(session, principal=REMINDER, seq=view.seq), on=today)
    liaisons = {unit: person.email for (unit, duty), person in people.items() if duty == "liaison"}
    names = {unit.code: unit.name for unit in plan.reporting_units}
    return tuple(
        SilenceReminder(kind, unit, period, tuple(found), names, liaisons.get(unit))
        for kind, unit, found in _told(silent, list(names))
    )


def _told(
    silent: Iterable[TaskSilence], units: Iterable[str]
) -> Iterator[tuple[SilenceReminderKind, str, list[TaskSilence]]]:
    """Who is told of which silences: units in display order, then those that lead, then the bureau."""
    listed, order = list(silent), list(units)
    past_the_unit = [one for one in listed if one.step is not SilenceStep.UNIT]
    for unit in order:
        if found := [one for one in listed if one.unit == unit]:
            yield SilenceReminderKind.UNIT, unit, found
    for unit in order:
        if found := [one for one in past_the_unit if unit in one.leading]:
            yield SilenceReminderKind.LEAD, unit, found
    if found := [one for one in listed if one.step is SilenceStep.BUREAU]:
        yield SilenceReminderKind.BUREAU, "", found
