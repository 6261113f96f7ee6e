"""A return held against an earlier one: the revision before, the one verified last, or last month's."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.dependencies import ReadDatabase
from api.schemas.differences import DifferencesOut
from api.security.dependencies import CurrentPrincipal
from metrics.plan.store import plan_at
from metrics.queries.return_differences import Against, return_differences

router = APIRouter(prefix="/submissions", tags=["collect"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    404: {"description": "No such submission, or not yours to see"},
}


@router.get("/{submission_id}/differences", responses=_REFUSALS)
def differences_of_return(
    principal: CurrentPrincipal,
    submission_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    session: ReadDatabase,
    against: Annotated[Against, Query(description="What the present figures are held against")] = Against.PREVIOUS,
) -> DifferencesOut:
    """Every figure of a return beside the revision before, what was verified last, or last month's return."""
    found = return_differences(session, submission_id, plan=plan_at(session), principal=principal, against=against)
    return DifferencesOut.of(submission_id, against, found)
