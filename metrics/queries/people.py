"""Who leads a unit (分管领导) and who is its liaison (联络人): in force on a day, and all that was ever recorded.

How a person is reached is shown to the bureau and to the unit's own clerks; to anyone else it is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import PersonContact, PersonRecord
from metrics.principal import Principal

DUTIES = ("leader", "liaison")


Duty = Literal["leader", "liaison"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who has a duty from `effective_from` on; `name` None: nobody. `phone` and `email` None: not there, or not shown.

    `seq` is the record's place in the ledger, and what names it.
    """

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


def people_recorded(
    session: ReadSession,
    *,
    principal: Principal,
    units: Collection[str] | None = None,
    seq: int | None = None,
) -> tuple[Person, ...]:
    """Everything recorded of the people of `units` (None: all) up to `seq` (None: now), in the ledger's order."""
    query = (
        select(PersonRecord, PersonContact.phone, PersonContact.email)
        .outerjoin(PersonContact, PersonContact.seq == PersonRecord.seq)
        .order_by(PersonRecord.seq)
    )
    if units is not None:
        query = query.where(PersonRecord.unit_code.in_(units))
    if seq is not None:
        query = query.where(PersonRecord.seq <= seq)
    return tuple(
        Person(
            seq=record.seq,
            unit=record.unit_code,
            duty=cast(Duty, record.duty),  # a check of the table
            name=record.name,
            title=record.title,
            effective_from=record.effective_from,
            phone=(phone or None) if principal.belongs_to(record.unit_code) else None,
            email=(email or None) if principal.belongs_to(record.unit_code) else None,
            by=record.actor,
            reason=record.reason if principal.may_see_submissions_of(record.unit_code) else "",
            recorded_at=record.recorded_at,
        )
        for record, phone, email in session.execute(query)
    )


def in_force(people: Iterable[Person], *, on: date) -> dict[tuple[str, str], Person]:
    """Who has each duty on the day `on`, by (unit, duty); nobody where the duty is vacant or was never given.

    What takes effect last holds; of two records for one day the later one corrects the earlier.
    """
    found: dict[tuple[str, str], Person] = {}
    for person in sorted(people, key=lambda person: (person.effective_from, person.seq)):
        if person.effective_from <= on:
            found[person.unit, person.duty] = person
    return {duty: person for duty, person in found.items() if person.name is not None}


def people_of(
    session: ReadSession, unit: str, *, principal: Principal, timezone: str, now: datetime
) -> dict[str, Person]:
    """Who has which duty of the unit, by duty, on the day that `now` is in `timezone`."""
    people = people_recorded(session, principal=principal, units=[unit])
    today = now.astimezone(ZoneInfo(timezone)).date()
    return {duty: person for (_unit, duty), person in in_force(people, on=today).items()}


def leader_of(session: ReadSession, unit: str, *, principal: Principal, timezone: str, now: datetime) -> Person | None:
    """The unit's leader in force on the day that `now` is in `timezone`; None if none is recorded."""
    return people_of(session, unit, principal=principal, timezone=timezone, now=now).get("leader")
