"""What is said of a submission while it is typed: at its cells, under its blocks, and in the panel beside it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dashboard.locale import _, count_text, language, ngettext
from dashboard.words.figures import MINUS, NOTHING
from metrics.checks import CheckWarning
from metrics.errors import Problem
from metrics.plan.model import ComparisonCheck, LinearForm, Plan
from metrics.queries.submission_changes import CheckedSubmission
from metrics.shown_blocks import shown_blocks

_CELL = "/values/"


def said_of(plan: Plan, checked: CheckedSubmission) -> dict[str, Any]:
    """Everything that is said within the form, for assets/src/form/findings.js to put in its places."""
    begun = {element.block for element in plan.elements if element.code in checked.sent.parsed.posted}
    return {
        "cells": said_at_cells(plan, checked),
        "differences": differences(plan, checked),
        "sums": sums(plan, checked.sent.parsed.values),
        "missing": missing_cells(plan, checked),
        "blocks": {block.code: _block_state(plan, block.code, checked) for block in plan.blocks if block.code in begun},
        "progress": progress_words(plan, checked),
    }


def cell_of(problem: Problem, plan: Plan) -> str | None:
    """The element at which a problem is to be said, None for one that is of no single cell."""
    code = problem.pointer.removeprefix(_CELL)
    return code if problem.pointer.startswith(_CELL) and code in plan.element_by_code else None


def said_at_cells(plan: Plan, checked: CheckedSubmission) -> dict[str, list[dict[str, str]]]:
    """Element code → what is wrong or odd there, errors first: {"severity", "text", "given"}."""
    found: dict[str, list[dict[str, str]]] = {}
    for problem in checked.problems:
        code = cell_of(problem, plan)
        if code is not None:
            line = _line("error", problem.message.in_language(language()), given_beside(problem, plan))
            found.setdefault(code, []).append(line)
    for warning in checked.warnings:
        if warning.element is not None:
            line = _line("warning", warning.message.in_language(language()), "")
            found.setdefault(warning.element, []).append(line)
    return found


def given_beside(problem: Problem, plan: Plan) -> str:
    """What was given, to stand behind the message; a check's message has its numbers in it already."""
    return "" if any(check.code == problem.code for check in plan.checks) else problem.given or ""


def said_elsewhere(plan: Plan, checked: CheckedSubmission) -> list[str]:
    """Problems of no single cell. Half-filled blocks are said at the blocks, an empty form says itself."""
    left_out = {"block_incomplete", "values_empty"}
    return [
        problem.message.in_language(language())
        for problem in checked.problems
        if cell_of(problem, plan) is None and problem.code not in left_out
    ]


def missing_cells(plan: Plan, checked: CheckedSubmission) -> list[str]:
    """The blank elements of blocks that were begun, in the form's order."""
    values = checked.sent.parsed.posted
    begun = {element.block for element in plan.elements if element.code in values}
    known = checked.changes.known
    return [e.code for e in plan.elements if e.block in begun and e.code not in values and e.code not in known]


def differences(plan: Plan, checked: CheckedSubmission) -> dict[str, str]:
    """Element code → the difference from the period before, with its sign; — where one of the two is missing."""
    values, before = checked.sent.parsed.values, checked.changes.before
    return {
        element.code: signed_count(values[element.code] - before[element.code])
        if element.code in values and element.code in before
        else NOTHING
        for element in plan.elements
    }


def _block_state(plan: Plan, block: str, checked: CheckedSubmission) -> str:
    """✘ 2 for a block with mistakes, ✔ for one that is filled in, else how far it is: 3 of 7."""
    elements = [element.code for element in plan.elements if element.block == block]
    wrong = sum(cell_of(problem, plan) in elements for problem in checked.problems)
    filled = sum(code in checked.sent.parsed.values for code in elements)
    if wrong:
        return f"✘ {wrong}"
    return "✔" if filled == len(elements) else _("{filled} of {all}", filled=filled, all=len(elements))


def sums(plan: Plan, values: Mapping[str, Decimal]) -> dict[str, dict[str, str]]:
    """Check code → the sum it asks for, and whether it is right: {"value", "state": holds | fails | open}."""
    found = {}
    for check in sum_checks(plan):
        several, single = sum_sides(check)
        added, wanted = _sum(several, values), _sum(single, values)
        state = "open" if added is None or wanted is None else "holds" if added == wanted else "fails"
        found[check.code] = {"value": NOTHING if added is None else count_text(Fraction(added)), "state": state}
    return found


def sum_checks(plan: Plan) -> list[ComparisonCheck]:
    """The checks that say: these together are that one."""
    return [
        check
        for check in plan.checks
        if isinstance(check, ComparisonCheck)
        and check.comparator == "=="
        and sorted((len(check.left.terms), len(check.right.terms)))[0] == 1
        and len(check.left.terms) + len(check.right.terms) > 2
    ]


def sum_sides(check: ComparisonCheck) -> tuple[LinearForm, LinearForm]:
    """The side with several elements, and the side with one."""
    return (check.left, check.right) if len(check.left.terms) > 1 else (check.right, check.left)


def progress_words(plan: Plan, checked: CheckedSubmission) -> str:
    """40 of 45 filled in · 2 to correct · 1 to check. What is not owed this month does not count until it is begun."""
    filled, period = len(checked.sent.parsed.values), checked.sent.period
    shown = {block.code for block in plan.blocks}
    if period is not None:
        there = {*checked.sent.parsed.posted, *checked.changes.known}
        shown = {block.code for block in shown_blocks(plan, period, there=there)}
    asked = sum(element.block in shown for element in plan.elements)
    errors = sum(1 for problem in checked.problems if problem.code not in ("values_empty", "block_incomplete"))
    unsaid = len({w.code for w in checked.warnings if w.acknowledged is None})
    parts = [_("{filled} of {all} filled in", filled=filled, all=asked)]
    if errors:
        parts.append(ngettext("{n} to correct", "{n} to correct", errors))
    if unsaid:
        parts.append(ngettext("{n} to check", "{n} to check", unsaid))
    return " · ".join(parts)


def grouped(warnings: tuple[CheckWarning, ...]) -> dict[str, list[CheckWarning]]:
    """The warnings by their check: one reason is given for all that a check found."""
    found: dict[str, list[CheckWarning]] = {}
    for warning in warnings:
        found.setdefault(warning.code, []).append(warning)
    return found


def signed_count(change: Decimal) -> str:
    """+12, −3, 0."""
    text = count_text(Fraction(abs(change)))
    return f"+{text}" if change > 0 else f"{MINUS}{text}" if change < 0 else text


def _sum(form: LinearForm, values: Mapping[str, Decimal]) -> Decimal | None:
    if any(code not in values for code in form.elements):
        return None
    return sum((term.times * values[term.element] for term in form.terms), Decimal(form.constant))


def _line(severity: str, text: str, given: str) -> dict[str, Any]:
    return {"severity": severity, "text": text, "given": given}
