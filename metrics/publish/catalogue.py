"""All datasets by name: what the API serves, the command line exports and docs/exports.md describes."""

from __future__ import annotations

from metrics.publish.assessed import ASSESSMENTS
from metrics.publish.dataset import Dataset
from metrics.publish.figures import LEADERBOARD, PROGRESS, RATES
from metrics.publish.observed import OBSERVATIONS
from metrics.publish.overrides import OVERRIDES
from metrics.publish.plan_parts import ELEMENTS, INDICATORS, TARGETS, UNITS
from metrics.publish.returns import SUBMISSIONS
from metrics.publish.task_reports import TASK_REPORTS
from metrics.publish.tasks import MILESTONES, TASKS

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        OBSERVATIONS,
        RATES,
        PROGRESS,
        LEADERBOARD,
        SUBMISSIONS,
        TARGETS,
        TASKS,
        MILESTONES,
        TASK_REPORTS,
        UNITS,
        ELEMENTS,
        INDICATORS,
        ASSESSMENTS,
        OVERRIDES,
    )
}
