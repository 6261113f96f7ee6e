"""What `/units/{code}/people` takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.record_person import PersonGiven, PersonRecorded
from metrics.queries.people import Person

Duty = Literal["leader", "liaison"]


class PersonShown(BaseModel):
    """Who has a duty, since when. `phone` and `email` are shown to the bureau and the unit's own people only."""

    name: str | None
    title: str
    since: date
    phone: str | None
    email: str | None

    @classmethod
    def of(cls, person: Person) -> PersonShown:
        return cls(
            name=person.name, title=person.title, since=person.effective_from, phone=person.phone, email=person.email
        )


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


class PersonOut(BaseModel):
    """One record. `seq` names it, and is its place in the ledger."""

    seq: int
    unit: str
    duty: Duty
    name: str | None
    title: str
    effective_from: date
    phone: str | None
    email: str | None
    by: str
    reason: str
    recorded_at: datetime

    @classmethod
    def of(cls, person: Person) -> PersonOut:
        return cls.model_validate(person, from_attributes=True)


class PersonRecordedOut(BaseModel):
    """The record that stands. `recorded` false: it stood so before, and nothing was recorded."""

    person: PersonOut
    leaf_hash: str
    recorded: bool

    @classmethod
    def of(cls, found: PersonRecorded) -> PersonRecordedOut:
        return cls(person=PersonOut.of(found.person), leaf_hash=found.leaf_hash, recorded=found.recorded)


class PeopleOut(BaseModel):
    """The people of a unit: who is in office on the day `on`, and everything recorded, in the ledger's order."""

    unit: str
    on: date
    leader: PersonShown | None
    liaison: PersonShown | None
    history: list[PersonOut]
