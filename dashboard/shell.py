"""The frame around every page: rail, top bar with the two time controls, phase strip, demonstration label."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.locale import _, date_text, instant_text, language, month_text
from dashboard.place import Place, as_of_text
from dashboard.reading import Reading
from metrics.periods import add_months, due_instant, period_of, periods_between
from metrics.plan.model import Phase
from metrics.principal import Role

Component = Any


def rail_items() -> tuple[tuple[str, str, str], ...]:
    """The rail: (path, icon, word). A page gets its place here when it exists."""
    return (
        ("/", "overview", _("Overview")),
        ("/targets", "targets", _("Targets")),
        ("/units", "units", _("Units")),
        ("/tasks", "tasks", _("Tasks")),
        ("/leaderboard", "leaderboard", _("Leaderboard")),
    )


def shell(reading: Reading, body: Component) -> list[Component]:
    """The whole window: `body` is the page."""
    return [
        html.A(_("Skip to content"), href="#content", className="skip-link"),
        rail(reading.place),
        html.Div(
            [
                top_bar(reading),
                phase_strip(reading.plan.phases, on=reading.on),
                *([demonstration_label()] if reading.demonstration else []),
                *_misread(reading.place),
                html.Main(body, id="content", className="content", tabIndex="-1"),
            ],
            className="window",
        ),
    ]


def bare_shell(place: Place, body: Component) -> list[Component]:
    """The window while there is nothing to read a plan from."""
    return [
        rail(place),
        html.Div(html.Main(body, id="content", className="content", tabIndex="-1"), className="window"),
    ]


def rail(place: Place) -> Component:
    items = []
    for path, name, word in rail_items():
        here = place.path == path or (path != "/" and place.path.startswith(path + "/"))
        items.append(
            html.Li(
                dcc.Link(
                    [
                        html.Span(className=f"icon icon-{name}", **{"aria-hidden": "true"}),
                        html.Span(word, className="word"),
                    ],
                    href=place.to(path),
                    className="rail-link here" if here else "rail-link",
                    title=word,
                )
            )
        )
    return html.Nav(
        [
            dcc.Link(
                [
                    html.Span(className="logo", **{"aria-hidden": "true"}),
                    html.Span("标尺", className="word wordmark", lang="zh-CN"),
                ],
                href=place.to("/"),
                className="rail-logo",
                title="Biaochi 标尺",
            ),
            html.Ul(items),
            html.Button(
                [
                    html.Span(className="icon icon-fold", **{"aria-hidden": "true"}),
                    html.Span(_("Fold"), className="word"),
                ],
                type="button",
                className="rail-fold",
                title=_("Fold or unfold the rail"),
                **{"data-does": "fold"},
            ),
        ],
        className="rail",
        **{"aria-label": _("Main navigation")},
    )


def top_bar(reading: Reading) -> Component:
    document = reading.plan.document
    return html.Header(
        [
            html.Div(
                [
                    html.Span(document.title.in_language(language()), className="plan-title"),
                    html.Span(document.document_number, className="plan-number"),
                ],
                className="plan-name",
                title=document.title.in_language(language()),
            ),
            html.Div([month_control(reading), as_of_control(reading)], className="times"),
            html.Div([_language_switch(reading.place), _theme_switch(), _person(reading)], className="reader"),
        ],
        className="top-bar",
    )


def month_control(reading: Reading) -> Component:
    """The month judged: a list, and a step to either side."""
    place, months, on = reading.place, reading.months, reading.on
    if months is None or on is None:
        return html.Span([_("Month judged"), " ", html.B("—")], className="control-label")
    chosen = period_of(on)
    first, newest = min(months[0], chosen), max(months[1], chosen)
    options = [
        {
            "value": place.at(month=None if period == months[1] else period, as_of=place.as_of),
            "label": month_text(period),
        }
        for period in reversed(list(periods_between(first, newest)))
    ]
    here = place.at(month=None if chosen == months[1] else chosen, as_of=place.as_of)
    return html.Div(
        [
            html.Label(_("Month judged"), htmlFor="month", className="control-label"),
            _step(place, add_months(chosen, -1), months, word=_("Earlier month"), arrow="‹"),
            dmc.Select(
                id="month",
                data=options,
                value=here,
                allowDeselect=False,
                size="xs",
                w=118,
                checkIconPosition="right",
                maxDropdownHeight=320,
            ),
            _step(place, add_months(chosen, 1), months, word=_("Later month"), arrow="›"),
        ],
        className="control",
    )


def _step(place: Place, period: date, months: tuple[date, date], *, word: str, arrow: str) -> Component:
    if not months[0] <= period <= months[1]:
        return html.Span(arrow, className="step step-off", **{"aria-hidden": "true"})
    href = place.at(month=None if period == months[1] else period, as_of=place.as_of)
    return dcc.Link(arrow, href=href, className="step", title=f"{word}: {month_text(period)}")


def as_of_control(reading: Reading) -> Component:
    """Known as of: now, or a moment, or a place in the ledger."""
    place = reading.place
    if place.as_of is None:
        shown = _("now")
    elif isinstance(place.as_of, int):
        shown = _("no. {seq}", seq=place.as_of)
    else:
        shown = instant_text(place.as_of, timezone=reading.timezone)
    button = html.Button(
        [html.Span(shown), html.Span("▾", className="caret", **{"aria-hidden": "true"})],
        type="button",
        className="as-of-button" + ("" if place.as_of is None else " as-of-past"),
    )
    return html.Div(
        [
            html.Span(_("Known as of"), className="control-label"),
            dmc.Popover(
                [dmc.PopoverTarget(button), dmc.PopoverDropdown(_as_of_choices(reading))],
                position="bottom-end",
                width=300,
                shadow="md",
                trapFocus=True,
                returnFocus=True,
            ),
        ],
        className="control",
    )


def _as_of_choices(reading: Reading) -> Component:
    place = reading.place
    choices = [dcc.Link(_("Now: everything that has been recorded"), href=place.at(month=place.month, as_of=None))]
    if reading.on is not None:
        document = reading.plan.document
        due = due_instant(period_of(reading.on), due_day=document.due_day, timezone=document.timezone)
        choices.append(
            dcc.Link(
                _("When the month's returns were due: {moment}", moment=instant_text(due, timezone=document.timezone)),
                href=place.at(month=place.month, as_of=due),
            )
        )
    entered = "" if place.as_of is None else as_of_text(place.as_of)
    return html.Div(
        [
            html.P(
                _("The page shows what was known at that moment; later corrections are left out."), className="note"
            ),
            html.Ul([html.Li(choice) for choice in choices], className="choices"),
            dmc.TextInput(
                id="as-of-entry",
                label=_("Another moment, day or sequence number"),
                placeholder="2019-10-05 18:00",
                value=entered,
                size="xs",
            ),
            html.Button(_("Show"), id="as-of-apply", type="button", className="button"),
            html.P(_("The newest entry read has the number {seq}.", seq=reading.view.seq), className="note"),
        ]
    )


def _language_switch(place: Place) -> Component:
    other, word, name = ("zh", "中文", "zh-CN") if language() == "en" else ("en", "English", "en")
    return html.Span(dcc.Link(word, href=place.speaking(other), className="quiet-link", title=word), lang=name)


def _theme_switch() -> Component:
    return html.Button(
        [
            html.Span(className="icon icon-theme", **{"aria-hidden": "true"}),
            html.Span(_("Light or dark"), className="hidden-text"),
        ],
        id="theme-toggle",
        type="button",
        className="icon-button",
        title=_("Light or dark"),
    )


def role_word(role: Role) -> str:
    return {
        Role.CLERK: _("Clerk"),
        Role.REVIEWER: _("Reviewer"),
        Role.EVALUATOR: _("Evaluator"),
        Role.ASSESSOR: _("Assessor"),
        Role.ADMIN: _("Administrator"),
    }[role]


def _person(reading: Reading) -> Component:
    person = reading.principal
    if person is None:
        return html.A(_("Sign in"), href="/sign-in", className="quiet-link")
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(person.display_name[:1], className="person", **{"aria-hidden": "true"}),
                    hidden_name(person.display_name),
                ],
                title=f"{person.display_name} · {role_word(person.role)}",
            ),
            html.Div(
                [
                    html.P([html.B(person.display_name), html.Br(), role_word(person.role)]),
                    html.Form(
                        html.Button(_("Sign out"), type="submit", className="button"), method="post", action="/sign-out"
                    ),
                ],
                className="person-menu",
            ),
        ],
        className="person-details",
    )


def hidden_name(name: str) -> Component:
    return html.Span(name, className="hidden-text")


def phase_strip(phases: tuple[Phase, ...], *, on: date | None) -> Component:
    """The plan's phases as one line, with a mark at the month judged."""
    if not phases:
        return None
    parts = []
    for phase in phases:
        now = on is not None and (phase.start is None or phase.start <= on) and on <= phase.end
        done = on is not None and phase.end < on
        parts.append(
            html.Li(
                [
                    html.Span(phase.name.in_language(language()), className="phase-name"),
                    html.Span(f"–{date_text(phase.end)}", className="phase-end"),
                    *([html.Span(className="phase-mark", style={"left": f"{_within(phase, on):.1%}"})] if now else []),
                ],
                className="phase now" if now else "phase done" if done else "phase",
                title=f"{phase.name.in_language(language())} –{date_text(phase.end)}",
                **({"aria-current": "step"} if now else {}),
            )
        )
    return html.Ol(parts, className="phases", **{"aria-label": _("Phases of the plan")})


def _within(phase: Phase, on: date | None) -> float:
    """How far into the phase `on` is, 0 to 1; a phase without a beginning is all behind."""
    if on is None or phase.start is None:
        return 1.0
    return ((on - phase.start).days + 1) / ((phase.end - phase.start).days + 1)


def demonstration_label() -> Component:
    return html.P(
        _("Synthetic demonstration data: no figure here was reported by anyone."),
        className="demonstration",
        role="note",
    )


def _misread(place: Place) -> list[Component]:
    if not place.misread:
        return []
    listed = ", ".join(f"{name}={value[:40]}" for name, value in place.misread)
    return [
        html.P(
            [
                _("Not understood and left out: {parameters}", parameters=listed),
                " ",
                dcc.Link(_("Remove"), href=replace(place, misread=()).href()),
            ],
            className="misread",
            role="status",
        )
    ]
