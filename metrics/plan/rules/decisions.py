"""Rules for decisions: each cites the document and points at parts of the plan that exist."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.plan.model import Plan
from metrics.plan.problems import PlanProblem, key_of, problem_in
from metrics.plan.rules.parts import parts

_FIELD_OF = {
    "unit": "units",
    "block": "blocks",
    "element": "elements",
    "check": "checks",
    "indicator": "indicators",
    "target": "targets",
    "task": "tasks",
    "milestone": "milestones",
    "group": "groups",
    "department": "departments",
    "phase": "phases",
}


def decision_problems(plan: Plan) -> Iterator[PlanProblem]:
    """Decisions without citation or pointer, and pointers that lead nowhere."""
    for decision in plan.decisions:
        if not decision.citations:
            yield problem_in("citation_missing", "decisions", decision, "citations")
        if not decision.modelled_in:
            yield problem_in("pointers_missing", "decisions", decision, "modelled_in")
        for index, pointer in enumerate(decision.modelled_in):
            if not _leads_somewhere(plan, pointer):
                yield problem_in("pointer_unknown", "decisions", decision, f"modelled_in[{index}]", given=pointer)


def _leads_somewhere(plan: Plan, pointer: str) -> bool:
    """True for ``document.issued_on``, ``phase:PH2`` and ``target:TG-04A.verification_window`` if they exist."""
    start, _, name = pointer.partition(".")
    if start == "document":
        return name in type(plan.document).model_fields
    kind, _, rest = pointer.partition(":")
    if kind not in _FIELD_OF:
        return False
    for part in parts(plan, _FIELD_OF[kind]):
        key = key_of(part)
        if rest == key or (rest.startswith(f"{key}.") and rest[len(key) + 1 :] in type(part).model_fields):
            return True
    return False
