"""The callback that explains one verdict in the drawer beside the page: the address's fragment in, words out."""

from __future__ import annotations

from typing import Any

from dash import html, no_update

from dashboard.locale import _, language, speaking
from dashboard.pages.why import why
from dashboard.theme import theme_of
from dashboard.window.access import reader
from dashboard.window.address import address_of
from dashboard.window.framed import is_framed
from dashboard.window.outage import AWAY
from dashboard.window.reading import reading_at
from dashboard.window.regions import as_sent, digest
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_error
from metrics.authority import authority_of
from metrics.database import read_session
from metrics.errors import BadRequest, Conflict, Forbidden, NotFound
from metrics.present_act import doing
from metrics.queries.blindness import refuse_blind

Component = Any


def explain(
    fragment: str | None,
    recorded: str | None,
    pathname: str | None,
    search: str | None,
    theme: str | None,
    before: str | None,
) -> tuple[Any, ...]:
    """The explanation of one verdict, named by the address's fragment; nothing for any other fragment.

    `recorded` is not read: it changes when what is explained may have changed. What is shown already (`before`: its
    digest, a space, and the fragment that it is for) is left as it stands, with what is typed in it.
    """
    title, children = _explained(fragment, pathname, search, theme)
    children = as_sent(children)
    now = f"{digest([title, children])} {fragment or ''}"
    return (no_update, no_update, no_update) if now == before else (title, children, now)


def _explained(
    fragment: str | None, pathname: str | None, search: str | None, theme: str | None
) -> tuple[str, Component]:
    address = address_of(pathname, search)
    parts = (fragment or "").removeprefix("#why=").split("/")
    asked = (fragment or "").startswith("#why=") and not is_framed() and not address.embedded
    with speaking(address.language):
        title = _("Why this colour?")
        if not asked:
            return title, None
        try:
            principal = reader()
            with read_session(authority_of(principal)) as session:
                reading = reading_at(session, address, theme=theme_of(theme), principal=principal)
                refuse_blind(principal)
                found = why(reading, unit=parts[0], target=parts[1]) if len(parts) == 2 else None
        except (Forbidden, NotFound, BadRequest, Conflict) as refused:
            with doing(AuditAction.LOOK, " ".join([address.path, *parts])):
                note_error(refused)
            return title, html.P(refused.message.in_language(language()))
        except AWAY:
            return title, html.P(_("The database is unavailable. Try again in a moment."))
        return title, html.P(_("There is no such verdict for this month.")) if found is None else found
