"""What is new, newest first: releases, their calendar, corrections, bulletins, and statuses that a release changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from metrics.announcements import Announcement, AnnouncementAct
from metrics.database import ReadSession
from metrics.models import BulletinAct, LedgerEntry, Release, Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.queries.announcements import announcements
from metrics.queries.status_turns import StatusTurn, status_turns
from metrics.queries.view import View, view_at
from metrics.results import Basis
from metrics.submission_states import Action

PAGE = 50  # entries of the ledger


class NewsKind(StrEnum):
    RELEASE = "release"
    STATUSES = "statuses"
    CORRECTION = "correction"
    BULLETIN = "bulletin"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is new. `seq`: the entry of the ledger that recorded it; with `kind` it is there once.

    `number`: of the release, of the bulletin's version, of the submission's revision. `unit` and `period`: of a
    correction; `period` of a bulletin too. `turns`: what a release changed, against the one before.
    `announced`: what is to be published, and what was said of its day; its number is that of the announcement.
    """

    kind: NewsKind
    seq: int
    recorded_at: datetime
    number: int
    unit: str | None = None
    period: date | None = None
    notes: str = ""
    turns: tuple[StatusTurn, ...] = ()
    announced: tuple[Announcement, AnnouncementAct] | None = None


@dataclass(frozen=True, slots=True)
class NewsPage:
    """`items`, newest first; `before`: with which the next page begins, None on the last."""

    items: tuple[News, ...]
    before: int | None


def news(session: ReadSession, view: View, *, before: int | None = None) -> NewsPage:
    """What is new in `view`, of entries of the ledger before `before` (None: of all), a page of them.

    Releases, and when the next are due, are told to everybody, however much later than what they stand on.
    """
    found = [
        *_releases(session, before),
        *_announcements(session, view, before),
        *_corrections(session, view, before),
        *_bulletins(session, view, before),
    ]
    found.sort(key=lambda one: (-one.seq, list(NewsKind).index(one.kind)))
    seqs = sorted({one.seq for one in found}, reverse=True)[:PAGE]
    items = [one for one in found if one.seq in seqs]
    more = len({one.seq for one in found}) > PAGE
    told = [_with_turns(session, view, one) if one.kind is NewsKind.STATUSES else one for one in items]
    return NewsPage(
        tuple(one for one in told if one.kind is not NewsKind.STATUSES or one.turns), seqs[-1] if more else None
    )


def _releases(session: ReadSession, before: int | None) -> Iterator[News]:
    query = select(Release).order_by(Release.number.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Release.seq < before)
    for row in session.scalars(query):
        new = News(NewsKind.RELEASE, row.seq, row.recorded_at, row.number, notes=row.notes)
        yield new
        if row.number > 1:
            yield replace(new, kind=NewsKind.STATUSES)


def _announcements(session: ReadSession, view: View, before: int | None) -> Iterator[News]:
    for one in announcements(session, timezone=view.plan.document.timezone):
        for act in one.acts:
            if before is None or act.seq < before:
                yield News(
                    NewsKind.ANNOUNCEMENT, act.seq, act.recorded_at, one.seq, notes=act.reason, announced=(one, act)
                )


def _corrections(session: ReadSession, view: View, before: int | None) -> Iterator[News]:
    turns = SUBMISSION_TURNS.c
    query = (
        select(turns.seq, turns.recorded_at, turns.revision, Submission.unit_code, Submission.period)
        .join(Submission, Submission.id == turns.submission_id)
        .where(turns.action == Action.SUBMIT, turns.revision > 1, turns.seq <= view.seq)
        .order_by(turns.seq.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(turns.seq < before)
    for seq, recorded_at, revision, unit, period in session.execute(query):
        yield News(NewsKind.CORRECTION, seq, recorded_at, revision, unit=unit, period=period)


def _bulletins(session: ReadSession, view: View, before: int | None) -> Iterator[News]:
    act = BulletinAct
    query = (
        select(act.seq, LedgerEntry.recorded_at, act.version, act.period)
        .join(LedgerEntry, LedgerEntry.seq == act.seq)
        .where(act.act == "issue", act.seq <= view.seq)
        .order_by(act.seq.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(act.seq < before)
    for seq, recorded_at, version, period in session.execute(query):
        yield News(NewsKind.BULLETIN, seq, recorded_at, version, period=period)


def _with_turns(session: ReadSession, view: View, new: News) -> News:
    """The statuses that are others in the release than in the one before it, each as it was released."""
    numbers = (new.number - 1, new.number)
    rows = session.scalars(select(Release).where(Release.number.in_(numbers)).order_by(Release.number)).all()
    earlier, later = (
        replace(view_at(session, as_of=row.stands_on, basis=Basis(row.basis)), public=view.public, own=view.own)
        for row in rows
    )
    return replace(new, turns=status_turns(session, earlier, later))
