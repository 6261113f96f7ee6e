"""What the holder of a link may do: look at what it is about, and confirm it. No account is needed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response, Security
from fastapi.security import APIKeyHeader

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase, program_acts
from api.schemas.materials import MaterialToSignOut
from api.schemas.sign_off import ToSignOut
from metrics.commands.confirm_sign_off import confirm_link
from metrics.commands.record_material_act import MaterialRecorded
from metrics.commands.sign_off_submission import SignedOff
from metrics.plan.store import plan_at
from metrics.queries.confirmations import confirmation_of
from metrics.queries.material_sheet import linked_material
from metrics.queries.sign_off_sheet import linked_sheet
from metrics.sign_offs import MATERIAL_LINK
from metrics.supervision.materials import standing_of

router = APIRouter(prefix="/confirmation", tags=["collect"], dependencies=[Depends(program_acts)])

# In a header: no log of addresses has it, and no validation repeats it.
LinkSecret = Annotated[
    str | None,
    Security(
        APIKeyHeader(
            name="Confirmation-Token",
            scheme_name="ConfirmationLink",
            auto_error=False,
            description="What stands behind the # of the link.",
        )
    ),
]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such link"},
    409: {
        "description": "The link was used, has expired, or ended with a newer link, a newer revision, another leader; "
        "or the submission is signed off already, or was sent back"
    },
}


@router.get("", response_model=ToSignOut | MaterialToSignOut, responses=_REFUSALS)
def asked_by_link(session: ReadDatabase, secret: LinkSecret) -> Response:
    """What the link is about: a submission with every figure beside last month's, or a unit's material.

    Looking signs nothing.
    """
    plan, now = plan_at(session), datetime.now(UTC)
    headers = {"Referrer-Policy": "no-referrer"}
    found = confirmation_of(session, secret or "")
    if found.purpose == MATERIAL_LINK:
        material = linked_material(session, found, plan=plan, now=now)
        period = material.material.sent.period
        standing = standing_of(material.material, period=period, rule=plan.due_rule, now=now)
        return json_answer(MaterialToSignOut.of(material, standing, expires_at=found.expires_at), headers=headers)
    sheet, link = linked_sheet(session, secret or "", plan=plan, now=now)
    return json_answer(ToSignOut.of(sheet, plan=plan, expires_at=link.expires_at), headers=headers)


@router.post("", status_code=201, response_model=SignedOff | MaterialRecorded, responses=_REFUSALS)
def confirm_by_link(session: WriteDatabase, secret: LinkSecret) -> Response:
    """Sign the submission or the material in the revision that the link names. The link is used up with it."""
    signed = confirm_link(session, secret or "", plan=plan_at(session), now=datetime.now(UTC))
    headers = {"Referrer-Policy": "no-referrer", "ETag": signed.etag}
    return json_answer(signed, status=201, headers=headers)
