"""What a unit says of a task beside what its figures say."""

from __future__ import annotations

import pytest

from metrics.results import Status
from metrics.supervision.task_contradictions import ContradictionKind, contradicted
from metrics.task_reports import TaskState, TaskStatus

DONE, ON_ITS_WAY, BLOCKED = TaskState.DONE, TaskState.IN_PROGRESS, TaskState.BLOCKED
MET, BEHIND, NO_DATA = Status.MET, Status.BEHIND, Status.NO_DATA


@pytest.mark.parametrize(
    ("state", "come_to", "statuses", "places"),
    [
        (DONE, TaskStatus.DONE, (MET, BEHIND), (1,)),
        (DONE, TaskStatus.DONE, (MET, MET), None),
        (DONE, TaskStatus.DONE, (NO_DATA,), None),  # what nobody reported contradicts nothing
        (DONE, TaskStatus.SILENT, (BEHIND,), (0,)),
        (BLOCKED, TaskStatus.BLOCKED, (MET, NO_DATA, MET), (0, 2)),
        (BLOCKED, TaskStatus.BLOCKED, (MET, BEHIND), None),
        (BLOCKED, TaskStatus.BLOCKED, (NO_DATA,), None),
        (ON_ITS_WAY, TaskStatus.OVERDUE, (MET,), (0,)),
        (ON_ITS_WAY, TaskStatus.IN_PROGRESS, (MET,), None),
    ],
)
def test_done_without_the_figure_and_the_figure_without_done(
    state: TaskState, come_to: TaskStatus, statuses: tuple[Status, ...], places: tuple[int, ...] | None
) -> None:
    found = contradicted(state, come_to, statuses)
    kind = ContradictionKind.DONE_NOT_MET if state is DONE else ContradictionKind.MET_NOT_DONE
    assert found == (None if places is None else (kind, places))
