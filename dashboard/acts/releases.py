"""A reviewer's act of publishing a release."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from dashboard.acts.announcements import NOT_ANNOUNCED, announcement_number
from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.create_release import create_release
from metrics.commands.idempotency_keys import once
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal
from metrics.results import Basis


def publish(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent."""
    notes, basis, announced = asked.field("notes"), asked.field("basis"), asked.field("announced")
    if basis not in list(Basis):
        raise BadRequest("basis_unknown", Message("没有这种口径。", "There is no such basis."))
    keeps = None if announced in ("", NOT_ANNOUNCED) else announcement_number(announced)
    with write_session(authority_of(principal)) as session:
        answer = once(
            session,
            principal=principal,
            key=asked.field("key"),
            asked={"request": "release.publish", "notes": notes, "basis": basis, "announced": keeps},
            do=lambda: {
                "number": create_release(
                    session, principal=principal, notes=notes, basis=Basis(basis), announced=keeps
                ).number
            },
        )
    number = answer.body["number"]
    link = dcc.Link(_("Release {number}", number=number), href=f"/releases/{number}")
    return [Outcome(True, _("Release {number} is published", number=number), more=link)]
