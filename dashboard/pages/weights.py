"""The part of the leaderboard's page that says what each core target counts, with the form that changes it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.locale import _, date_text
from dashboard.parts import section
from dashboard.window.reading import Reading
from dashboard.words.figures import indicator_name, target_rule
from metrics.forms import plain
from metrics.principal import Scope

Component = Any


def weights_section(reading: Reading) -> list[Component]:
    """What each core target counts; a form for evaluators while the page shows what is known now."""
    said = {weight.code: weight for weight in reading.plan.weights}
    reasons = [
        html.Li([html.B(_rule(reading, code)), f" × {plain(weight.weight)} · {weight.reason}"])
        for code, weight in said.items()
        if code in reading.plan.weights_by_target
    ]
    stands = html.Ul(reasons, className="reasons") if reasons else html.P(_("Every core target has weight 1."))
    may = reading.principal is not None and reading.principal.may(Scope.REVISE_TARGET)
    form = [_form(reading)] if may and reading.address.present else []
    return [section(_("Weights"), stands, *form, name="weights")]


def _form(reading: Reading) -> Component:
    fields = [
        html.Label(
            [
                html.Span(_rule(reading, code)),
                dcc.Input(name=f"weights.{code}", value=plain(weight), type="text", inputMode="decimal"),
            ],
            **{"data-kind": "number"},
        )
        for code, weight in reading.plan.weights_by_target.items()
    ]
    return html.Details(
        [
            html.Summary(_("Change the weights")),
            html.Form(
                [
                    html.Div(fields, className="short-fields"),
                    html.Label([html.Span(_("Reason")), dcc.Input(name="reason", type="text", value="")]),
                    html.Button(_("Set the weights"), type="submit", className="button button-main"),
                    html.P("", className="said", role="status", **{"data-said": ""}),
                ],
                className="short-form",
                **{
                    "data-post": "/api/v1/weights",
                    "data-done": _("Recorded."),
                    "data-failed": _("The service could not be reached; nothing was recorded."),
                },
            ),
        ]
    )


def _rule(reading: Reading, code: str) -> str:
    target = reading.plan.general_targets[code][-1]
    indicator = reading.plan.indicator_by_code[str(target.indicator)]
    due = "" if target.due_on is None else f" ({date_text(target.due_on)})"
    return f"{indicator_name(indicator)} {target_rule(target, indicator)}{due}"
