"""Revising a target: for all, or for the units that are chosen; tried first, with everything that it would change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, reason_field
from dashboard.acts.targets import EVERY, TRY
from dashboard.locale import _, language
from dashboard.pages.refusals import for_evaluators, not_found
from dashboard.pages.target_history import revisions
from dashboard.parts import page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import COMPARATORS, due_text, indicator_name, target_name, target_rule, unit_name
from metrics.commands.asked_target import standing_target
from metrics.forms import plain
from metrics.plan.model import Direction, Plan, Target, Unit
from metrics.principal import Scope

Component = Any

LONGEST_TEXT = 2000


def target_revise_page(reading: Reading, code: str) -> Content:
    """The page at `/targets/{code}/revise`. `unit` in the address: its own target is what stands, if it has one."""
    plan = reading.plan
    if code not in plan.general_targets:
        return not_found(reading, what=_("There is no target {code}", code=code[:40]))
    if reading.principal is None or not reading.principal.may(Scope.REVISE_TARGET):
        return for_evaluators(reading, code)
    unit = reading.address.keeps("unit")
    chosen = unit if unit in plan.unit_by_code and unit not in plan.children else None
    standing = standing_target(plan, code, [] if chosen is None else [chosen], [])
    title = _("Revise: {name}", name=target_name(standing))
    body = html.Div(
        [
            page_head(title, reading, html.P(_stands(plan, standing, chosen), className="note"), dated=False),
            html.P(
                dcc.Link(_("Back to the target"), href=reading.address.to(f"/targets/{code}")), className="screen-only"
            ),
            section(_("What is to hold"), _revision_form(plan, standing, chosen)),
            _ending(plan, code),
            revisions(plan, standing),
        ]
    )
    return Content(title=title, body=body)


def _stands(plan: Plan, standing: Target, unit: str | None) -> str:
    """What stands now, and for whom."""
    parts = [standing.code]
    if standing.for_units:
        units = _(", ").join(unit_name(plan.unit_by_code[code]) for code in standing.for_units)
        parts.append(_("own target of {units}", units=units))
    elif unit is not None:
        parts.append(_("{unit} is judged by the general target", unit=unit_name(plan.unit_by_code[unit])))
    if standing.measured:
        indicator = plan.indicator_by_code[str(standing.indicator)]
        parts += [indicator_name(indicator), target_rule(standing, indicator)]
    parts += [due_text(standing), _("revision {number}", number=standing.revision)]
    return " · ".join(filter(None, parts))


def _revision_form(plan: Plan, standing: Target, unit: str | None) -> Component:
    """Everything that may be changed, as it stands; what is left as it is stays so."""
    fields: list[Component] = [_for_whom(plan, standing, unit)] if standing.measured else []
    if standing.measured:
        fields += _rule_fields(plan, standing)
    fields += [
        _entry("due_on", _("Due date"), value=_day(standing.due_on), placeholder="2020-12-31"),
        *_window_fields(standing),
        _entry("effective_from", _("Effective from"), required=True, placeholder="2020-07-01"),
    ]
    if standing.measured:
        fields.append(_trajectory(standing))
    form = asking_form(
        "target.revise",
        *fields,
        html.Div(folded(_("Name, scope and exclusions"), html.Div(_more(plan, standing))), className="field-wide"),
        html.Div(_citation(), className="field-wide revise-cited"),
        html.Div(
            reason_field("revise-reason", _("Reason"), phrases=_phrases()),
            className="field field-wide",
        ),
        _tries(),
        fields={"target": standing.code, "seen": str(standing.revision)},
        about=unit or "",
        name="assess-form",
    )
    return html.Div(
        [
            html.P(
                _(
                    "Nothing is recorded until what would change has been shown. A changed threshold and a target for "
                    "single units need the clause they rest on; anything else needs a reason."
                ),
                className="note",
            ),
            form,
        ]
    )


def _phrases() -> list[str]:
    return [_("Postponed by decision of the city government"), _("Staged, since the system goes live later")]


def _for_whom(plan: Plan, standing: Target, unit: str | None) -> Component:
    """The units that are to have it as a target of their own; none ticked: everybody without one."""
    within = [one for one in plan.reporting_units if not standing.scope_units or one.code in standing.scope_units]
    ticked = set(standing.for_units) if unit in standing.for_units else {unit}
    boxes = [_box(f"unit:{one.code}", unit_name(one), ticked=one.code in ticked) for one in within]
    return _ticks(_("For these units only (none ticked: for all without a target of their own)"), boxes)


def _rule_fields(plan: Plan, standing: Target) -> list[Component]:
    indicator = plan.indicator_by_code[str(standing.indicator)]
    signs = [">=" if indicator.direction is Direction.HIGHER else "<=", "=="]
    ordered = sorted(signs, key=lambda sign: sign != standing.comparator)
    options = [html.Option(COMPARATORS[sign], value=sign) for sign in ordered]
    select = html.Select(options, name="comparator", id="revise-comparator", className="entry")
    return [
        html.Div([html.Label(_("Comparison"), htmlFor="revise-comparator"), select], className="field"),
        _entry(
            "threshold",
            _("Threshold ({measure})", measure=indicator.unit_of_measure.in_language(language())),
            value="" if standing.threshold is None else plain(standing.threshold),
            required=True,
            inputMode="decimal",
        ),
    ]


def _window_fields(standing: Target) -> list[Component]:
    window = standing.verification_window
    return [
        _entry("window_start", _("Verification window from"), value=_day(window and window.start)),
        _entry("window_end", _("Verification window to"), value=_day(window and window.end)),
    ]


def _trajectory(standing: Target) -> Component:
    agreed = " ".join(f"{point.on.isoformat()}={plain(point.value)}" for point in standing.trajectory)
    return html.Div(
        [
            html.Label(_("Agreed trajectory: dated waypoints, empty for the straight line"), htmlFor="revise-way"),
            dcc.Input(
                id="revise-way",
                name="trajectory",
                type="text",
                value=agreed,
                placeholder="2020-03-31=80 2020-06-30=90",
                maxLength=LONGEST_TEXT,
                className="entry",
                autoComplete="off",
            ),
        ],
        className="field field-wide",
    )


def _more(plan: Plan, standing: Target) -> list[Component]:
    """What is changed seldom: the name, whose target it is, and what is left out of it."""
    units = [
        _box(f"scope:{unit.code}", unit_name(unit), ticked=unit.code in standing.scope_units)
        for unit in plan.reporting_units
    ]
    parts = [
        _entry("name_zh", _("Name in Chinese"), value=standing.name.zh, required=True, maxLength=LONGEST_TEXT),
        _entry("name_en", _("Name in English"), value=standing.name.en, required=True, maxLength=LONGEST_TEXT),
        _ticks(_("In its scope (none ticked: every unit)"), units),
    ]
    if standing.exclusions:
        kept = [
            _box(f"exclusion:{one.code}", one.name.in_language(language()), ticked=True) for one in standing.exclusions
        ]
        parts.append(_ticks(_("Exclusions that stay"), kept))
    return parts


def _citation() -> list[Component]:
    return [
        _entry("where", _("Set out in"), maxLength=LONGEST_TEXT, placeholder="肇府办〔2020〕12号"),
        _entry("quote", _("The clause, word for word"), maxLength=LONGEST_TEXT),
    ]


def _ending(plan: Plan, code: str) -> Component:
    """The form that gives units with a target of their own the general one again; nothing where none has one."""
    own = [unit for unit in plan.reporting_units if standing_target(plan, code, [unit.code], []).for_units]
    if not own:
        return None
    form = asking_form(
        "target.revise",
        _ticks(_("These units"), [_box(f"unit:{unit.code}", unit_name(unit), ticked=False) for unit in own]),
        _entry("effective_from", _("Effective from"), name="ending", required=True, placeholder="2020-07-01"),
        html.Div(reason_field("ending-reason", _("Reason")), className="field field-wide"),
        _tries(),
        fields={"target": code, "ends_own": "true"},
        about="ends",
        name="assess-form",
    )
    return section(_("Back to the general target"), html.P(_own_words(plan, code, own), className="note"), form)


def _own_words(plan: Plan, code: str, units: Iterable[Unit]) -> str:
    said = []
    for unit in units:
        own = standing_target(plan, code, [unit.code], [])
        rule = target_rule(own, plan.indicator_by_code[str(own.indicator)])
        said.append(unit_name(unit) + _(": ") + " · ".join([rule, due_text(own)]))
    return _("; ").join(said)


def _ticks(legend: str, boxes: list[Component]) -> Component:
    return html.Fieldset([html.Legend(legend), html.Div(boxes, className="ticks")], className="field field-wide")


def _box(value: str, label: str, *, ticked: bool) -> Component:
    return dmc.Checkbox(value=value, label=label, checked=ticked, size="xs")


def _tries() -> Component:
    """The buttons that show what would change."""
    return html.Div(
        [
            _press(_("Show what would change"), TRY, main=True),
            _press(_("Show it for every month it judges"), EVERY),
        ],
        className="field-wide buttons",
    )


def _press(word: str, step: str, *, main: bool = False) -> Component:
    return html.Button(
        word, type="submit", name="step", value=step, className="button button-main" if main else "button"
    )


def _entry(field: str, label: str, *, name: str = "revise", **properties: Any) -> Component:
    identity = f"{name}-{field}"
    given = {"type": "text", "value": "", "autoComplete": "off", "className": "entry"} | properties
    return html.Div(
        [html.Label(label, htmlFor=identity), dcc.Input(id=identity, name=field, **given)], className="field"
    )


def _day(day: Any) -> str:
    return "" if day is None else str(day.isoformat())
