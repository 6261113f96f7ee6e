"""The texts of a plan that a clause may stand in: tasks, deadlines, and clauses that the plan's files cite. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from metrics.errors import Message
from metrics.plan.model import Citation, Plan

MOST_NAMED = 3  # texts that a reader is told of, where a clause stands in many


@dataclass(frozen=True, slots=True)
class PlanText:
    """One text of the plan, what it is called, and its line in the source text.

    `task`: the number of the task whose text or deadline it is.
    """

    name: Message
    text: str
    line: int | None
    task: int | None = None


def plan_texts(plan: Plan) -> tuple[PlanText, ...]:
    """Every text, in the order of the tasks, then of the clauses; what revisions cite is none of them."""
    return (*_tasks(plan), *_clauses(plan))


def found_in(plan: Plan, quote: str, *, task: int | None = None) -> tuple[PlanText, ...]:
    """The texts in which `quote` stands word for word; with `task` only that task's and its deadline."""
    wanted = plain_text(quote).strip()
    texts = [one for one in plan_texts(plan) if task is None or one.task == task]
    return tuple(one for one in texts if wanted and wanted in plain_text(one.text))


def looked_in(plan: Plan) -> Message:
    """What :func:`found_in` looks through, counted."""
    texts, tasks = plan_texts(plan), len(plan.tasks)
    deadlines = sum(bool(one.deadline_raw) for one in plan.tasks)
    clauses = len(texts) - tasks - deadlines
    return Message(
        f"{tasks} 项任务的原文、{deadlines} 项任务的完成时限和方案引用的 {clauses} 处条款",
        f"the texts of {tasks} tasks, the deadlines of {deadlines}, and {clauses} clauses that the plan cites",
    )


def where_found(plan: Plan, found: Sequence[PlanText]) -> Message:
    """Where it stands instead, or what was looked in."""
    if not found:
        texts = looked_in(plan)
        return Message(f"已查找:{texts.zh},均无此文。", f"Looked in: {texts.en}; none says so.")
    names = [one.name for one in found[:MOST_NAMED]]
    zh, en = "、".join(name.zh for name in names), "; ".join(name.en for name in names)
    return Message(f"这段话见于:{zh}。", f"It stands in: {en}.")


def is_of_the_plan(plan: Plan, citation: Citation) -> bool:
    """True if what `citation` says of its place is the plan itself: its number, its title, or a heading of it."""
    where = plain_text(citation.where).strip()
    document = plan.document
    names = (document.document_number, document.title.zh, document.title.en)
    headings = {plain_text(one.where).strip() for one in _citations(plan)}
    return any(plain_text(name).strip() in where for name in names if name.strip()) or where in headings


def plain_text(text: str) -> str:
    """Texts differ in the width of their punctuation: as a plan's files are compared with their source."""
    return unicodedata.normalize("NFKC", text)


def _tasks(plan: Plan) -> Iterator[PlanText]:
    for task in plan.tasks:
        number = task.number
        yield PlanText(Message(f"第 {number} 项任务", f"task {number}"), task.text_zh, task.line, number)
        if task.deadline_raw:
            name = Message(f"第 {number} 项任务的完成时限", f"the deadline of task {number}")
            yield PlanText(name, task.deadline_raw, task.deadline_line, number)


def _clauses(plan: Plan) -> Iterator[PlanText]:
    seen = set[tuple[str, str]]()
    for citation in _citations(plan):
        if (place := (citation.where, citation.quote)) not in seen:
            seen.add(place)
            yield PlanText(Message(f"“{citation.where}”", citation.where), citation.quote, citation.line)


def _citations(plan: Plan) -> Iterator[Citation]:
    """Those that came with the plan: a revision, and a target that was added since, has a day it is effective from."""
    for target in plan.targets:
        if target.effective_from is None:
            yield from target.citations
    for phase in plan.phases:
        if phase.citation is not None:
            yield phase.citation
    for decision in plan.decisions:
        yield from decision.citations
