"""Who leads a unit (分管领导) and who is its liaison (联络人): recorded with the day from which it holds.

The ledger holds names and titles, the public side of an office. How somebody is reached is kept beside it, in a table
of its own, so that it can be deleted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, update

from metrics.database import WriteSession
from metrics.email_addresses import EMAIL_ODD, is_email_address
from metrics.errors import Message, NotFound, Problem
from metrics.forms import as_given
from metrics.ledger.entry import Place, append, next_place
from metrics.models import Confirmation, LedgerEntry, PersonContact, PersonRecord
from metrics.periods import FIRST_YEAR, LAST_YEAR, parse_day
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.people import Person, people_recorded
from metrics.submissions import refuse_submission
from metrics.supervision.bodies import bodies

_PHONE = re.compile(r"[0-9+()\-\s]{3,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonGiven:
    """What is to be recorded. `name` None: from then on nobody has the duty. `effective_from` is written YYYY-MM-DD."""

    duty: str
    name: str | None
    title: str
    effective_from: str
    phone: str = ""
    email: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PersonRecorded:
    """The record that stands. `recorded` false: it stood so before, and nothing was recorded."""

    person: Person
    leaf_hash: str
    recorded: bool


def record_person(
    session: WriteSession,
    unit: str,
    *,
    plan: Plan,
    principal: Principal,
    given: PersonGiven,
    simulated_at: datetime | None = None,
) -> PersonRecorded:
    """Record who has a duty of `unit`; what stands so already is not recorded again.

    `simulated_at` dates a record of the demonstration history, which the ledger then calls synthetic.

    Raises Forbidden, NotFound for a unit that the plan does not know, Invalid with every problem found.
    """
    principal.require(Scope.MANAGE_PEOPLE)
    require_unit(plan, unit, departments=True)
    effective_from, problems = _read(given)
    if problems or effective_from is None:
        raise refuse_submission(problems)
    place = next_place(session, simulated=simulated_at)
    standing = _standing(session, unit, principal=principal, duty=given.duty, effective_from=effective_from)
    if standing is not None and _says_the_same(standing, given):
        entry = session.get_one(LedgerEntry, standing.seq)
        return PersonRecorded(standing, leaf_hash=entry.leaf_hash.hex(), recorded=False)
    leaf_hash = _record(
        session,
        unit,
        place=place,
        actor=principal.username,
        given=given,
        effective_from=effective_from,
        label={} if simulated_at is None else {"synthetic": True},
    )
    recorded = _standing(session, unit, principal=principal, duty=given.duty, effective_from=effective_from)
    assert recorded is not None  # noqa: S101  it was recorded just now
    return PersonRecorded(recorded, leaf_hash=leaf_hash.hex(), recorded=True)


def _record(
    session: WriteSession,
    unit: str,
    *,
    place: Place,
    actor: str,
    given: PersonGiven,
    effective_from: date,
    label: Mapping[str, Any],
) -> bytes:
    said: dict[str, Any] = {
        "duty": given.duty,
        "name": None if given.name is None else given.name.strip(),
        "title": given.title.strip(),
        "actor": actor,
        "reason": given.reason,
    }
    content = {"unit": unit, "effective_from": effective_from.isoformat(), **said, **label}
    leaf_hash = append(session, kind="people", place=place, content=content)
    session.execute(
        insert(PersonRecord).values(
            seq=place.seq, unit_code=unit, effective_from=effective_from, recorded_at=place.recorded_at, **said
        )
    )
    phone, email = given.phone.strip(), given.email.strip()
    if phone or email:
        session.execute(insert(PersonContact).values(seq=place.seq, phone=phone, email=email))
    return leaf_hash


def forget_contact(session: WriteSession, unit: str, seq: int, *, plan: Plan, principal: Principal) -> None:
    """Delete how the person of the record `seq` of `unit` is reached; the record itself stays, links sent there end.

    Raises Forbidden, NotFound if the unit has no such record. Deleting what is deleted changes nothing.
    """
    principal.require(Scope.MANAGE_PEOPLE)
    require_unit(plan, unit, departments=True)
    record = session.get(PersonRecord, seq)
    if record is None or record.unit_code != unit:
        raise NotFound(
            code="person_unknown",
            message=Message(f"该单位没有编号为 {seq} 的责任人记录。", f"The unit has no record {seq} of a person."),
        )
    session.execute(delete(PersonContact).where(PersonContact.seq == seq))
    session.execute(update(Confirmation).where(Confirmation.person == seq).values(address=""))


def require_unit(plan: Plan, unit: str, *, departments: bool = False) -> None:
    """Raise NotFound for a unit that the plan does not know; with `departments`, one that tasks name is known too."""
    if unit not in plan.unit_by_code and not (departments and unit in bodies(plan)):
        shown = as_given(unit)
        raise NotFound("unit_unknown", Message(f"没有填报单位“{shown}”。", f"There is no reporting unit {shown!r}."))


def _standing(
    session: WriteSession, unit: str, *, principal: Principal, duty: str, effective_from: date
) -> Person | None:
    """The newest record of the duty for that very day."""
    found = people_recorded(session, principal=principal, units=[unit])
    of_the_day = [person for person in found if (person.duty, person.effective_from) == (duty, effective_from)]
    return of_the_day[-1] if of_the_day else None


def _says_the_same(standing: Person, given: PersonGiven) -> bool:
    name = None if given.name is None else given.name.strip()
    return (standing.name, standing.title, standing.phone or "", standing.email or "") == (
        name,
        given.title.strip(),
        given.phone.strip(),
        given.email.strip(),
    )


def _read(given: PersonGiven) -> tuple[date | None, list[Problem]]:
    """The day it holds from, and everything wrong with what is given."""
    problems = []
    day = parse_day(given.effective_from)
    if day is None:
        message = Message(
            f"生效日期须写作 2019-03-01 的形式,{FIRST_YEAR} 至 {LAST_YEAR} 年之间。",
            f"The day it holds from is written 2019-03-01, in the years {FIRST_YEAR} to {LAST_YEAR}.",
        )
        problems.append(Problem("effective_from_odd", message, "/effective_from", given=as_given(given.effective_from)))
    if given.name is not None and not given.name.strip():
        message = Message("姓名不能为空;空缺请填 null。", "A name cannot be blank; a vacancy is null.")
        problems.append(Problem("name_blank", message, "/name", given=given.name))
    phone, email = given.phone.strip(), given.email.strip()
    if given.name is None and (given.title.strip() or phone or email):
        message = Message("空缺时不填职务和联系方式。", "A vacancy has no title and no contact.")
        problems.append(Problem("vacancy_with_details", message, "/name"))
    if phone and not _PHONE.fullmatch(phone):
        message = Message("电话只含数字、+、-、括号和空格。", "A phone number holds digits, +, -, brackets and spaces.")
        problems.append(Problem("phone_odd", message, "/phone"))  # the number itself is not repeated
    if email and not is_email_address(email):
        problems.append(Problem("email_odd", EMAIL_ODD, "/email"))
    return day, problems
