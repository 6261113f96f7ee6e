"""Where what a unit says of a task and the figure that measures it do not go together. Pure.

Done, and a target of the task is not met; or every target that is judged is met, and the task is said not to have
begun, to be blocked, or is overdue. Work that goes on beside a met target says nothing against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from metrics.results import Status
from metrics.task_reports import TaskState, TaskStatus

_SAYS_NOTHING = frozenset({Status.NO_DATA, Status.NOT_APPLICABLE})


class ContradictionKind(StrEnum):
    DONE_NOT_MET = "done_not_met"  # 报已完成,指标未达标
    MET_NOT_DONE = "met_not_done"  # 指标已达标,任务未完成


def contradicted(
    state: TaskState, come_to: TaskStatus, statuses: Sequence[Status]
) -> tuple[ContradictionKind, tuple[int, ...]] | None:
    """What does not go together, and the places in `statuses` that say so; None where everything does.

    `state`: what the unit says; `come_to`: what that has come to by the day; `statuses`: of the targets of the task.
    """
    judged = [(place, status) for place, status in enumerate(statuses) if status not in _SAYS_NOTHING]
    unmet = tuple(place for place, status in judged if status is not Status.MET)
    if state is TaskState.DONE:
        return (ContradictionKind.DONE_NOT_MET, unmet) if unmet else None
    stands_still = state in (TaskState.NOT_STARTED, TaskState.BLOCKED) or come_to is TaskStatus.OVERDUE
    if judged and not unmet and stands_still:
        return ContradictionKind.MET_NOT_DONE, tuple(place for place, _ in judged)
    return None
