"""What the inquiries of the demonstration's plan came to. Synthetic throughout, and every note says so.

Each unit that owes the task is measured once a year by two of its forms; nothing is laid down of weights or steps, so
that the demonstration shows the ones that the program ships with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.commands.record_inquiry import InquiryGiven, record_inquiry
from metrics.database import WriteSession
from metrics.periods import period_of
from metrics.plan.model import Plan
from seed.demonstration.accounts import Cast
from seed.demonstration.draws import draw_between

# The round, the day it was measured, and when the bureau recorded it.
_ROUNDS = (("2018", "2019-01-25", "2019-02-26T10:00"), ("2019", "2020-01-17", "2020-01-21T10:00"))
_FORMS_A_ROUND = 2
_NOTE = "演示:合成得分,不是真实测评"


@dataclass(frozen=True, slots=True)
class DemonstrationInquiry:
    """One score. `recorded_at` is aware."""

    task: int
    given: InquiryGiven
    recorded_at: datetime
    synthetic: Literal[True] = True

    @property
    def unit(self) -> str:
        return self.given.unit

    @property
    def period(self) -> date:
        return period_of(self.recorded_at.date())


def demonstration_inquiries(plan: Plan, *, seed: str) -> tuple[DemonstrationInquiry, ...]:
    """Every score in its order; none of a plan that asks for no inquiry."""
    zone = ZoneInfo(plan.document.timezone)
    found = []
    for round_, measured_on, recorded in _ROUNDS:
        moment = datetime.fromisoformat(recorded).replace(tzinfo=zone)
        for task in plan.tasks:
            for unit in plan.owing_units[task.number] if task.inquiry else ():
                for form in task.inquiry[-_FORMS_A_ROUND:]:
                    score = draw_between(seed, "inquiry", round_, unit, form.code, least=700, most=960)
                    given = InquiryGiven(
                        unit, round_, form.code, f"{score // 10}.{score % 10}", "100", measured_on,
                        evidence=f"https://example.org/inquiry/{round_}/{form.code}", note=_NOTE,
                    )  # fmt: skip
                    found.append(DemonstrationInquiry(task.number, given, moment))
    return tuple(found)


def play_inquiry(session: WriteSession, step: DemonstrationInquiry, *, cast: Cast) -> None:
    """Have the reviewer record it."""
    record_inquiry(session, step.task, principal=cast.reviewer, given=step.given, simulated_at=step.recorded_at)
