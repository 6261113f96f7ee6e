"""Taking a target back: a revision whose day has not come, and targets that units have of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dash import html

from dashboard.acts.forms import asking_form, reason_field
from dashboard.acts.targets import shown_revision
from dashboard.locale import _, date_text
from dashboard.pages.target_fields import entry, tick, ticks, tries
from dashboard.pages.target_history import whose
from dashboard.parts import section
from dashboard.words.figures import due_text, target_rule, unit_name
from metrics.commands.asked_target import standing_target
from metrics.commands.replaced_targets import revisions_for, withdrawal
from metrics.plan.model import Plan, Target, Unit

Component = Any


def replaceable(plan: Plan, code: str, unit: str | None, *, today: date) -> Target | None:
    """The newest revision for `unit` (None or without one of its own: for all) if its day is today or has not come."""
    known = revisions_for(plan, code, unit) or revisions_for(plan, code, None)
    day = known[-1].effective_from
    return known[-1] if day is not None and day >= today else None


def replacing(plan: Plan, code: str, unit: str | None, *, today: date) -> list[Component]:
    """The tick by which what is revised comes in the place of a revision whose day has not come."""
    ahead = replaceable(plan, code, unit, today=today)
    if ahead is None:
        return []
    begins = ahead.effective_from
    if begins == today:
        label = _("In place of revision {number}, which holds from today", number=ahead.revision)
    else:
        label = _("In place of revision {number}, which has not begun", number=ahead.revision)
    return [html.Div(tick(f"replaces:{ahead.revision}", label, ticked=False), className="field field-wide")]


def withdrawing(plan: Plan, code: str, unit: str | None, *, today: date) -> list[Component]:
    """A form for each revision that can be withdrawn before its day: the one ahead of `unit`; without a unit, all."""
    own = [one.code for one in plan.reporting_units if revisions_for(plan, code, one.code)]
    units = (unit,) if unit else (None, *own)
    ahead = [(one, of) for of in units if (one := replaceable(plan, code, of, today=today)) is not None]
    forms: dict[tuple[object, ...], tuple[Target, Mapping[str, Any]]] = {}
    for one, of in sorted(ahead, key=lambda found: -found[0].revision):
        body = withdrawal(plan, code, of if one.for_units else None)
        if body is not None:  # units for which other things held before are withdrawn apart
            forms.setdefault((one.revision, *body.get("for_units", ())), (one, body))
    return [_withdrawing(plan, one, body) for one, body in forms.values()]


def _withdrawing(plan: Plan, ahead: Target, body: Mapping[str, Any]) -> Component:
    """The form that withdraws it for the units of `body`, none: for all."""
    if ahead.effective_from is None:
        return None
    units = tuple(body.get("for_units", ()))
    of = units[0] if units else "all"
    number, day = ahead.revision, date_text(ahead.effective_from)
    form = asking_form(
        "target.revise",
        html.Div(reason_field(f"withdraw-reason-{number}-{of}", _("Reason")), className="field field-wide"),
        tries(),
        fields={"target": ahead.code, "seen": shown_revision(plan, ahead.code), "withdraws": of},
        about=f"withdraws {number}",
        name="assess-form",
    )
    said = _(
        "Revision {number} is effective from {day}. Withdrawn, it is not; what held before it goes on.",
        number=number,
        day=day,
    )
    noted = [html.P(words, className="note") for words in whose(plan, ahead.model_copy(update={"for_units": units}))]
    return section(_("Withdraw revision {number}", number=number), *noted, html.P(said, className="note"), form)


def ending(plan: Plan, code: str) -> Component:
    """The form that gives units with a target of their own the general one again; nothing where none has one."""
    own = [unit for unit in plan.reporting_units if standing_target(plan, code, [unit.code], []).for_units]
    if not own:
        return None
    form = asking_form(
        "target.revise",
        ticks(_("These units"), [tick(f"unit:{unit.code}", unit_name(unit), ticked=False) for unit in own]),
        entry("effective_from", _("Effective from"), name="ending", required=True, placeholder="2020-07-01"),
        html.Div(reason_field("ending-reason", _("Reason")), className="field field-wide"),
        tries(),
        fields={"target": code, "seen": shown_revision(plan, code), "ends_own": "true"},
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
