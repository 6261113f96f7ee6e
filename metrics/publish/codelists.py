"""Codelists: every code that a column can hold, in order, with what it is called; fixed ones and those of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from metrics.plan.model import Plan, Text

_OF_PLAN = {
    "units": Text(zh="填报单位", en="Units"),
    "elements": Text(zh="填报项", en="Elements"),
    "blocks": Text(zh="表块", en="Blocks of the form"),
    "indicators": Text(zh="指标", en="Indicators"),
    "targets": Text(zh="目标", en="Targets"),
    "task_kinds": Text(zh="任务类别", en="Kinds of task"),
    "phases": Text(zh="阶段", en="Phases"),
    "inquiry_forms": Text(zh="测评形式", en="Forms of inquiry"),
}
# Those that have words; a plan may have others.
_TASK_KINDS = {
    "deliverable": Text(zh="成果", en="Deliverable"),
    "kpi": Text(zh="量化指标", en="Measured"),
    "standing": Text(zh="长期工作", en="Standing duty"),
}
# By column, or by dataset and column where the same name holds other codes.
_OF_COLUMNS = {
    "unit_code": "units",
    "under_code": "units",
    "parent_code": "units",
    "lies_in": "units",
    "merged_into": "units",
    "element_code": "elements",
    "block_code": "blocks",
    "indicator_code": "indicators",
    "target_code": "targets",
    "phase_code": "phases",
    "form": "inquiry_forms",
    "state": "states",
    "status": "statuses",
    "light": "lights",
    "override": "lights",
    "computed": "lights",
    "timing": "timings",
    "comparator": "comparators",
    "turned": "turns",
    "cause": "causes",
    "among": "groups_of_peers",
    "reason": "reasons",
    "stream": "streams",
    "contradiction": "contradictions",
    "nature": "natures",
    "owed": "owed",
    "direction": "directions",
    "method": "methods",
    "interval_method": "interval_methods",
    "verdict": "gate_verdicts",
    "binding": "binding_dates",
    "signed_how": "ways_of_signing",
    "source": "sources_of_funding",
    "origin": "slip_origins",
    "act": "slip_acts",
    "severity": "severities",
    "part": "score_parts",
    "confirmation": "confirmations",
    "what": "announced",
    "announcements.action": "announcement_actions",
    "announcements.state": "announcement_states",
    "changes.kind": "changes",
    "contributions.state": "parts",
    "targets.kind": "target_kinds",
    "tasks.kind": "task_kinds",
    "task_standings.kind": "task_kinds",
    "milestones.kind": "milestone_kinds",
    "units.kind": "unit_kinds",
    "tasks.state": "marks_of_tasks",
    "task_reports.state": "task_states",
    "task_contradictions.state": "task_states",
    "task_standings.status": "task_statuses",
    "task_checks.step": "check_steps",
    "task_checks.action": "check_actions",
    "task_silence.step": "silence_steps",
    "slips.state": "slip_states",
    "findings.state": "finding_states",
    "rectifications.action": "rectification_actions",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code, what it is called, and the code into which it is rolled up, if there is one."""

    code: str
    name: Text
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Codelist:
    """`codes`, in their order; `fixed`: the program's, the same whatever the plan."""

    name: str
    title: Text
    codes: tuple[Code, ...]
    fixed: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The codes alone."""
        return tuple(one.code for one in self.codes)


@cache
def fixed_codelists() -> Mapping[str, Codelist]:
    """Those that are the same for every plan, by name."""
    read = yaml.safe_load(files("metrics.publish").joinpath("codelists.yaml").read_text(encoding="utf-8"))
    return {
        name: Codelist(
            name,
            Text(**given["title"]),
            tuple(Code(code, Text(**called)) for code, called in given["codes"].items()),
            fixed=True,
        )
        for name, given in read.items()
    }


def codelists(plan: Plan) -> dict[str, Codelist]:
    """Every codelist by name: those of the plan first."""
    kinds = sorted({task.kind for task in plan.tasks})
    codes: dict[str, tuple[Code, ...]] = {
        "units": tuple(Code(unit.code, unit.name, unit.parent) for unit in plan.units),
        "elements": tuple(Code(one.code, one.name, one.block) for one in plan.elements),
        "blocks": tuple(Code(one.code, one.name) for one in plan.blocks),
        "indicators": tuple(Code(one.code, one.name) for one in plan.indicators),
        "targets": tuple(Code(code, one[-1].name) for code, one in plan.target_revisions.items()),
        "task_kinds": tuple(Code(kind, _TASK_KINDS.get(kind, Text(zh=kind, en=kind))) for kind in kinds),
        "phases": tuple(Code(one.code, one.name) for one in plan.phases),
        "inquiry_forms": tuple({one.code: Code(one.code, one.name) for t in plan.tasks for one in t.inquiry}.values()),
    }
    of_plan = {name: Codelist(name, _OF_PLAN[name], found, fixed=False) for name, found in codes.items()}
    return of_plan | dict(fixed_codelists())


def codelist_of(dataset: str, column: str) -> str | None:
    """The name of the codelist whose codes stand in a column of codes of the dataset; None if they are of no list."""
    return _OF_COLUMNS.get(f"{dataset}.{column}", _OF_COLUMNS.get(column))
