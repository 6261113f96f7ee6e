"""Revising a target: for all, or for the units that are chosen; tried first, with everything that it would change."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, reason_field
from dashboard.acts.targets import shown_revision
from dashboard.locale import _, language
from dashboard.pages.refusals import for_evaluators, not_found
from dashboard.pages.target_fields import day_value, entry, tick, ticks, tries
from dashboard.pages.target_history import revisions
from dashboard.pages.target_returns import ending, replacing, withdrawing
from dashboard.parts import page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import COMPARATORS, due_text, indicator_name, target_name, target_rule, unit_name
from metrics.commands.asked_target import standing_target
from metrics.forms import plain
from metrics.plan.model import Direction, Plan, Target
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
    today = reading.moment.astimezone(ZoneInfo(reading.timezone)).date()
    standing = standing_target(plan, code, [] if chosen is None else [chosen], [])
    title = _("Revise: {name}", name=target_name(standing))
    body = html.Div(
        [
            page_head(title, reading, html.P(_stands(plan, standing, chosen), className="note"), dated=False),
            html.P(
                dcc.Link(_("Back to the target"), href=reading.address.to(f"/targets/{code}")), className="screen-only"
            ),
            section(_("The revised target"), _revision_form(plan, standing, chosen, today=today)),
            *withdrawing(plan, code, chosen, today=today),
            ending(plan, code),
            revisions(plan, code, on=today),
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


def _revision_form(plan: Plan, standing: Target, unit: str | None, *, today: date) -> Component:
    """Everything that may be changed, as it stands; what is left as it is stays so."""
    fields: list[Component] = [_for_whom(plan, standing, unit)] if standing.measured else []
    if standing.measured:
        fields += _rule_fields(plan, standing)
    fields += [
        entry("due_on", _("Due date"), value=day_value(standing.due_on), placeholder="2020-12-31"),
        *_window_fields(standing),
        entry("effective_from", _("Effective from"), required=True, placeholder="2020-07-01"),
        _corrects(today),
        *replacing(plan, standing.code, unit, today=today),
    ]
    if standing.measured:
        fields.append(_trajectory(standing))
    form = asking_form(
        "target.revise",
        *fields,
        html.Div(folded(_("Name, scope and exclusions"), html.Div(_more(plan, standing))), className="field-wide"),
        html.Div(_citation(plan, standing), className="field-wide revise-cited"),
        html.Div(
            reason_field("revise-reason", _("Reason"), phrases=_phrases()),
            className="field field-wide",
        ),
        tries(),
        fields={"target": standing.code, "seen": shown_revision(plan, standing.code)},
        about=unit or "",
        name="assess-form",
    )
    return html.Div(
        [
            html.P(
                _(
                    "Nothing is recorded until you have seen what would change. A changed threshold and a target for "
                    "single units need the clause they rest on; anything else needs a reason."
                ),
                className="note",
            ),
            form,
        ]
    )


def _corrects(today: date) -> Component:
    """How a revision that is in force is put right."""
    return html.P(
        _(
            "To correct what holds now, enter today ({today}): the correction holds from today on, and months "
            "before are judged as they were.",
            today=today.isoformat(),
        ),
        className="note field-wide",
    )


def _phrases() -> list[str]:
    return [_("Postponed by decision of the city government"), _("Staged, since the system goes live later")]


def _for_whom(plan: Plan, standing: Target, unit: str | None) -> Component:
    """The units that are to have it as a target of their own; none ticked: everybody without one.

    Ticked is who the page is about alone: others that share its own target are revised when they are ticked too.
    """
    within = [one for one in plan.reporting_units if not standing.scope_units or one.code in standing.scope_units]
    boxes = [tick(f"unit:{one.code}", unit_name(one), ticked=one.code == unit) for one in within]
    return ticks(_("For these units only (none ticked: for all without a target of their own)"), boxes)


def _rule_fields(plan: Plan, standing: Target) -> list[Component]:
    indicator = plan.indicator_by_code[str(standing.indicator)]
    signs = [">=" if indicator.direction is Direction.HIGHER else "<=", "=="]
    ordered = sorted(signs, key=lambda sign: sign != standing.comparator)
    options = [html.Option(COMPARATORS[sign], value=sign) for sign in ordered]
    select = html.Select(options, name="comparator", id="revise-comparator", className="entry")
    return [
        html.Div([html.Label(_("Comparison"), htmlFor="revise-comparator"), select], className="field"),
        entry(
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
        entry("window_start", _("Verification window from"), value=day_value(window and window.start)),
        entry("window_end", _("Verification window to"), value=day_value(window and window.end)),
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
        tick(f"scope:{unit.code}", unit_name(unit), ticked=unit.code in standing.scope_units)
        for unit in plan.reporting_units
    ]
    parts = [
        entry("name_zh", _("Name in Chinese"), value=standing.name.zh, required=True, maxLength=LONGEST_TEXT),
        entry("name_en", _("Name in English"), value=standing.name.en, required=True, maxLength=LONGEST_TEXT),
        ticks(_("In its scope (none ticked: every unit)"), units),
    ]
    if standing.exclusions:
        kept = [
            tick(f"exclusion:{one.code}", one.name.in_language(language()), ticked=True) for one in standing.exclusions
        ]
        parts.append(ticks(_("Exclusions that stay"), kept))
    return [*parts, html.Div(_exclusion(plan), className="field-wide revise-cited")]


def _exclusion(plan: Plan) -> list[Component]:
    """One more exclusion; none where its code is left empty."""
    options = [html.Option(_("No element of the form"), value="")] + [
        html.Option(f"{element.code} {element.name.in_language(language())}", value=element.code)
        for element in plan.elements
    ]
    select = html.Select(options, name="exclusion_element", id="revise-exclusion_element", className="entry")
    texts = {
        "name_zh": _("Its name in Chinese"),
        "name_en": _("Its name in English"),
        "effect_zh": _("What it leaves out, in Chinese"),
        "effect_en": _("What it leaves out, in English"),
        "evidence_zh": _("On what evidence, in Chinese"),
        "evidence_en": _("On what evidence, in English"),
    }
    return [
        entry("exclusion_code", _("One more exclusion: its code"), maxLength=64, placeholder="EX-GOV"),
        html.Div(
            [html.Label(_("Element that counts it"), htmlFor="revise-exclusion_element"), select], className="field"
        ),
        *[entry(f"exclusion_{field}", label, maxLength=LONGEST_TEXT) for field, label in texts.items()],
    ]


def _citation(plan: Plan, standing: Target) -> list[Component]:
    """Where the clause stands: in a task, by whose text it is then checked, or in another document."""
    named = sorted(plan.tasks, key=lambda task: (task.number not in standing.tasks, task.number))
    options = [html.Option(_("Another document"), value="")] + [
        html.Option(f"{task.number} {task.title.in_language(language())}", value=str(task.number)) for task in named
    ]
    select = html.Select(options, name="task", id="revise-task", className="entry")
    return [
        html.Div([html.Label(_("The plan's task"), htmlFor="revise-task"), select], className="field"),
        entry("where", _("Set out in"), maxLength=LONGEST_TEXT, placeholder="肇府办〔2020〕12号"),
        entry("quote", _("The clause, word for word"), maxLength=LONGEST_TEXT),
    ]
