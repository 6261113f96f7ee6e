"""Is a plan sound? Every reference followed, every quote compared with the source text, every date looked at."""

from __future__ import annotations

from itertools import chain

from metrics.plan.model import Plan
from metrics.plan.problems import PlanProblem
from metrics.plan.rules.form import calendar_problems, form_problems
from metrics.plan.rules.parts import part_problems, values
from metrics.plan.rules.quotations import decision_problems, quotation_problems
from metrics.plan.rules.targets import target_problems
from metrics.plan.rules.tasks import task_problems
from metrics.plan.rules.units import unit_problems


def check_plan(plan: Plan, source_text: str) -> tuple[PlanProblem, ...]:
    """Everything wrong with `plan`, not only the first; empty for a sound plan.

    `source_text` is the text of the plan document (:func:`metrics.plan.files.source_text`).
    """
    everywhere = values(plan)
    return tuple(
        chain(
            part_problems(plan, everywhere),
            unit_problems(plan),
            form_problems(plan),
            target_problems(plan),
            task_problems(plan),
            decision_problems(plan),
            calendar_problems(plan),
            quotation_problems(plan, source_text, everywhere),
        )
    )
