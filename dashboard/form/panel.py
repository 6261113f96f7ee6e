"""Beside the form: what has to be corrected, and what has to be explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.form.blocks import CELL
from dashboard.form.findings import cell_of, given_beside, grouped, said_elsewhere
from dashboard.locale import _, language, ngettext
from dashboard.words.figures import indicator_name
from metrics.checks import CheckWarning
from metrics.errors import Problem
from metrics.plan.model import Plan
from metrics.queries.submission_changes import CheckedSubmission

Component = Any


def submission_panel(plan: Plan, checked: CheckedSubmission, *, acknowledged: Mapping[str, str]) -> list[Component]:
    """Errors that lead to their cells, then one reason to write for each check that warns."""
    return [*_errors(plan, checked), *_warnings(plan, checked.warnings, acknowledged)]


def _errors(plan: Plan, checked: CheckedSubmission) -> list[Component]:
    at_cells = [(code, problem) for problem in checked.problems if (code := cell_of(problem, plan)) is not None]
    elsewhere = said_elsewhere(plan, checked)
    if not at_cells and not elsewhere:
        return []
    items = [
        html.Li(html.A(_error(plan, problem), href=f"#{CELL}{code}", **{"data-to": code})) for code, problem in at_cells
    ]
    heading = ngettext("{n} to correct", "{n} to correct", len(at_cells) + len(elsewhere))
    return [
        html.Section(
            [_heading(heading, "error"), html.Ul([*[html.Li(text) for text in elsewhere], *items])],
            className="panel-part panel-errors",
            key="errors",
        )
    ]


def _error(plan: Plan, problem: Problem) -> list[Component]:
    given = given_beside(problem, plan)
    said = [problem.message.in_language(language())]
    return [*said, html.Span(f" ({given})", className="given")] if given else said


def _warnings(plan: Plan, warnings: tuple[CheckWarning, ...], acknowledged: Mapping[str, str]) -> list[Component]:
    groups = grouped(warnings)
    if not groups:
        return []
    parts = [_warning(plan, code, found, acknowledged.get(code, "")) for code, found in groups.items()]
    return [
        html.Section(
            [_heading(ngettext("{n} to check", "{n} to check", len(groups)), "warning"), *parts],
            className="panel-part panel-warnings",
            key="warnings",
        )
    ]


def _warning(plan: Plan, code: str, found: list[CheckWarning], reason: str) -> Component:
    field = f"reason-for-{code}"
    return html.Div(
        [
            html.Ul(_items(plan, found), id=f"{field}-what"),
            html.Label(_asked(found[0]), htmlFor=field, className="note"),
            html.Textarea(
                reason,
                id=field,
                rows=2,
                maxLength=2000,
                className="reason",
                **{"data-acknowledges": code, "aria-describedby": f"{field}-what"},
            ),
        ],
        className="panel-warning",
        key=code,
    )


def _asked(warning: CheckWarning) -> str:
    if warning.excepted:
        return _("Why you make an exception as a reviewer; without a reason the figures are refused")
    return _("Why it is right all the same")


def _items(plan: Plan, found: list[CheckWarning]) -> list[Component]:
    """The first in the check's words; the others, of which it says the same, by name."""
    first = html.Li(_what(found[0], [found[0].message.in_language(language())]))
    if found[0].excepted:  # each is an error of its own, and is said in full
        return [first, *(html.Li(_what(warning, [warning.message.in_language(language())])) for warning in found[1:])]
    rest = [html.Span([_what(warning, _numbered(plan, warning)), " "], className="also") for warning in found[1:]]
    return [first, html.Li([_("Likewise:"), " ", *rest])] if rest else [first]


def _numbered(plan: Plan, warning: CheckWarning) -> list[Component]:
    return [_name(plan, warning), html.Span(f" ({warning.given})", className="given")]


def _name(plan: Plan, warning: CheckWarning) -> str:
    if warning.element is not None:
        return plan.element_by_code[warning.element].name.in_language(language())
    if warning.indicator is not None:
        return indicator_name(plan.indicator_by_code[warning.indicator])
    return warning.message.in_language(language())


def _what(warning: CheckWarning, said: list[Component]) -> Component:
    if warning.element is not None:
        return html.A(said, href=f"#{CELL}{warning.element}", **{"data-to": warning.element})
    return html.Span(said)


def _heading(text: str, severity: str) -> Component:
    return html.H2([html.Span(className=f"mark-{severity}", **{"aria-hidden": "true"}), text])
