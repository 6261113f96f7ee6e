"""The release calendar: what is announced to be published on which day, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.announcements import Announced, Announcement, AnnouncementAct, AnnouncementAction, Publication
from metrics.database import ReadSession
from metrics.errors import Conflict, Message, NotFound
from metrics.models import AnnouncementRecord, BulletinAct, LedgerEntry, Release
from metrics.plan.store import plan_at


def announcements(
    session: ReadSession, *, timezone: str, until: int | None = None, seqs: Collection[int] = ()
) -> tuple[Announcement, ...]:
    """Every announcement as known at the entry `until` (None: now), by the day announced last, then by entry.

    `seqs`: only these. Days are local in `timezone`. A release keeps the announcement that it names; the first version
    of a month's bulletin issued after it was announced keeps that one.
    """
    query = select(AnnouncementRecord).order_by(AnnouncementRecord.seq)
    if until is not None:
        query = query.where(AnnouncementRecord.seq <= until)
    if seqs:
        query = query.where(AnnouncementRecord.seq.in_(seqs) | AnnouncementRecord.announcement.in_(seqs))
    rows: dict[int, list[AnnouncementRecord]] = defaultdict(list)
    for row in session.scalars(query):
        rows[row.announcement or row.seq].append(row)
    if not rows:
        return ()
    zone = ZoneInfo(timezone)
    released, issued = _released(session, zone, until), _issued(session, zone, until)
    found = [_announcement(of_one, zone, released, issued) for of_one in rows.values()]
    return tuple(sorted(found, key=lambda one: (one.due_on, one.seq)))


def known_announcement(session: ReadSession, seq: int) -> Announcement:
    """The announcement of that entry, as it stands now. Raises NotFound."""
    found = announcements(session, timezone=plan_at(session).document.timezone, seqs=[seq])
    if not found or found[0].seq != seq:
        message = Message(f"没有序号为 {seq} 的预告。", f"There is no announcement no. {seq}.")
        raise NotFound("announcement_unknown", message)
    return found[0]


def open_announcement(session: ReadSession, seq: int) -> Announcement:
    """The announcement of a release that nothing has kept yet. Raises NotFound, Conflict `announcement_over`."""
    found = known_announcement(session, seq)
    if found.what is not Announced.RELEASE:
        message = Message(
            "该预告是通报的预告,不是数据发布的。", "That announcement is of a bulletin, not of a release."
        )
        raise Conflict("announcement_of_bulletin", message)
    refuse_over(found)
    return found


def refuse_over(found: Announcement) -> None:
    """Raise Conflict `announcement_over` for one that is published or withdrawn."""
    if found.published is not None:
        raise Conflict("announcement_over", Message("预告的内容已经发布。", "What was announced is published."))
    if not found.is_open:
        raise Conflict("announcement_over", Message("该预告已经取消。", "That announcement was withdrawn."))


def _announcement(
    rows: Sequence[AnnouncementRecord],
    zone: ZoneInfo,
    released: Mapping[int, Publication],
    issued: Mapping[date, Publication],
) -> Announcement:
    first = rows[0]
    acts: list[AnnouncementAct] = []
    for row in rows:
        before = acts[-1].due_on if acts else None
        acts.append(
            AnnouncementAct(
                seq=row.seq,
                action=AnnouncementAction(row.action),
                before=before,
                due_on=row.due_on,
                reason=row.reason,
                actor=row.actor,
                recorded_at=row.recorded_at,
                on=_local(row.recorded_at, zone),
            )
        )
    what = Announced(first.what)
    published = released.get(first.seq)
    if what is Announced.BULLETIN and first.period is not None and acts[-1].action is not AnnouncementAction.WITHDRAW:
        of_month = issued.get(first.period)
        published = of_month if of_month is not None and of_month.seq > first.seq else None
    return Announcement(what=what, period=first.period, title=first.title, acts=tuple(acts), published=published)


def _released(session: ReadSession, zone: ZoneInfo, until: int | None) -> dict[int, Publication]:
    query = select(Release.announced, Release.number, Release.seq, Release.recorded_at)
    query = query.where(Release.announced.is_not(None))
    if until is not None:
        query = query.where(Release.seq <= until)
    return {
        announced: Publication(number, seq, _local(moment, zone))
        for announced, number, seq, moment in session.execute(query)
        if announced is not None
    }


def _issued(session: ReadSession, zone: ZoneInfo, until: int | None) -> dict[date, Publication]:
    """By month the first version of its bulletin."""
    act = BulletinAct
    query = select(act.period, act.version, act.seq, LedgerEntry.recorded_at).join(
        LedgerEntry, LedgerEntry.seq == act.seq
    )
    query = query.where(act.act == "issue", act.version == 1)
    if until is not None:
        query = query.where(act.seq <= until)
    return {
        period: Publication(version, seq, _local(moment, zone))
        for period, version, seq, moment in session.execute(query)
    }


def _local(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
