"""The page behind a link to sign by (`/confirm#…`): no account, no Dash, every figure, one button.

What stands behind the # is the link's secret. No browser sends it with an address, so no log of any server and no
scanner of mails has it; assets/src/confirm.js takes it from there and sends it in a header. GET shows, POST signs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, make_response, render_template, request

from dashboard import theme
from dashboard.grids.differences import before_text, change_text, figure_text
from dashboard.locale import HTML_LANGUAGE, _, instant_text, language, month_text, other_language, speaking
from dashboard.pages.confirmation_material import material_sheet, told_of_material
from dashboard.window.outage import AWAY
from dashboard.window.plain_page import asked_language
from dashboard.words.figures import unit_name
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_error
from metrics.authority import SYSTEM
from metrics.commands.confirm_sign_off import confirm_link
from metrics.commands.record_material_act import MaterialRecorded
from metrics.commands.sign_off_submission import SignedOff
from metrics.database import ReadSession, read_session, write_session
from metrics.errors import BiaochiError, Conflict
from metrics.models import Confirmation
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.present_act import doing
from metrics.queries.confirmations import confirmation_of
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.material_sheet import linked_material
from metrics.queries.sign_off_sheet import SignOffSheet, linked_sheet
from metrics.sign_offs import MATERIAL_LINK

PAGE, SHEET = "/confirm", "/confirm/sheet"
HEADER = "Confirmation-Token"
BY_LINK = "by link"  # what the audit says of whoever signs without an account


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the sheet: a block's name alone, or a figure with its measure, last month's, and the difference."""

    name: str
    measure: str = ""
    before: str = ""
    now: str = ""
    change: str = ""
    block: bool = False
    warned: bool = False


def install_confirmation(server: Flask) -> None:
    """Add the page and its sheet to `server`; both are open to whoever holds a link (dashboard/window/access.py)."""
    server.add_url_rule(PAGE, "confirm", _page, methods=["GET"])
    server.add_url_rule(SHEET, "confirm_shown", _shown, methods=["GET"])
    server.add_url_rule(SHEET, "confirm_signed", _signed, methods=["POST"])


def _page() -> Response:
    """The empty page: nothing in it depends on any link."""
    chosen = asked_language()
    with speaking(chosen):
        page = render_template(
            "confirm.html",
            _=_,
            html_language=HTML_LANGUAGE[chosen],
            stylesheet=theme.stylesheet(),
            sheet=f"{SHEET}?{urlencode({'lang': chosen})}",
            other=f"{PAGE}?{urlencode({'lang': other_language()})}",
        )
    return _kept_private(make_response(page))


def _shown() -> Response:
    """Everything that the link is about. Looking signs nothing."""
    with speaking(asked_language()):
        try:
            with read_session(SYSTEM) as session:
                plan = plan_at(session)
                demonstration, now = is_demonstration_loaded(session), datetime.now(UTC)
                link = confirmation_of(session, _secret())
                if link.purpose == MATERIAL_LINK:
                    material = linked_material(session, link, plan=plan, now=now)
                    shown = material_sheet(plan, material, expires_at=link.expires_at)
                    return _part("confirm_material.html", 200, **shown, demonstration=demonstration)
                sheet, link = linked_sheet(session, _secret(), plan=plan, now=now)
        except BiaochiError as refused:
            note_error(refused)
            return _refused(refused)
        except AWAY:
            return _away()
        return _part("confirm_sheet.html", 200, **_sheet(plan, sheet, link), demonstration=demonstration)


def _signed() -> Response:
    """Sign by the link, once."""
    with speaking(asked_language()), doing(AuditAction.SIGN_OFF, BY_LINK):
        try:
            with write_session(SYSTEM) as session:
                plan = plan_at(session)
                signed = confirm_link(session, _secret(), plan=plan, now=datetime.now(UTC))
                told = _told(session, plan, signed)
        except BiaochiError as refused:
            note_error(refused)
            return _refused(refused)
        except AWAY:
            return _away()
        return _part("confirm_signed.html", 201, told=told)


def _sheet(plan: Plan, sheet: SignOffSheet, link: Confirmation) -> dict[str, Any]:
    """What the template of the sheet is filled with."""
    row, leader, zone = sheet.summary, sheet.leader, plan.document.timezone
    facts = [
        (_("Unit"), unit_name(plan.unit_by_code[row.unit])),
        (_("Month"), month_text(row.period)),
        (_("Revision"), str(row.revision)),
        (_("Sent by"), sheet.sent_by),
        (_("First submitted"), instant_text(row.first_received_at or row.first_recorded_at, timezone=zone)),
        (_("Leader"), "" if leader is None else f"{leader.name} {leader.title}".strip()),
        (_("Link valid until"), instant_text(link.expires_at, timezone=zone)),
    ]
    return {
        "title": f"{unit_name(plan.unit_by_code[row.unit])} {month_text(row.period)}",
        "facts": facts,
        "said": [(term, text) for term, text in _said(sheet) if text],
        "warnings": [
            (told.warning.message.in_language(language()), told.warning.given, told.warning.acknowledged or "")
            for told in sheet.checks.warnings
        ],
        "month_before": sheet.figures.base is not None,
        "lines": list(_lines(plan, sheet)),
        "press": _("Sign revision {n}", n=row.revision),
    }


def _said(sheet: SignOffSheet) -> list[tuple[str, str]]:
    return [(_("Reason of the revision"), sheet.reason), (_("Note"), sheet.note)]


def _lines(plan: Plan, sheet: SignOffSheet) -> Iterator[SheetRow]:
    """The form's blocks with a row an element."""
    names = {block.code: block.name.in_language(language()) for block in plan.blocks}
    warned = {told.warning.element for told in sheet.checks.warnings}
    shown = None
    for figure in sheet.figures.figures:
        element = plan.element_by_code.get(figure.element)
        if element is not None and element.block != shown:
            shown = element.block
            yield SheetRow(names[shown], block=True)
        yield SheetRow(
            name=figure.element if element is None else element.name.in_language(language()),
            measure="" if element is None else element.unit_of_measure.in_language(language()),
            before=before_text(figure),
            now=figure_text(figure.now),
            change="" if sheet.figures.base is None else change_text(figure),
            warned=figure.element in warned,
        )


def _told(session: ReadSession, plan: Plan, signed: SignedOff | MaterialRecorded) -> str:
    if isinstance(signed, MaterialRecorded):
        return told_of_material(session, plan, signed)
    return _(
        "{unit}: revision {n} signed off by {leader} on {moment} (no. {seq})",
        unit=unit_name(plan.unit_by_code[signed.unit]),
        n=signed.revision,
        leader=signed.leader,
        moment=instant_text(signed.recorded_at, timezone=plan.document.timezone),
        seq=signed.seq,
    )


def _refused(refused: BiaochiError) -> Response:
    """Why the link shows or signs nothing, in its own words."""
    status = 409 if isinstance(refused, Conflict) else 404
    titles = {"confirmation_used": _("This link has been used"), "signed_already": _("Already signed off")}
    words, title = refused.message.in_language(language()), titles.get(refused.code)
    return _part("confirm_refused.html", status, words=words, code=refused.code, title=title)


def _away() -> Response:
    words = _("The database is unavailable; nothing was signed. Try again in a moment.")
    response = _part("confirm_refused.html", 503, words=words, code="database_away", title=None)
    response.headers["Retry-After"] = "5"
    return response


def _part(template: str, status: int, **values: Any) -> Response:
    return _kept_private(make_response(render_template(template, _=_, **values), status))


def _kept_private(response: Response) -> Response:
    """No cache keeps it, no other site is told of it, and nothing runs in it but the service's own files."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Security-Policy"] = _policy()
    return response


@lru_cache(maxsize=1)
def _policy() -> str:
    hashed = base64.b64encode(hashlib.sha256(theme.stylesheet().encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{hashed}'; img-src 'self'; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _secret() -> str:
    return request.headers.get(HEADER, "")
