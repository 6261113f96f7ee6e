"""Words and signs of what inspections found: how grave it is, what it has come to, what was done about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.locale import _, language, ngettext
from dashboard.window.address import Address
from dashboard.words.figures import target_name
from metrics.plan.model import Plan
from metrics.queries.findings import FindingRow
from metrics.supervision.rectification import FindingSeverity, FindingState, RectificationAction

Component = Any

FINDING_SIGNS = {
    FindingState.OPEN: "sign-behind",
    FindingState.ANSWERED: "sign-on-track",
    FindingState.CLOSED: "sign-met",
    FindingState.WITHDRAWN: "sign-not-applicable",
}


def severity_word(severity: FindingSeverity) -> str:
    """一般 / Minor, and so on."""
    return {
        FindingSeverity.MINOR: _("Minor"),
        FindingSeverity.MAJOR: _("Major"),
        FindingSeverity.GRAVE: _("Critical"),
    }[severity]


def finding_word(state: FindingState) -> str:
    """待整改 / To be put right, and so on."""
    return {
        FindingState.OPEN: _("To be put right"),
        FindingState.ANSWERED: _("Answered, to be reviewed"),
        FindingState.CLOSED: _("Closed"),
        FindingState.WITHDRAWN: _("Withdrawn"),
    }[state]


def rectification_word(action: RectificationAction) -> str:
    """What was done about a finding."""
    return {
        RectificationAction.ANSWER: _("Answered"),
        RectificationAction.CLOSE: _("Closed"),
        RectificationAction.SEND_BACK: _("Sent back"),
        RectificationAction.WITHDRAW: _("Withdrawn"),
    }[action]


def finding_mark(finding: FindingRow, *, on: date) -> Component:
    """Sign and word of what it has come to on the day `on`; overdue where the unit owes an answer after its due day."""
    if finding.standing.is_overdue(on):
        sign, said = "sign-overdue", _("Overdue by {days}", days=days_text((on - finding.standing.due_on).days))
    else:
        sign, said = FINDING_SIGNS[finding.standing.state], finding_word(finding.standing.state)
    return html.Span([html.Span(className=f"sign {sign}", **{"aria-hidden": "true"}), said], className="status")


def days_text(days: int) -> str:
    return ngettext("{n} day", "{n} days", days)


def about_link(plan: Plan, finding: FindingRow, address: Address) -> Component:
    """The target or task that it is about."""
    if finding.target is not None:
        revisions = plan.general_targets.get(finding.target)
        name = finding.target if not revisions else target_name(revisions[-1])
        return dcc.Link(name, href=address.to(f"/targets/{finding.target}"))
    task = next((task for task in plan.tasks if task.number == finding.task), None)
    title = "" if task is None else task.title.in_language(language())
    said = _("Task {number}: {title}", number=finding.task, title=title)
    return dcc.Link(said, href=address.to(f"/tasks/{finding.task}"))
