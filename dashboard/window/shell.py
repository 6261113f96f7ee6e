"""The frame around every page: top bar with the two time controls, reminders, phase strip, demonstration label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.locale import HTML_LANGUAGE, OWN_NAME, _, date_text, language, other_language
from dashboard.window.address import Address
from dashboard.window.content import Content
from dashboard.window.outcome import Outcome, outcomes_part
from dashboard.window.print_lines import document_line, vintage_words
from dashboard.window.rail import RailItem, rail
from dashboard.window.reading import Reading
from dashboard.window.reminder_lines import reminder_bar
from dashboard.window.share import share_control
from dashboard.window.signer_note import refusal_note, signer_note
from dashboard.window.time_controls import as_of_control, month_control
from metrics.plan.model import Phase
from metrics.principal import Role
from metrics.queries.blindness import is_blind
from metrics.queries.method_change import method_change
from metrics.supervision.gates import gated_phases

Component = Any


def shell(
    reading: Reading,
    content: Content,
    *,
    items: Sequence[RailItem],
    outcomes: Sequence[Outcome] = (),
    left_out: Sequence[tuple[str, str]] = (),
) -> list[Component]:
    """The whole window around a page. On a projector rail, controls and phases give way to it. `items`: of the rail.
    `left_out`: parameters of the address, name and value, that were not understood.
    """
    address = reading.address
    if address.projected:
        head = [projector_bar(reading)]
    elif content.desk:
        head = [desk_bar(reading), *([] if address.path == "/my" else reminder_bar(reading))]
    else:
        sharing = share_control(replace(reading, address=address.understood(left_out)), content)
        head = [top_bar(reading, sharing), *reminder_bar(reading), phase_strip(reading)]
    return [
        html.A(_("Skip to content"), href="#content", className="skip-link"),
        None if address.projected else rail(address, reading.principal, items),
        html.Div(
            [
                html.Header(
                    [
                        *head,
                        *signer_note(reading),
                        *([demonstration_label()] if reading.demonstration else []),
                        *_method_note(reading),
                        *_misread(address, left_out),
                    ]
                ),
                html.Main([outcomes_part(outcomes), content.body], id="content", className="content", tabIndex="-1"),
            ],
            className="window projected" if address.projected else "window",
        ),
    ]


def bare_shell(
    address: Address, body: Component, *, items: Sequence[RailItem], outcomes: Sequence[Outcome] = ()
) -> list[Component]:
    """The window while there is nothing to read a plan from."""
    inside = [outcomes_part(outcomes), body]
    main = html.Main(inside, id="content", className="content", tabIndex="-1")
    return [
        rail(address, None, items),
        html.Div([html.Header(refusal_note(address)), main], className="window"),
    ]


def top_bar(reading: Reading, sharing: Component = None) -> Component:
    document = reading.plan.document
    return html.Div(
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
            html.Div(
                [
                    sharing,
                    _language_switch(reading.address),
                    _projector_switch(reading.address),
                    _theme_switch(),
                    _person(reading),
                ],
                className="reader",
            ),
        ],
        className="top-bar",
    )


def desk_bar(reading: Reading) -> Component:
    """The top of a clerk's own page: language, theme and person; the month is chosen on the page itself."""
    switches = [_language_switch(reading.address), _theme_switch(), _person(reading)]
    return html.Div(html.Div(switches, className="reader"), className="top-bar desk-bar")


def _language_switch(address: Address) -> Component:
    other = other_language()
    word = OWN_NAME[other]
    link = dcc.Link(word, href=address.speaking(other), className="quiet-link", title=word)
    return html.Span(link, lang=HTML_LANGUAGE[other])


def projector_bar(reading: Reading) -> Component:
    """One quiet line in place of the top bar: the document, what reproduces the page, and the way back."""
    return html.Div(
        [
            html.Span(document_line(reading.plan), className="plan-title"),
            html.Span(" · ".join(vintage_words(reading))),
            dcc.Link(_("Exit (Esc)"), href=reading.address.projecting(False), className="quiet-link leave-projector"),
        ],
        className="projector-bar",
    )


def _projector_switch(address: Address) -> Component:
    words = _("Show on a projector")
    inside = [
        html.Span(className="icon icon-projector", **{"aria-hidden": "true"}),
        html.Span(words, className="hidden-text"),
    ]
    return dcc.Link(inside, href=address.projecting(True), className="icon-button projector-switch", title=words)


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
        Role.LEADER: _("Unit leader"),
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
                    None
                    if is_blind(person)
                    else dcc.Link(
                        _("What I follow"), href=reading.address.at_desk("/following"), className="quiet-link"
                    ),
                    html.A(_("My account"), href=f"/account?lang={language()}", className="quiet-link"),
                    html.Form(
                        html.Button(_("Sign out"), type="submit", className="button"), method="post", action="/sign-out"
                    ),
                ],
                className="menu-panel person-panel",
            ),
        ],
        className="menu",
    )


def hidden_name(name: str) -> Component:
    return html.Span(name, className="hidden-text")


def phase_strip(reading: Reading) -> Component:
    """The plan's phases as one line, with a mark at the month judged; those that targets gate lead to their pages."""
    phases, on = reading.plan.phases, reading.on
    if not phases:
        return None
    parts = []
    for phase in phases:
        now = on is not None and (phase.start is None or phase.start <= on) and on <= phase.end
        done = on is not None and phase.end < on
        parts.append(
            html.Li(
                [
                    _phase_name(reading, phase),
                    html.Span(f"–{date_text(phase.end)}", className="phase-end"),
                    *([html.Span(className="phase-mark", style={"left": f"{_within(phase, on):.1%}"})] if now else []),
                ],
                className="phase now" if now else "phase done" if done else "phase",
                title=f"{phase.name.in_language(language())} –{date_text(phase.end)}",
                **({"aria-current": "step"} if now else {}),
            )
        )
    return html.Ol(parts, className="phases", **{"aria-label": _("Phases of the plan")})


def _phase_name(reading: Reading, phase: Phase) -> Component:
    name, href = phase.name.in_language(language()), reading.address.to(f"/phases/{phase.code}")
    leads = phase in gated_phases(reading.plan)
    return dcc.Link(name, href=href, className="phase-name") if leads else html.Span(name, className="phase-name")


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


def _method_note(reading: Reading) -> list[Component]:
    """That the method of calculation changed after the moment shown; nothing where it did not."""
    change = method_change(reading.session, reading.view)
    if change is None:
        return []
    said = change.sentence(timezone=reading.timezone).in_language(language())
    return [html.P(said, className="method-note", role="note")]


def _misread(address: Address, left_out: Sequence[tuple[str, str]]) -> list[Component]:
    if not left_out:
        return []
    listed = ", ".join(f"{name}={value[:40]}" for name, value in left_out)
    return [
        html.P(
            [
                _("Not understood and left out: {parameters}", parameters=listed),
                " ",
                dcc.Link(_("Remove"), href=address.understood(left_out).href()),
            ],
            className="misread",
            role="status",
        )
    ]
