"""Everything that a bulletin says, gathered from one release: what the chapters are written from. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from metrics.commitments import Commitment
from metrics.contributions import Movement
from metrics.plan.model import Plan, Task, Text
from metrics.results import Basis, Progress, Rank, Rate
from metrics.task_reports import TaskStatus


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """The release it is drawn from. `checkpoint`: the signed note in it; `recorded_at`: of the release's own entry."""

    number: int
    basis: Basis
    stands_on: int
    known_at: datetime
    recorded_at: datetime
    checkpoint: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class StageNow:
    """One stage of a commitment: the city's verdict, and how many units meet it of those it applies to."""

    verdict: Progress
    units_met: int
    units_judged: int


@dataclass(frozen=True, slots=True)
class SubmissionCame:
    """How one unit's submission came. `days_late` None: in time, or nobody knows when; not `received`: missing."""

    unit: str
    received: bool
    days_late: int | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A submission that was revised since the bulletin before, or since it first came."""

    unit: str
    period: date
    revision: int


@dataclass(frozen=True, slots=True)
class TaskNow:
    """One task on the day: its status over all units, and the units whose own status is overdue or blocked."""

    task: Task
    status: TaskStatus
    silent: bool
    units: tuple[tuple[str, TaskStatus], ...]


@dataclass(frozen=True, slots=True)
class OpenSlip:
    """A supervision slip that is neither closed nor withdrawn. `days_over` 0: its due day is not past."""

    number: str
    unit: str
    title: str
    days_over: int


@dataclass(frozen=True, slots=True)
class MaterialCame:
    """How the month's material of one body came. `days_late` None: in time; not `received`: missing."""

    name: Text
    received: bool
    days_late: int | None


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """One target of one unit that is judged otherwise than before. `on`: when it was corrected, if that turned it."""

    unit: str
    target: str
    before: Progress
    after: Progress
    on: date | None = None


@dataclass(frozen=True, slots=True)
class MonthChanges:
    """What changed since the month `before`, both as known in the release; nothing is compared without `known_before`.

    `worse`, `better`: statuses that turned; `newly`, `no_longer`: how many are judged in one of the months only.
    `flips`: verdicts on the month that corrections turned, one for each time, of `corrections` submissions.
    `came`: the units whose submission for the month was recorded, in display order.
    """

    before: date
    known_before: bool
    worse: tuple[ChangedVerdict, ...]
    better: tuple[ChangedVerdict, ...]
    newly: int
    no_longer: int
    flips: tuple[ChangedVerdict, ...]
    corrections: int
    came: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BulletinFigures:
    """What is known of `period` in the release.

    `commitments`: the root's, in display order, with `stages`, the stage that matters now of each; `verdicts`: by unit
    and target, of those stages; `rates`: the root's core rates of the month and the one before, by (indicator, month).
    `moved`: why the root's rates of these stages' indicators moved since the month before, by indicator, those alone
    that had a value in both months. `units`: the reporting units that exist then, in display order.
    """

    plan: Plan
    period: date
    on: date
    release: ReleaseFacts
    units: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    stages: tuple[StageNow, ...]
    verdicts: Mapping[tuple[str, str], Progress]
    rates: Mapping[tuple[str, date], Rate]
    moved: Mapping[str, Movement]
    ranks: tuple[Rank, ...]
    tasks: tuple[TaskNow, ...]
    came: tuple[SubmissionCame, ...]
    corrected: tuple[Corrected, ...]
    slips: tuple[OpenSlip, ...]
    materials: tuple[MaterialCame, ...]
    changes: MonthChanges

    @property
    def basis(self) -> Basis:
        return self.release.basis
