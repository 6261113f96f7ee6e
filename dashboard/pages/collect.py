"""The page at `/collect`: the month's form, filled in by a unit's clerk or, for a unit, by the bureau."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.form.blocks import submission_form
from dashboard.form.layouts import layouts_part
from dashboard.form.paste_facts import paste_facts
from dashboard.form.state import people_of, state_notices, submission_title
from dashboard.form.words import form_words, pasting_words
from dashboard.locale import _, language, month_text
from dashboard.parts import empty
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.existence import existence_text
from dashboard.words.figures import unit_name
from dashboard.words.submissions import clerk_word
from metrics.drafts import KeptDraft
from metrics.forms import plain
from metrics.periods import format_period, is_owed, last_day, parse_period
from metrics.plan.model import Plan, Unit
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.confirmed_layouts import confirmed_layouts
from metrics.queries.drafts import draft_of, keeps_drafts
from metrics.queries.present_submission import (
    PresentSubmission,
    open_periods,
    period_to_fill,
    present_submission,
    sent_periods,
)
from metrics.submission_states import State

Component = Any
_MOST_WAYS = 3  # months to go to


def collect_page(reading: Reading) -> Content:
    """The form of the unit and period in the address; without them, what is to be filled in next."""
    principal = reading.principal
    title = _("Collect")
    if principal is None or not principal.may(Scope.POST_SUBMISSION):
        return Content(title=title, body=_not_yours())
    plan, now = plan_at(reading.session), datetime.now(UTC)
    units = [unit for unit in plan.reporting_units if principal.may_post_for(unit.code)]
    unit = _chosen_unit(reading, plan, principal, units)
    if unit is None:
        return Content(title=title, body=_no_unit(), desk=True)
    sent = sent_periods(reading.session, unit.code)
    first, last = unit.periods
    opened = tuple(month for month in open_periods(plan, now=now) if first <= month <= last)
    owed = tuple(month for month in opened if is_owed(month, plan.unit_months(unit)))
    period = parse_period(reading.address.keeps("period") or "") or period_to_fill(owed or opened, sent)
    if period is None:
        none = existence_text(plan, unit, now.date()) or _("No month has ended yet")
        said = empty(none, _("The form opens on a month's last day."))
        return Content(title=title, body=said, desk=True)
    if gone := existence_text(plan, unit, last_day(period)):
        body = _not_there(reading, unit, period, gone, months=sorted({*opened, *sent}, reverse=True))
    else:
        choices = _choices(units, unit, sorted({*opened, *sent, period}, reverse=True), period, sent)
        body = _filled_in(reading, plan, unit, period, choices, now=now)
    here = reading.address.naming(unit=unit.code, period=format_period(period))
    return Content(title=f"{unit_name(unit)} {month_text(period)}", body=body, desk=True, address=here)


def _filled_in(
    reading: Reading, plan: Plan, unit: Unit, period: date, choices: Component, *, now: datetime
) -> Component:
    """The form, with how the month stands above it."""
    principal = reading.principal
    assert principal is not None  # noqa: S101  who may post is known
    standing = present_submission(reading.session, plan, principal=principal, unit=unit.code, period=period, now=now)
    draft = draft_of(reading.session, principal=principal, unit=unit.code, period=period)
    confirmed = confirmed_layouts(reading.session, principal=principal, unit=unit.code)
    layouts = layouts_part(
        confirmed, names=reading.names({row.confirmed_by for row in confirmed}), timezone=plan.document.timezone
    )
    return html.Div(
        [
            _head(submission_title(plan, unit, standing, now=now), choices),
            *state_notices(plan, standing, names=reading.names(people_of(standing))),
            _form(plan, standing, principal=principal, draft=draft, layouts=layouts),
        ],
        id="collect",
        className="collect",
    )


def _not_there(reading: Reading, unit: Unit, period: date, gone: str, *, months: Sequence[date]) -> Component:
    """A month in which the unit does not exist has no form: nothing is taken for it. Ways to its newest `months`."""
    said = _("{unit} owes nothing for {month}", unit=unit_name(unit), month=month_text(period))
    ways = [
        dcc.Link(month_text(one), href=reading.address.at_desk("/collect", unit=unit.code, period=format_period(one)))
        for one in months[:_MOST_WAYS]
    ]
    listed = [part for way in ways for part in (way, _(", "))][:-1]
    there = [html.P([_("Month"), _(": "), *listed])] if ways else []
    return html.Div([_head(unit_name(unit) + _(": ") + gone, *there), empty(said)], className="collect")


def _head(title: Component, *beside: Component) -> Component:
    return html.Div([html.H1(title), *beside], className="page-head collect-head")


def _chosen_unit(reading: Reading, plan: Plan, principal: Principal, units: list[Unit]) -> Unit | None:
    """The unit in the address, else the first of the principal's own. Raises Forbidden for another's."""
    code = reading.address.keeps("unit")
    if code is None:
        return units[0] if units else None
    principal.require_unit(code)
    return next((unit for unit in units if unit.code == code), None)


def _choices(units: list[Unit], unit: Unit, periods: list[date], period: date, sent: dict[date, str]) -> Component:
    """Which unit and which month; each month says how its submission stands."""
    months = [
        {
            "value": format_period(month),
            "label": f"{month_text(month)} · {clerk_word(State(sent.get(month, State.NOT_REPORTED)))}",
        }
        for month in periods
    ]
    return html.Div(
        [
            dmc.Select(
                id="collect-unit",
                data=[{"value": each.code, "label": unit_name(each)} for each in units],
                value=unit.code,
                allowDeselect=False,
                size="xs",
                w=150,
                label=_("Unit"),
                display="none" if len(units) == 1 else "block",
            ),
            dmc.Select(
                id="collect-period",
                data=months,
                value=format_period(period),
                allowDeselect=False,
                size="xs",
                w=260,
                label=_("Month"),
                maxDropdownHeight=320,
            ),
        ],
        className="collect-choices",
    )


def _form(
    plan: Plan,
    standing: PresentSubmission,
    *,
    principal: Principal,
    draft: KeptDraft | None,
    layouts: list[Component],
) -> Component:
    known = {code: plain(value) for code, value in standing.known.items()}
    values = known if draft is None else dict(draft.typed.values)
    revision = standing.sent is not None
    facts = {
        "user": principal.username,
        "unit": standing.unit,
        "period": format_period(standing.period),
        "timezone": plan.document.timezone,
        "etag": standing.etag or "",
        "draft_version": 0 if draft is None else draft.version,
        "acknowledged": {} if draft is None else dict(draft.typed.acknowledged),
        "drafts": keeps_drafts(principal, unit=standing.unit),
        "revision": revision,
        "pasting": paste_facts(plan, unit=standing.unit, period=standing.period),
        "words": form_words() | pasting_words(),
    }
    opened = f"{standing.unit}/{standing.period}/{standing.etag}"
    return html.Div(
        [
            html.Div([html.Div(id="collect-file-shown"), html.Div(id="collect-whole-shown")], className="collect-file"),
            _file_part(standing),
            submission_form(plan, standing, values=values, locked=standing.lock is not None),
            html.Aside([*_aside(standing, draft=draft), *layouts], className="collect-aside"),
            *([] if standing.lock is not None else [_bar(draft)]),
            dcc.Store(id="collect-opened", data=facts),
            *[dcc.Store(id=name) for name in _STORES],
            html.Div(id="collect-discarded-shown", hidden=True),
        ],
        className="collect-form",
        key=opened,
    )


_STORES = (
    "collect-opened-taken",
    "collect-answers",
    *(
        f"collect-{act}{part}"
        for act in ("typed", "sent", "discarded", "whole")
        for part in ("", "-said", "-said-taken")
    ),
    "collect-file-said",
    "collect-file-said-taken",
)


def _aside(standing: PresentSubmission, *, draft: KeptDraft | None) -> list[Component]:
    reason, note = ("", "") if draft is None else (draft.typed.reason, draft.typed.note)
    return [
        html.Div(id="collect-refused", className="refused", role="alert"),
        html.Div(id="collect-pasted", className="pasted-note", role="status"),
        html.Div(id="collect-pasted-list", className="pasted-list"),
        html.Div(id="collect-sent-shown"),
        html.Div(id="collect-typed-shown"),
        html.Div(
            [
                html.Label(_("Why the submission is corrected"), htmlFor="collect-reason"),
                html.Textarea(reason, id="collect-reason", rows=2, maxLength=2000, className="reason"),
            ],
            id="collect-reason-part",
            className="panel-part" if standing.sent is not None else "panel-part hidden-part",
        ),
        html.Div(
            [
                html.Label(_("Note to the bureau (optional)"), htmlFor="collect-note"),
                html.Textarea(note, id="collect-note", rows=2, maxLength=2000, className="reason"),
            ],
            className="panel-part",
        ),
        html.P(
            _(
                "Enter or ↓ goes to the next cell, ↑ to the previous one, Esc undoes; paste from the template "
                "or any table into a cell."
            ),
            className="note",
        ),
    ]


def _file_part(standing: PresentSubmission) -> Component:
    """The template to fill in elsewhere, and where it is dropped: before the form, for a phone fills in no 45 cells."""
    template = f"/api/v1/templates/{format_period(standing.period)}.xlsx?unit={standing.unit}&lang={language()}"
    drop = dcc.Upload(
        [html.Span(_("Drop the filled-in file here, or")), html.Button(_("choose a file"), type="button")],
        id="collect-file",
        className="drop",
        className_active="drop drop-over",
        disabled=standing.lock is not None,
    )
    return html.Div(
        [html.A(_("Template for Excel and WPS"), href=template, download=""), drop], className="panel-part file-part"
    )


def _bar(draft: KeptDraft | None) -> Component:
    """What is always in sight: how far the form is, the draft, and the button that sends."""
    return html.Div(
        [
            html.Span(id="collect-progress", className="collect-progress", role="status"),
            html.Span(id="collect-connection", className="note", role="status"),
            html.Span(id="collect-draft", className="note"),
            html.Button(
                _("Discard draft"),
                id="collect-discard",
                type="button",
                className="button quiet" + ("" if draft else " hidden-part"),
                **{"data-does": "discard-draft"},
            ),
            html.Button(
                _("Send"),
                id="collect-send",
                type="button",
                className="button button-main",
                **{"data-does": "send"},
            ),
        ],
        className="collect-bar",
    )


def _not_yours() -> Component:
    return empty(
        _("This form is filled in by the units' clerks"),
        _("Sign in as a clerk to report, or as a reviewer to report for a unit."),
    )


def _no_unit() -> Component:
    return empty(_("No unit to report for"), _("Your account has no unit that reports; the administrator can add one."))
