"""Rules for what is said to stand in the source text, and for decisions, which cite it.

A quote must stand there, word for word, on the line named. Texts on the web differ in the width of their punctuation,
so both sides are compared in NFKC. A decision points at parts of the plan that exist.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from metrics.plan.model import Citation, Plan, Task
from metrics.plan.problems import PlanProblem, key_of, problem_in
from metrics.plan.rules.parts import Found, parts


class _Source:
    def __init__(self, text: str) -> None:
        self.lines = [_plain(line) for line in text.split("\n")]

    def problems(
        self, field: str, part: BaseModel, path: str, *, line: int | None, quote: str
    ) -> Iterator[PlanProblem]:
        """`quote` must stand on the 1-based `line`."""
        if not quote.strip():
            yield problem_in("quote_blank", field, part, path)
        elif line is None or not 1 <= line <= len(self.lines):
            at = f"{path.rpartition('.')[0]}.line".lstrip(".")
            yield problem_in("line_missing", field, part, at, given=line)
        elif _plain(quote) not in self.lines[line - 1]:
            elsewhere = [number for number, text in enumerate(self.lines, start=1) if _plain(quote) in text]
            hint_zh = f"(第 {elsewhere[0]} 行有)" if elsewhere else ""
            hint_en = f" (line {elsewhere[0]} does)" if elsewhere else ""
            yield problem_in(
                "quote_not_on_line", field, part, path, line=line, given=quote, hint_zh=hint_zh, hint_en=hint_en
            )

    def holds(self, quote: str, *, first: int = 1, last: int | None = None) -> bool:
        """True if `quote` stands on one of the lines `first` to `last`."""
        return any(_plain(quote) in line for line in self.lines[max(first - 1, 0) : last])


def quotation_problems(plan: Plan, source_text: str, everywhere: Sequence[Found]) -> Iterator[PlanProblem]:
    """Citations, tasks, milestones, groups and the document's title and number, compared with `source_text`.

    `everywhere` are the plan's values.
    """
    source = _Source(source_text)
    for path, text in (("title.zh", plan.document.title.zh), ("document_number", plan.document.document_number)):
        if not source.holds(text):
            yield problem_in("not_in_source", "document", plan.document, path, given=text)
    numbers = {task.number for task in plan.tasks}
    for found in everywhere:
        if not isinstance(found.value, Citation):
            continue
        citation = found.value
        yield from source.problems(
            found.field, found.part, f"{found.path}.quote", line=citation.line, quote=citation.quote
        )
        if citation.task is not None and citation.task not in numbers:
            yield problem_in("task_unknown", found.field, found.part, f"{found.path}.task", given=citation.task)
    for task in plan.tasks:
        yield from _task(source, task)
    for milestone in plan.milestones:
        if milestone.line is not None or not source.holds(milestone.raw):
            line = milestone.line
            yield from source.problems("milestones", milestone, "raw", line=line, quote=milestone.raw)
    for group in plan.groups:
        yield from source.problems("groups", group, "heading", line=group.line, quote=group.heading.zh)


def _task(source: _Source, task: Task) -> Iterator[PlanProblem]:
    yield from source.problems("tasks", task, "text_zh", line=task.line, quote=task.text_zh)
    if task.deadline_raw:
        line = task.deadline_line
        yield from source.problems("tasks", task, "deadline_raw", line=line, quote=task.deadline_raw)
    for name in ("lead_raw", "responsible_raw", "open_ended", "sanction"):
        text = getattr(task, name)
        if text and not source.holds(text, first=task.line, last=task.deadline_line):
            yield problem_in("not_in_source", "tasks", task, name, given=text)
    for place, form in enumerate(task.inquiry):
        if not source.holds(form.name.zh, first=task.line, last=task.deadline_line):
            yield problem_in("not_in_source", "tasks", task, f"inquiry[{place}].name.zh", given=form.name.zh)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


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
