"""The callback that draws the window: address and theme in, shell and page out, from one snapshot of the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog
from dash import ClientsideFunction, Dash, Input, Output, State, html, set_props

from dashboard.explaining import explain
from dashboard.locale import HTML_LANGUAGE, _, language, speaking
from dashboard.pages.refusals import blind_page, not_found, sign_in_first
from dashboard.routes import ROUTES
from dashboard.theme import theme_of
from dashboard.window.access import reader
from dashboard.window.address import Address, address_of
from dashboard.window.ask import Ask, Refused
from dashboard.window.content import Content
from dashboard.window.embedded import bare_around, not_embedded, window_around
from dashboard.window.framed import is_framed
from dashboard.window.outage import AWAY, NotDrawnNow, outage_words
from dashboard.window.outcome import Outcome, as_sentence
from dashboard.window.print_lines import print_lines
from dashboard.window.rail import RailItem, RailLink
from dashboard.window.reading import Reading, reading_at
from dashboard.window.regions import DrawnWindow
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_error
from metrics.authority import authority_of
from metrics.database import read_session
from metrics.errors import BadRequest, BiaochiError, Conflict, Forbidden, Message, NotFound
from metrics.present_act import doing
from metrics.principal import Principal
from metrics.queries.blindness import is_blind

log = structlog.get_logger(__name__)

Component = Any


def install_frame(app: Dash) -> None:
    """Register the callbacks of the window on `app`."""
    app.callback(
        *window_outputs(),
        Input("url", "pathname"),
        Input("url", "search"),
        Input("theme", "data"),
        Input("recorded", "data"),
        State("drawn", "data"),
    )(draw)
    app.callback(
        Output("why", "title"),
        Output("why", "children"),
        Output("explained", "data"),
        Input("url", "hash"),
        Input("recorded", "data"),
        State("url", "pathname"),
        State("url", "search"),
        State("theme", "data"),
        State("explained", "data"),
    )(explain)
    _install_scripts(app)


def window_outputs(*, again: bool = False) -> list[Output]:
    """What draws the window as a whole; its regions are set one by one. `again`: another callback draws it too.

    As outputs with a wildcard the regions would do, but Dash takes seconds for a page of a hundred.
    """
    places = (("frame", "children"), ("drawn", "data"), ("described", "data"))
    return [Output(identity, name, allow_duplicate=again) for identity, name in places]


def _install_scripts(app: Dash) -> None:
    """Register what the window does without asking the server (assets/src/window.js)."""
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
    # Which explanation is asked for is the address's word alone. No callback writes it: Dash loses what is asked of a
    # callback that leads back to itself while an earlier answer of it is still on its way.
    app.clientside_callback(functions("biaochi", "open_why"), Output("why", "opened"), Input("url", "hash"))
    app.clientside_callback(functions("biaochi", "close_why"), Input("why", "opened"), prevent_initial_call=True)
    app.clientside_callback(functions("biaochi", "why_answered"), Input("explained", "data"), prevent_initial_call=True)


def draw(
    pathname: str | None, search: str | None, theme: str | None, recorded: str | None, before: str | None
) -> tuple[Any, ...]:
    """The window at an address or, where it is drawn already, what differs from that; what the document says of itself.

    `recorded` is not read: whatever changes it asks for what is new. `before`: the digests of what is drawn.
    """
    address = address_of(pathname, search)
    with speaking(address.language):
        return drawn(address, theme=theme, before=before)


def drawn(
    address: Address,
    *,
    theme: str | None,
    before: str | None,
    outcomes: tuple[Outcome, ...] = (),
    done: Ask | None = None,
    refused: Refused | None = None,
) -> tuple[Any, ...]:
    """As :func:`draw`, in the language being spoken; `outcomes` of what was just asked stand above the page.
    `done`: what was asked, if something came of it; `refused`: if what was filled in is wrong, for the form to say so.
    """
    address, on_paper = read_now(replace(address, embedded=address.embedded or is_framed())), dict[str, str]()
    try:
        principal = reader()
        with read_session(authority_of(principal)) as session:
            reading = reading_at(session, address, theme=theme_of(theme), principal=principal)
            content = answer(replace(reading, refused=refused))
            reading = reading if content.address is None else replace(reading, address=content.address)
            left_out = not_understood(reading)
            frame = window_around(reading, content, items=on_rail(principal), outcomes=outcomes, left_out=left_out)
            on_paper = print_lines(reading, desk=content.desk)
        if not content.found:  # noted when this connection is given back
            _note_not_shown(address, principal)
    except (NotFound, BadRequest, Conflict, Forbidden) as error:
        with doing(AuditAction.LOOK, address.path):
            note_error(error)
        content = refused_page(error, address)
        frame = bare_around(address, content, items=on_rail(None), outcomes=outcomes)
    except AWAY as failure:
        log.warning("database_away", page=address.path, error=str(failure)[:300])
        if before:
            raise NotDrawnNow(_instead(failure, outcomes)) from failure
        content = away_page(address)
        frame = bare_around(address, content, items=on_rail(None), outcomes=outcomes)
    window = DrawnWindow((content.address or address).without(*content.follows).href(), frame)
    redrawn = window.redrawn(before=before, done=done)
    for region, children in redrawn.regions.items():
        set_props(region, {"children": children})
    return redrawn.frame, redrawn.digests, _described(content, on_paper, outcomes)


def _instead(failure: BaseException, outcomes: tuple[Outcome, ...]) -> Message:
    """What is said above a window that stays: what became of the ask, or why nothing is drawn."""
    if not outcomes:
        return outage_words(failure)
    said = as_sentence(outcomes)  # in the language being spoken
    if any(outcome.done for outcome in outcomes):
        said += " " + _("The page cannot be updated right now. Reload it in a moment.")
    return Message(said, said)


def _described(content: Content, on_paper: dict[str, str], outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    """What the document says of itself (assets/src/window/described.js)."""
    return {
        "title": f"{content.title} · 标尺 Biaochi",
        "language": HTML_LANGUAGE[language()],
        "printed": on_paper,
        "named": None if content.address is None else dict(content.address.kept),
        "outcome": as_sentence(outcomes),
        "refused": bool(outcomes) and not any(outcome.done for outcome in outcomes),
    }


def _note_not_shown(address: Address, principal: Principal | None) -> None:
    """Tell the audit of a page that is there and said no; an address at which there never was one is only misspelt."""
    if any(route.match(address.path) for route in ROUTES):
        with doing(AuditAction.LOOK, address.path):
            note_error(NotFound("page_not_shown" if principal is not None else "session_missing", Message("", "")))


def read_now(address: Address) -> Address:
    """`address`; where the page knows no other time than now, its times are what was not understood."""
    for route in ROUTES:
        if route.present and route.match(address.path):
            return replace(address, month=None, as_of=None, release=None, misread=(*address.misread, *address.times))
    return address


def answer(reading: Reading) -> Content:
    """The page at the reading's path."""
    for route in ROUTES:
        found = route.match(reading.address.path)
        if found is not None and reading.principal is None and not route.public:
            return sign_in_first(reading)
        if found is not None and is_blind(reading.principal) and not route.blind:
            return blind_page(reading)
        if found is not None and reading.address.embedded and not route.embeds:
            return not_embedded(reading.address)
        if found is not None:
            return replace(route.answer(reading, **found.groupdict()), embeds=route.embeds, present=route.present)
    return not_found(reading)


def not_understood(reading: Reading) -> tuple[tuple[str, str], ...]:
    """The parameters of the address, name and value, that mean nothing on the page which answers it."""
    address = reading.address
    misread = list(address.misread)
    if address.under is not None and address.under not in reading.plan.children:
        misread.append(("under", address.under))
    for route in ROUTES:
        if route.match(address.path):
            return (*misread, *route.without_meaning(reading))
    return tuple(misread)


def on_rail(principal: Principal | None) -> list[RailItem]:
    """The rail of a reader, own work first."""
    role = None if principal is None else principal.role
    shown = [(route, route.rail) for route in ROUTES if isinstance(route.rail, RailLink) and route.is_for(principal)]
    shown.sort(key=lambda page: role not in page[1].first_for)
    return [RailItem(route.path, link, at_desk=route.present) for route, link in shown]


def refused_page(refused: BiaochiError, address: Address) -> Content:
    """What cannot be shown as asked for, in the refusal's own words, and the same page as it is now."""
    title = refused.message.in_language(language())
    earlier = address.release is not None or address.as_of is not None
    now = replace(address, as_of=None, release=None, kept=address.kept if earlier else ()).href()
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


def away_page(address: Address) -> Content:
    """The database is away: said plainly, with a way to try again."""
    title = _("The figures cannot be reached at the moment")
    body = html.Div(
        [
            html.Span(className="failed-rod", **{"aria-hidden": "true"}),
            html.H1(title),
            html.P(_("The database is not answering. Nothing is lost: what was accepted is stored.")),
            html.P(_("This page will come back by itself as soon as the database does.")),
            html.A(_("Try again"), href=address.href(), className="button", **{"data-retry": "10"}),
        ],
        className="failed",
        role="alert",
    )
    return Content(title=title, body=body, found=False)
