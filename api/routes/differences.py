"""A submission held against an earlier one: the revision before, the one verified last, or last month's."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from api.dependencies import ReadDatabase
from api.security.dependencies import CurrentPrincipal
from metrics.plan.store import plan_at
from metrics.queries.submission_differences import (
    Against,
    ComparedRevision,
    Difference,
    SubmissionDifferences,
    submission_differences,
)
from metrics.value_types import PlainFigure

router = APIRouter(prefix="/submissions", tags=["collect"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    404: {"description": "No such submission, or not yours to see"},
}


class DifferenceOut(BaseModel):  # a copy: whether a figure differs is known only beside the base
    """One element; null where it has no value. `change` = `now` − `before`, null unless both have one."""

    element: str
    now: PlainFigure | None
    before: PlainFigure | None
    change: PlainFigure | None
    differs: bool

    @classmethod
    def of(cls, figure: Difference, *, differs: bool) -> DifferenceOut:
        return cls(
            element=figure.element,
            now=figure.now,
            before=figure.before,
            change=figure.change,
            differs=differs,
        )


class DifferencesOut(BaseModel):
    """A submission beside its base; `base` null: never verified, only one revision, or none the month before."""

    id: int
    against: Against
    base: ComparedRevision | None
    differing: int
    figures: list[DifferenceOut]

    @classmethod
    def of(cls, submission_id: int, against: Against, found: SubmissionDifferences) -> DifferencesOut:
        differing = set(found.differing)
        return cls(
            id=submission_id,
            against=against,
            base=found.base,
            differing=len(differing),
            figures=[DifferenceOut.of(figure, differs=figure in differing) for figure in found.figures],
        )


@router.get("/{submission_id}/differences", responses=_REFUSALS)
def differences_of_submission(
    principal: CurrentPrincipal,
    submission_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    session: ReadDatabase,
    against: Annotated[Against, Query(description="What the present figures are held against")] = Against.PREVIOUS,
) -> DifferencesOut:
    """Every figure of a submission beside the revision before, what was verified last, or last month's submission."""
    found = submission_differences(session, submission_id, plan=plan_at(session), principal=principal, against=against)
    return DifferencesOut.of(submission_id, against, found)
