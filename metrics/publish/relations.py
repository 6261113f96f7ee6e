"""Which columns say which row of a dataset it is, and which lead to a row of another one."""

from __future__ import annotations

from collections.abc import Mapping

KEYS: Mapping[str, tuple[str, ...]] = {
    "observations": ("seq", "element_code"),
    "rates": ("unit_code", "period", "indicator_code"),
    "rates.history": ("unit_code", "period", "indicator_code", "known_from_seq"),
    "progress": ("unit_code", "target_code"),
    "progress.history": ("unit_code", "target_code", "known_from_seq"),
    "comparison": ("unit_code", "target_code"),
    "leaderboard": ("unit_code",),
    "contributions": ("indicator_code", "unit_code"),
    "peers": ("unit_code", "target_code"),
    "revisions": ("unit_code", "indicator_code"),
    "attention": ("place",),
    "commitments": ("commitment", "stage"),
    "submissions": ("submission_id",),
    "bulletins": ("seq",),
    "announcements": ("seq",),
    "targets": ("target_code", "revision"),
    "tasks": ("task_number",),
    "milestones": ("milestone_code",),
    "task_reports": ("seq",),
    "task_checks": ("seq",),
    "task_contradictions": ("task_number", "unit_code", "target_code"),
    "task_sanctions": ("seq",),
    "task_silence": ("task_number", "unit_code"),
    "task_standings": ("task_number",),
    "units": ("unit_code",),
    "elements": ("element_code",),
    "indicators": ("indicator_code",),
    "assessments": ("seq",),
    "overrides": ("seq",),
    "phases": ("phase_code", "unit_code"),
    "gates": ("phase_code", "unit_code", "target_code"),
    "materials": ("seq",),
    "work_plans": ("seq", "place"),
    "fundings": ("seq",),
    "slips": ("slip",),
    "slip_acts": ("seq",),
    "self_assessments": ("seq", "target_code"),
    "findings": ("finding",),
    "rectifications": ("seq",),
    "scores": ("unit_code",),
    "score_rules": ("seq", "part"),
    "inquiries": ("seq",),
}
# `changes` and `freshness` have rows of the whole city, with no unit, target or month to be told by.
WITHOUT_KEY = frozenset({"changes", "freshness"})
_LEADS_TO = {
    "unit_code": ("units", "unit_code"),
    "under_code": ("units", "unit_code"),
    "parent_code": ("units", "unit_code"),
    "merged_into": ("units", "unit_code"),
    "lies_in": ("units", "unit_code"),
    "element_code": ("elements", "element_code"),
    "indicator_code": ("indicators", "indicator_code"),
    "target_code": ("targets", "target_code"),
    "task_number": ("tasks", "task_number"),
    "submission_id": ("submissions", "submission_id"),
    "slip": ("slips", "slip"),
}
# Departments answer for work as units do, and are none (decisions 211 and 218).
_OF_BODIES = frozenset(
    {
        "task_reports",
        "task_checks",
        "task_sanctions",
        "task_silence",
        "materials",
        "work_plans",
        "fundings",
        "slips",
        "slip_acts",
        "freshness",
    }
)


def leads_to(dataset: str, column: str) -> tuple[str, str] | None:
    """The dataset and the column of it in which a cell of `column` is found; None if it leads nowhere."""
    family = dataset.partition(".")[0]
    found = _LEADS_TO.get(column)
    if found is None or found == (family, column) or (column == "unit_code" and family in _OF_BODIES):
        return None
    return found
