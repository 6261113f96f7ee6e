"""The rules that decide a status, each by a name of its own; the sentence with its figures is in wording.py."""

from __future__ import annotations

from dashboard.locale import _


def rule_name(decided_by: str) -> str:
    """What the rule says of every verdict that it decides; :func:`metrics.progress.judge` names them."""
    return {
        "out_of_scope": _("Scope: the target is asked of other units only"),
        "not_reported": _("Not reported: without this month's return nothing is judged"),
        "denominator_zero": _("Not applicable: nothing is divided by a denominator of 0"),
        "satisfied": _("Met: the exact value, not the rounded one, is held against the target"),
        "first_value": _("On track: the line to the target starts at the first value"),
        "line": _("On track: on or better than the straight line from the start to the due date"),
        "projection": _("On track: short of the line, but the trend reaches the target in time"),
        "below_line": _("Behind: short of the line, and the trend does not reach the target in time"),
        "window": _("Rectifying: past due, while the verification window is open"),
        "past_due": _("Overdue: past the due date and any verification window, and not met"),
        "undated_line": _("On track: without a due date, no worse than at the start"),
        "undated_below_line": _("Behind: without a due date, worse than at the start"),
    }[decided_by]
