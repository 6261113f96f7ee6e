"""A reviewer's act of publishing a release."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from dashboard.acts.asked import Asked
from dashboard.locale import _
from dashboard.outcome import Outcome, refused
from metrics.commands.create_release import create_release
from metrics.commands.idempotent import once
from metrics.database import write_session
from metrics.errors import BadRequest, BiaochiError, Message
from metrics.principal import Principal
from metrics.results import Basis


def publish(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent."""
    notes, basis = asked.field("notes"), asked.field("basis")
    try:
        if basis not in list(Basis):
            raise BadRequest("basis_unknown", Message("没有这种口径。", "There is no such basis."))
        with write_session() as session:
            answer = once(
                session,
                principal=principal,
                key=asked.field("key"),
                asked={"request": "release.publish", "notes": notes, "basis": basis},
                do=lambda: {
                    "number": create_release(session, principal=principal, notes=notes, basis=Basis(basis)).number
                },
            )
    except BiaochiError as error:
        return [refused(error)]
    number = answer.body["number"]
    link = dcc.Link(_("Release {number}", number=number), href=f"/releases/{number}")
    return [Outcome(True, _("Release {number} is published", number=number), more=link)]
