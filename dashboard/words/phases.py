"""Words and signs of phases: what a unit has come to at a gate, and which date binds."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, date_text, language, pgettext
from metrics.plan.model import Phase
from metrics.supervision.gates import BindingDate, GateVerdict

Component = Any

# Which sign stands for it: those of verdicts.
GATE_SIGNS = {
    GateVerdict.ON_TIME: "sign-met",
    GateVerdict.IN_WINDOW: "sign-met",
    GateVerdict.LATE: "sign-behind",
    GateVerdict.NOT_DUE: "sign-on-track",
    GateVerdict.RECTIFYING: "sign-rectifying",
    GateVerdict.NO_DATA: "sign-no-data",
    GateVerdict.NOT_MET: "sign-overdue",
    GateVerdict.NOT_APPLICABLE: "sign-not-applicable",
}


def gate_word(verdict: GateVerdict) -> str:
    """按期达标 / Met on time, and so on."""
    return {
        GateVerdict.ON_TIME: _("Met on time"),
        GateVerdict.IN_WINDOW: _("Met in rectification"),
        GateVerdict.LATE: _("Met late"),
        GateVerdict.NOT_DUE: _("Not due yet"),
        GateVerdict.RECTIFYING: pgettext("gate", "Rectifying"),
        GateVerdict.NO_DATA: _("Not reported"),
        GateVerdict.NOT_MET: _("Not met"),
        GateVerdict.NOT_APPLICABLE: _("Not applicable"),
    }[verdict]


def gate_mark(verdict: GateVerdict) -> Component:
    """Sign and word."""
    sign = html.Span(className=f"sign {GATE_SIGNS[verdict]}", **{"aria-hidden": "true"})
    return html.Span([sign, gate_word(verdict)], className="status")


def binding_word(binding: BindingDate) -> str:
    """Which date is binding, as a heading."""
    return {
        BindingDate.DUE_DATE: _("The task's own date is binding"),
        BindingDate.WINDOW_END: _("The end of the verification window is binding"),
    }[binding]


def binding_sentence(binding: BindingDate) -> str:
    """What the rule in force says of commitments with two dates."""
    return {
        BindingDate.DUE_DATE: _(
            "Where a commitment has two dates, the task's own is binding: what was met in the "
            "verification window counts as met in rectification."
        ),
        BindingDate.WINDOW_END: _(
            "Where a commitment has two dates, the end of the verification window is binding: what "
            "was met in it counts as met on time."
        ),
    }[binding]


def phase_name(phase: Phase) -> str:
    return phase.name.in_language(language())


def phase_days(phase: Phase) -> str:
    """1 Oct 2019 – 31 Dec 2019; without a beginning: until 11 Feb 2019."""
    if phase.start is None:
        return _("until {date}", date=date_text(phase.end))
    return f"{date_text(phase.start)} – {date_text(phase.end)}"
