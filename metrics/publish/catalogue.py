"""All datasets by name: what the API serves, the command line exports and docs/exports.md describes."""

from __future__ import annotations

from metrics.publish.announcements import ANNOUNCEMENTS
from metrics.publish.assessments import ASSESSMENTS
from metrics.publish.bulletins import BULLETINS
from metrics.publish.changes import CHANGES
from metrics.publish.comparison import COMPARISON
from metrics.publish.contributions import CONTRIBUTIONS
from metrics.publish.dataset import AnyDataset
from metrics.publish.freshness import FRESHNESS
from metrics.publish.inquiries import INQUIRIES
from metrics.publish.inspections import FINDINGS, RECTIFICATIONS
from metrics.publish.materials import MATERIALS
from metrics.publish.observations import OBSERVATIONS
from metrics.publish.overrides import OVERRIDES
from metrics.publish.overview import ATTENTION, COMMITMENTS, LEADERBOARD
from metrics.publish.peers import PEERS
from metrics.publish.phases import GATES, PHASES
from metrics.publish.plan_parts import ELEMENTS, INDICATORS, TARGETS, UNITS
from metrics.publish.progress import PROGRESS
from metrics.publish.rates import RATES
from metrics.publish.revisions import REVISIONS
from metrics.publish.scores import SCORE_RULES, SCORES
from metrics.publish.self_assessments import SELF_ASSESSMENTS
from metrics.publish.slips import SLIP_ACTS, SLIPS
from metrics.publish.submissions import SUBMISSIONS
from metrics.publish.task_contradictions import TASK_CONTRADICTIONS
from metrics.publish.task_reports import TASK_CHECKS, TASK_REPORTS
from metrics.publish.task_sanctions import TASK_SANCTIONS
from metrics.publish.task_silence import TASK_SILENCE
from metrics.publish.task_standings import TASK_STANDINGS
from metrics.publish.tasks import MILESTONES, TASKS
from metrics.publish.work_plans import FUNDINGS, WORK_PLANS

DATASETS: dict[str, AnyDataset] = {
    dataset.name: dataset
    for dataset in (
        OBSERVATIONS,
        RATES,
        PROGRESS,
        COMPARISON,
        CHANGES,
        LEADERBOARD,
        CONTRIBUTIONS,
        PEERS,
        REVISIONS,
        ATTENTION,
        COMMITMENTS,
        FRESHNESS,
        SUBMISSIONS,
        BULLETINS,
        ANNOUNCEMENTS,
        TARGETS,
        TASKS,
        MILESTONES,
        TASK_REPORTS,
        TASK_CHECKS,
        TASK_CONTRADICTIONS,
        TASK_SANCTIONS,
        TASK_SILENCE,
        TASK_STANDINGS,
        UNITS,
        ELEMENTS,
        INDICATORS,
        ASSESSMENTS,
        OVERRIDES,
        PHASES,
        GATES,
        MATERIALS,
        WORK_PLANS,
        FUNDINGS,
        SLIPS,
        SLIP_ACTS,
        SELF_ASSESSMENTS,
        FINDINGS,
        RECTIFICATIONS,
        SCORES,
        SCORE_RULES,
        INQUIRIES,
    )
}
