"""What a leader sees before signing a unit's material: its words, the task reports and files that it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.database import ReadSession
from metrics.models import Confirmation, MaterialRecord
from metrics.plan.model import Plan
from metrics.queries.accounts import display_names
from metrics.queries.attachments import Attachment, attachments_of
from metrics.queries.confirmations import LinkState, PresentSignOff, link_state, refuse_link
from metrics.queries.materials import SaidOfTask, material_for, said_of_tasks
from metrics.queries.people import Person, leader_of
from metrics.queries.sign_off_sheet import link_holder
from metrics.supervision.bodies import Body, bodies
from metrics.supervision.materials import Material


@dataclass(frozen=True, slots=True)
class MaterialSheet:
    """One unit's material as it stands. `sent_by`: the name of who sent it; `leader`: in force now, None if none is."""

    body: Body
    material: Material
    said: tuple[SaidOfTask, ...]
    files: tuple[Attachment, ...]
    sent_by: str
    leader: Person | None


def linked_material(session: ReadSession, link: Confirmation, *, plan: Plan, now: datetime) -> MaterialSheet:
    """What the link shows, to whoever holds it. Raises Conflict for a link that does not sign any more."""
    material, leader = material_of_link(session, link, plan=plan, now=now)
    require_open_link(link, material, leader, timezone=plan.document.timezone, now=now)
    sent = material.sent
    return MaterialSheet(
        body=bodies(plan)[sent.unit],
        material=material,
        said=tuple(said_of_tasks(session, sent.reports)),
        files=tuple(attachments_of(session, sent.attachments)),
        sent_by=display_names(session, [sent.actor])[sent.actor],
        leader=leader,
    )


def material_of_link(
    session: ReadSession, link: Confirmation, *, plan: Plan, now: datetime
) -> tuple[Material, Person | None]:
    """The material that the link is about as it stands, and the leader in force."""
    first = session.get_one(MaterialRecord, link.subject)
    material = material_for(session, first.unit_code, first.period)
    assert material is not None  # noqa: S101  nothing is ever taken away
    holder = link_holder(link, unit=first.unit_code)
    return material, leader_of(session, first.unit_code, principal=holder, timezone=plan.document.timezone, now=now)


def require_open_link(
    link: Confirmation, material: Material, leader: Person | None, *, timezone: str, now: datetime
) -> None:
    """Raise Conflict unless the link signs what stands now."""
    signed = None if material.signed is None else (material.revision, int(material.signed.detail["person"]))
    standing = PresentSignOff(material.revision, sent_back=False, signed=signed, leader=leader)
    state = link_state(link, standing, now=now)
    if state is not LinkState.OPEN:
        raise refuse_link(link, state, standing, timezone=timezone)
