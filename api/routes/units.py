"""What stands beside a unit: who leads it and is its liaison, and how its submissions came. Units are a dataset."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.schemas.people import PersonShown
from api.security.dependencies import CurrentPrincipal
from metrics.commands.record_person import PersonGiven, PersonRecorded, forget_contact, record_person, require_unit
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.publish.pull import parse_on
from metrics.queries.lateness import Lateness, lateness
from metrics.queries.people import Duty, Person, in_force, people_recorded
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


class PersonBody(BaseModel):
    """Who has a duty from a day on. `name` null: nobody; then there is no title and no contact."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"duty": "leader", "name": "李明", "title": "副区长", "effective_from": "2019-03-01"}]
        },
    )

    duty: Duty
    name: Annotated[str | None, Field(max_length=100)]
    title: Annotated[str, Field(max_length=200)] = ""
    effective_from: Annotated[str, Field(max_length=10, description="YYYY-MM-DD")]
    phone: Annotated[str, Field(max_length=100)] = ""
    email: Annotated[str, Field(max_length=300)] = ""
    reason: Annotated[str, Field(max_length=2000)] = ""

    def as_given(self) -> PersonGiven:
        """The body as the command takes it."""
        return PersonGiven(**self.model_dump())


class PeopleOfUnit(BaseModel):
    """The people of a unit: who is in office on the day `on`, and everything recorded, in the ledger's order."""

    unit: str
    on: date
    leader: PersonShown | None
    liaison: PersonShown | None
    history: list[Person]


class LatenessHistory(BaseModel):
    """A unit's months, oldest first."""

    unit: str
    items: tuple[Lateness, ...]


@router.get("/{code}/people", responses=_READING)
def people_of_unit(
    principal: CurrentPrincipal,
    code: str,
    session: ReadDatabase,
    on: Annotated[str | None, Query(description="In office on this day, YYYY-MM-DD; default today")] = None,
) -> PeopleOfUnit:
    """Leader (分管领导) and liaison (联络人) in office, and everything recorded of them.

    Phone and e-mail are shown to the bureau and to the unit's own clerks, to nobody else.
    """
    principal.require(Scope.READ)
    plan = plan_at(session)
    require_unit(plan, code, departments=True)
    day = datetime.now(ZoneInfo(plan.document.timezone)).date() if on is None else parse_on(on)
    history = people_recorded(session, principal=principal, units=[code])
    holding = in_force(history, on=day)
    leader, liaison = holding.get((code, "leader")), holding.get((code, "liaison"))
    return PeopleOfUnit(
        unit=code,
        on=day,
        leader=None if leader is None else PersonShown.of(leader),
        liaison=None if liaison is None else PersonShown.of(liaison),
        history=list(history),
    )


@router.post(
    "/{code}/people",
    status_code=201,
    response_model=PersonRecorded,
    openapi_extra=documented(PersonBody),
    responses={200: {"model": PersonRecorded, "description": "It stood so already"}, **_CHANGING},
)
def post_person(principal: CurrentPrincipal, code: str, body: JsonBody, session: WriteDatabase) -> Response:
    """Record who has a duty from a day on (reviewer or admin). Earlier records stay; a later one for a day corrects."""
    principal.require(Scope.MANAGE_PEOPLE)
    given = as_model(PersonBody, body).as_given()
    found = record_person(session, code, plan=plan_at(session), principal=principal, given=given)
    return json_answer(found, status=201 if found.recorded else 200)


@router.delete("/{code}/people/{seq}/contact", status_code=204, responses=_READING)
def delete_contact(
    principal: CurrentPrincipal, code: str, seq: Annotated[int, Path(ge=1, le=2**53)], session: WriteDatabase
) -> Response:
    """Delete phone and e-mail of one record (reviewer or admin); who had the duty stays on record."""
    forget_contact(session, code, seq, plan=plan_at(session), principal=principal)
    return Response(status_code=204)


@router.get("/{code}/lateness", responses=_READING)
def lateness_of_unit(principal: CurrentPrincipal, code: str, session: ReadDatabase) -> LatenessHistory:
    """Month by month: when the submission first came, when it was last revised, days late, exceptions."""
    principal.require(Scope.READ)
    view = view_at(session)
    require_unit(view.plan, code)
    return LatenessHistory(unit=code, items=lateness(session, view, code, principal=principal, now=datetime.now(UTC)))
