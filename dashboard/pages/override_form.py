"""What an evaluator decides about a verdict: its light by hand, with who set it and why, and the way to its target."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.locale import _, instant_text
from dashboard.window.reading import Reading
from dashboard.words.figures import light_word, unit_name
from metrics.periods import format_period
from metrics.principal import Scope
from metrics.results import Light, Override, Progress

Component = Any


def by_hand(reading: Reading, verdict: Progress) -> Component:
    """What was decided by hand about the verdict's light, and the form for those who may; nothing for others."""
    parts = [] if verdict.override is None else [_decided(reading, verdict.override)]
    may = reading.principal is not None and reading.principal.may(Scope.REVISE_TARGET)
    if may and reading.address.present and verdict.period is not None:
        parts.append(_form(verdict, verdict.period))
        parts.append(way_to_revise(reading, verdict.target_code, unit=verdict.unit_code))
    return html.Div(parts, className="by-hand-part") if parts else None


def way_to_revise(reading: Reading, target: str, *, unit: str | None) -> Component:
    """The way to the page that revises a target, of one unit if one is named; nothing for those who may not."""
    if reading.principal is None or not reading.principal.may(Scope.REVISE_TARGET) or not reading.address.present:
        return None
    own = None if unit is None or unit in reading.plan.children else reading.plan.unit_by_code.get(unit)
    words = _("Revise this target") if own is None else _("Revise this target for {unit}", unit=unit_name(own))
    href = reading.address.at_desk(f"/targets/{target}/revise", **({} if own is None else {"unit": own.code}))
    return html.P(dcc.Link(words, href=href, className="quiet-link"), className="screen-only")


def _decided(reading: Reading, override: Override) -> Component:
    when = instant_text(override.recorded_at, timezone=reading.timezone)
    who = reading.names([override.actor])[override.actor]
    why = [_("by {who}, {when}", who=who, when=when), " · ", override.reason] if who else [when]
    return html.Div(
        [
            html.P(
                _(
                    "Set by hand to {light}; the rules say {computed}.",
                    light=light_word(override.light),
                    computed=light_word(override.computed),
                )
            ),
            html.P(why, className="note"),
            html.P(_("It lapses with the unit's next submission."), className="note"),
        ],
        role="note",
    )


def _form(verdict: Progress, period: date) -> Component:
    computed = verdict.light if verdict.override is None else verdict.override.computed
    lights = [light for light in Light if light not in (verdict.light, computed)]
    choices = [html.Option(_("choose"), value="")]  # none is chosen beforehand
    choices += [html.Option(light_word(light), value=light.value) for light in lights]
    if verdict.override is not None:
        choices.append(html.Option(_("undo it"), value="none"))
    return html.Details(
        [
            html.Summary(_("Set the light by hand")),
            html.Form(
                [
                    dcc.Input(type="hidden", name="unit", value=verdict.unit_code),
                    dcc.Input(type="hidden", name="target", value=verdict.target_code),
                    dcc.Input(type="hidden", name="period", value=format_period(period)),
                    html.Label(
                        [html.Span(_("Light")), html.Select(choices, name="light", required=True)],
                        **{"data-kind": "or-none"},
                    ),
                    html.Label([html.Span(_("Reason")), dcc.Input(name="reason", type="text", value="")]),
                    html.Button(_("Set"), type="submit", className="button button-main"),
                    html.P("", className="said", role="status", **{"data-said": ""}),
                ],
                className="short-form",
                **{
                    "data-post": "/api/v1/overrides",
                    "data-done": _("Recorded."),
                    "data-failed": _("The service could not be reached; nothing was recorded."),
                },
            ),
        ]
    )
