"""What stands beside a unit: who leads it and is its liaison, and how its returns came. Units are a dataset."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Response

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.schemas.lateness import LatenessHistoryOut, LatenessOut
from api.schemas.people import PeopleOut, PersonBody, PersonOut, PersonRecordedOut, PersonShown
from api.security.dependencies import CurrentPrincipal
from metrics.commands.record_person import forget_contact, record_person, require_unit
from metrics.plan.store import plan_at
from metrics.principal import Action
from metrics.publish.pull import parse_on
from metrics.queries.lateness import lateness
from metrics.queries.people import in_force, people_recorded
from metrics.queries.view import view_at

router = APIRouter(prefix="/units", tags=["plan"])

_READING: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    404: {"description": "No such unit"},
}
_CHANGING: dict[int | str, dict[str, Any]] = {
    **_READING,
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}


@router.get("/{code}/people", responses=_READING)
def people_of_unit(
    principal: CurrentPrincipal,
    code: str,
    session: ReadDatabase,
    on: Annotated[str | None, Query(description="In office on this day, YYYY-MM-DD; default today")] = None,
) -> PeopleOut:
    """Leader (分管领导) and liaison (联络人) in office, and everything recorded of them.

    Phone and e-mail are shown to the bureau and to the unit's own clerks, to nobody else.
    """
    principal.require(Action.READ)
    plan = plan_at(session)
    require_unit(plan, code)
    day = datetime.now(ZoneInfo(plan.document.timezone)).date() if on is None else parse_on(on)
    history = people_recorded(session, principal=principal, units=[code])
    holding = in_force(history, on=day)
    leader, liaison = holding.get((code, "leader")), holding.get((code, "liaison"))
    return PeopleOut(
        unit=code,
        on=day,
        leader=None if leader is None else PersonShown.of(leader),
        liaison=None if liaison is None else PersonShown.of(liaison),
        history=[PersonOut.of(person) for person in history],
    )


@router.post(
    "/{code}/people",
    status_code=201,
    response_model=PersonRecordedOut,
    openapi_extra=documented(PersonBody),
    responses={200: {"model": PersonRecordedOut, "description": "It stood so already"}, **_CHANGING},
)
def post_person(principal: CurrentPrincipal, code: str, body: JsonBody, session: WriteDatabase) -> Response:
    """Record who has a duty from a day on (reviewer or admin). Earlier records stay; a later one for a day corrects."""
    principal.require(Action.MANAGE_PEOPLE)
    given = as_model(PersonBody, body).as_given()
    found = record_person(session, code, plan=plan_at(session), principal=principal, given=given)
    return json_answer(PersonRecordedOut.of(found), status=201 if found.recorded else 200)


@router.delete("/{code}/people/{seq}/contact", status_code=204, responses=_READING)
def delete_contact(
    principal: CurrentPrincipal, code: str, seq: Annotated[int, Path(ge=1, le=2**53)], session: WriteDatabase
) -> Response:
    """Delete phone and e-mail of one record (reviewer or admin); who had the duty stays on record."""
    forget_contact(session, code, seq, plan=plan_at(session), principal=principal)
    return Response(status_code=204)


@router.get("/{code}/lateness", responses=_READING)
def lateness_of_unit(principal: CurrentPrincipal, code: str, session: ReadDatabase) -> LatenessHistoryOut:
    """Month by month: when the return first came, when it was last revised, days late, exceptions."""
    principal.require(Action.READ)
    view = view_at(session)
    require_unit(view.plan, code)
    rows = lateness(session, view, code, principal=principal, now=datetime.now(UTC))
    return LatenessHistoryOut(unit=code, items=[LatenessOut.of(row) for row in rows])
