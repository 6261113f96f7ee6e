"""Supervision slips (督办单) as they stand in a view, with every act on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from metrics.database import ReadSession
from metrics.errors import Message, NotFound
from metrics.forms import as_given
from metrics.models import SlipActRecord
from metrics.principal import Principal
from metrics.queries.view import View
from metrics.supervision.slip_words import slip_etag, written_number
from metrics.supervision.slips import (
    TOLD_WITH_A_PART,
    Done,
    Slip,
    SlipAct,
    SlipOrigin,
    SlipState,
    as_handed_on,
    slip_after,
)


@dataclass(frozen=True, slots=True)
class SlipActRow:
    """One act on a slip. `unit`: the one that acts, or that the bureau acts towards."""

    seq: int
    slip: str
    act: SlipAct
    unit: str
    part: int | None
    to_unit: str
    to_name: str
    text: str
    due_on: date | None
    evidence: str
    attachments: tuple[int, ...]
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A slip: what was issued, all acts in their order, and how it `stands` after them."""

    number: str
    unit: str
    title: str
    text: str
    origin: SlipOrigin
    target: str
    task: int | None
    period: date | None
    finding: str
    acts: tuple[SlipActRow, ...]
    stands: Slip

    @property
    def written(self) -> str:
        return written_number(self.number)

    @property
    def etag(self) -> str:
        return slip_etag(self.number, self.stands.acts)

    @property
    def units(self) -> frozenset[str]:
        """The unit that it is addressed to, and those that parts were handed to."""
        return frozenset({self.unit, *(part.to_unit for part in self.stands.parts)} - {""})


def slips(
    session: ReadSession,
    view: View,
    *,
    units: Collection[str] = (),
    numbers: Collection[str] = (),
    targets: Collection[str] = (),
    states: Collection[SlipState] = (),
) -> list[SlipRow]:
    """The slips known in the view, in the order in which they were issued. Empty filters mean all.

    `units`: addressed to them, or with a part that was handed to them; a clerk and a leader see their own alone
    whatever is asked, and of one with a part that was handed to them that part alone (decision 219). Nobody who reads
    what is released sees any.
    """
    query = select(SlipActRecord).where(SlipActRecord.seq <= view.seq)
    if numbers:
        query = query.where(SlipActRecord.slip.in_(numbers))
    if units:
        theirs = or_(SlipActRecord.unit_code.in_(units), SlipActRecord.to_unit.in_(units))
        query = query.where(SlipActRecord.slip.in_(select(SlipActRecord.slip).where(theirs)))
    if targets:
        about = select(SlipActRecord.slip).where(SlipActRecord.target_code.in_(targets))
        query = query.where(SlipActRecord.slip.in_(about))
    found = _gathered(session.scalars(query).all(), timezone=view.plan.document.timezone, own=view.own)
    return [row for row in found if not states or row.stands.state in states]


def slip_numbered(session: ReadSession, number: str, *, timezone: str, principal: Principal) -> SlipRow:
    """The slip as it stands now, as the principal sees it. Raises NotFound where they see none."""
    query = select(SlipActRecord).where(SlipActRecord.slip == number)
    own = principal.units if principal.is_bound_to_units else None
    return _the_one(_gathered(session.scalars(query).all(), timezone=timezone, own=own), number)


def slip_in_view(session: ReadSession, view: View, number: str) -> SlipRow:
    """The slip as it stood in the view. Raises NotFound."""
    return _the_one(slips(session, view, numbers=[number]), number)


def day_of_view(view: View) -> date:
    """The local day on which ages are counted: today; of an earlier view, that of its newest entry."""
    moment = datetime.now(UTC) if view.is_now or view.recorded_at is None else view.recorded_at
    return moment.astimezone(ZoneInfo(view.plan.document.timezone)).date()


def _the_one(found: Sequence[SlipRow], number: str) -> SlipRow:
    if not found:
        message = Message(f"没有督办单“{as_given(number)}”。", f"There is no supervision slip {as_given(number)!r}.")
        raise NotFound("slip_unknown", message)
    return found[0]


def _gathered(rows: Sequence[SlipActRecord], *, timezone: str, own: Collection[str] | None) -> list[SlipRow]:
    """Slips out of the rows of their acts, in whatever order those come, as a reader of the units `own` sees them.

    `own` None: as the bureau does.
    """
    zone = ZoneInfo(timezone)
    ordered = sorted(rows, key=lambda row: (row.slip, row.seq))
    by_slip = [list(acts) for _number, acts in groupby(ordered, key=lambda row: row.slip)]
    found = [_slip(told, zone, own=own) for acts in by_slip if (told := _told(acts, own))]
    return sorted(found, key=lambda row: row.acts[0].seq)


def _told(acts: list[SlipActRecord], own: Collection[str] | None) -> list[SlipActRecord]:
    """The acts on one slip that the reader is told of: all of their own, of others parts and what goes with them."""
    if own is None or acts[0].unit_code in own:
        return acts
    parts = {act.part for act in acts if act.act == SlipAct.DELEGATE and act.to_unit in own}
    return [act for act in acts if act.part in parts or (parts and act.part is None and act.act in TOLD_WITH_A_PART)]


def _slip(rows: Sequence[SlipActRecord], zone: ZoneInfo, *, own: Collection[str] | None) -> SlipRow:
    issued = rows[0]
    stands = slip_after(_done(row, zone) for row in rows)
    return SlipRow(
        number=issued.slip,
        unit=issued.unit_code,
        title=issued.title,
        text=issued.text,
        origin=SlipOrigin(issued.origin),
        target=issued.target_code,
        task=issued.task_number,
        period=issued.period,
        finding=issued.finding,
        acts=tuple(map(_act, rows)),
        stands=stands if own is None or issued.unit_code in own else as_handed_on(stands),
    )


def _done(row: SlipActRecord, zone: ZoneInfo) -> Done:
    return Done(SlipAct(row.act), row.recorded_at.astimezone(zone).date(), row.part, row.to_unit, row.due_on)


def _act(row: SlipActRecord) -> SlipActRow:
    return SlipActRow(
        seq=row.seq,
        slip=row.slip,
        act=SlipAct(row.act),
        unit=row.unit_code,
        part=row.part,
        to_unit=row.to_unit,
        to_name=row.to_name,
        text=row.text,
        due_on=row.due_on,
        evidence=row.evidence,
        attachments=tuple(row.attachments),
        actor=row.actor,
        recorded_at=row.recorded_at,
    )
