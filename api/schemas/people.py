"""Who has a duty, as units and periods show it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from metrics.queries.people import Person


class PersonShown(BaseModel):  # a copy: of a record, only what is true of the one in office
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
