"""Layouts of files that units confirmed: looked at, and withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.security.dependencies import CurrentPrincipal
from metrics.commands.withdraw_layout import withdraw_layout
from metrics.queries.confirmed_layouts import LayoutRow, confirmed_layouts

router = APIRouter(prefix="/layouts", tags=["collect"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed, or another's unit"},
}


class Layouts(BaseModel):
    """Newest first, withdrawn ones included."""

    items: list[LayoutRow]


@router.get("", response_model=Layouts, responses=_REFUSALS)
def list_layouts(
    principal: CurrentPrincipal,
    session: ReadDatabase,
    unit: Annotated[str | None, Query(max_length=100, description="One unit; without it all that you post for")] = None,
) -> Response:
    """Which layouts were confirmed, by whom and when: clerks those of their own units, reviewers all.

    A file of such a layout is stored without its reading being confirmed again (`POST /submissions/files`).
    """
    rows = confirmed_layouts(session, principal=principal, unit=unit)
    return json_answer(Layouts(items=rows))


@router.post(
    "/{layout_id}/withdraw",
    response_model=LayoutRow,
    responses=_REFUSALS | {404: {"description": "No such layout was confirmed"}},
)
def withdraw_confirmed_layout(
    principal: CurrentPrincipal, session: WriteDatabase, layout_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """Withdraw a confirmed layout: the unit's clerk or a reviewer. The next file of that layout is confirmed anew.

    One that was withdrawn already is answered as it is.
    """
    return json_answer(withdraw_layout(session, layout_id, principal=principal, now=datetime.now(UTC)))
