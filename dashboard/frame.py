"""The callback that draws the window: address and theme in, shell and page out, from one snapshot of the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog
from dash import ClientsideFunction, Dash, Input, Output, State, html

from dashboard.access import reader
from dashboard.away import AWAY
from dashboard.locale import HTML_LANGUAGE, _, language, speaking
from dashboard.outcome import Outcome, as_sentence
from dashboard.pages.content import Content
from dashboard.place import Place, place_of
from dashboard.printed import printed
from dashboard.reading import reading_at
from dashboard.routes import answer, not_understood, read_now
from dashboard.shell import bare_shell, shell
from dashboard.theme import theme_of
from dashboard.why import why
from metrics.database import read_session
from metrics.errors import BadRequest, BiaochiError, Forbidden, NotFound
from metrics.queries.blindness import refuse_blind

log = structlog.get_logger(__name__)

Component = Any


def install_frame(app: Dash) -> None:
    """Register the callbacks of the window on `app`."""
    app.callback(
        Output("frame", "children"),
        Output("described", "data"),
        Input("url", "pathname"),
        Input("url", "search"),
        Input("theme", "data"),
        Input("recorded", "data"),
    )(draw)
    app.callback(
        Output("why", "opened"),
        Output("why", "title"),
        Output("why", "children"),
        Input("url", "hash"),
        Input("recorded", "data"),
        State("url", "pathname"),
        State("url", "search"),
        State("theme", "data"),
    )(explain)
    _install_scripts(app)


def _install_scripts(app: Dash) -> None:
    """Register what the window does without asking the server (assets/window.js)."""
    functions = ClientsideFunction
    app.clientside_callback(
        functions("biaochi", "describe"), Output("announced", "children"), Input("described", "data")
    )
    app.clientside_callback(
        functions("biaochi", "toggle_theme"),
        Output("theme", "data"),
        Output("mantine", "forceColorScheme"),
        Input("theme-toggle", "n_clicks"),
        State("theme", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        functions("biaochi", "choose_month"),
        Output("url", "search", allow_duplicate=True),
        Input("month", "value"),
        State("month", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        functions("biaochi", "apply_as_of"),
        Output("url", "search"),
        Input("as-of-apply", "n_clicks"),
        Input("as-of-entry", "n_submit"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        functions("biaochi", "close_why"), Output("url", "hash"), Input("why", "opened"), prevent_initial_call=True
    )


def draw(
    pathname: str | None, search: str | None, theme: str | None, recorded: str | None = None
) -> tuple[list[Component], dict[str, Any]]:
    """The window at an address, and what the document says of itself (title, language, on paper).

    `recorded` is not read: a page that follows the ledger changes it to be drawn anew.
    """
    place = place_of(pathname, search)
    with speaking(place.language):
        return drawn(place, theme=theme)


def drawn(
    place: Place, *, theme: str | None, outcomes: tuple[Outcome, ...] = ()
) -> tuple[list[Component], dict[str, Any]]:
    """As :func:`draw`, in the language being spoken; `outcomes` of what was just asked stand above the page."""
    place, on_paper = read_now(place), dict[str, str]()
    try:
        principal = reader()
        with read_session() as session:
            reading = reading_at(session, place, theme=theme_of(theme), principal=principal)
            content = answer(reading)
            window = shell(reading, content, outcomes=outcomes, left_out=not_understood(reading))
            on_paper = printed(reading, desk=content.desk)
    except (NotFound, BadRequest, Forbidden) as refused:
        content = refused_page(refused, place)
        window = bare_shell(place, content.body, outcomes=outcomes)
    except AWAY as failure:
        log.warning("database_away", page=place.path, error=str(failure)[:300])
        content = away_page(place)
        window = bare_shell(place, content.body, outcomes=outcomes)
    described: dict[str, Any] = {
        "title": f"{content.title} · 标尺 Biaochi",
        "language": HTML_LANGUAGE[language()],
        "printed": on_paper,
    }
    return window, described | ({"outcome": as_sentence(outcomes)} if outcomes else {})


def explain(
    fragment: str | None, recorded: str | None, pathname: str | None, search: str | None, theme: str | None
) -> tuple[bool, Component, Component]:
    """The explanation of one verdict, named by the address's fragment; closed for any other fragment.

    `recorded` is not read: it changes when what is explained may have changed.
    """
    place = place_of(pathname, search)
    parts = (fragment or "").removeprefix("#why=").split("/")
    if not (fragment or "").startswith("#why=") or len(parts) != 2:
        return False, None, None
    with speaking(place.language):
        try:
            principal = reader()
            with read_session() as session:
                reading = reading_at(session, place, theme=theme_of(theme), principal=principal)
                refuse_blind(principal)
                found = why(reading, unit=parts[0], target=parts[1])
        except (Forbidden, NotFound, BadRequest) as refused:
            return True, _("Why this colour?"), html.P(refused.message.as_dict()[language()])
        except AWAY:
            return True, _("Why this colour?"), html.P(_("The database is away. Try again in a moment."))
        return (False, None, None) if found is None else (True, _("Why this colour?"), found)


def refused_page(refused: BiaochiError, place: Place) -> Content:
    """What cannot be shown as asked for, in the refusal's own words, and the same page as it is now."""
    title = refused.message.as_dict()[language()]
    earlier = place.release is not None or place.as_of is not None
    now = replace(place, as_of=None, release=None, kept=place.kept if earlier else ()).href()
    if refused.code == "nothing_released":
        onwards = html.A(_("Sign in"), href="/sign-in")
    elif refused.code == "not_released":
        onwards = html.A(_("Show the newest release"), href=now)
    else:
        onwards = html.A(_("Show what is known now"), href=now)
    body = html.Div(
        [
            html.H1(title),
            html.P(onwards),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)


def away_page(place: Place) -> Content:
    """The database is away: said plainly, with a way to try again."""
    title = _("The figures are out of reach for the moment")
    body = html.Div(
        [
            html.Span(className="failed-rod", **{"aria-hidden": "true"}),
            html.H1(title),
            html.P(_("The database does not answer. Nothing is lost: what was accepted is stored.")),
            html.P(_("This page comes back by itself as soon as the database does.")),
            html.A(_("Try again"), href=place.href(), className="button", **{"data-retry": "10"}),
        ],
        className="failed",
        role="alert",
    )
    return Content(title=title, body=body, found=False)
