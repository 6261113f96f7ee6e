"""Bulletins as they stand: the versions that were issued, the draft of the next, and every act on them."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, NotFound
from metrics.models import BulletinAct, BulletinFile
from metrics.periods import format_period

Words = Mapping[str, Mapping[str, str]]  # language → paragraph → template


@dataclass(frozen=True, slots=True)
class BulletinFileKept:
    """One file of an issued bulletin, without its bytes. `name`: language and form, as `zh.pdf`."""

    name: str
    media_type: str
    size: int
    sha256: bytes

    @property
    def etag(self) -> str:
        return f'"{base64.urlsafe_b64encode(self.sha256).decode().rstrip("=")}"'

    @property
    def digest(self) -> str:
        """The value of a `Repr-Digest` header (RFC 9530)."""
        return f"sha-256=:{base64.b64encode(self.sha256).decode()}:"


@dataclass(frozen=True, slots=True)
class IssuedBulletin:
    """One version, frozen. `seq`: its entry in the ledger; `release`: the number of the one it was drawn from."""

    period: date
    version: int
    seq: int
    release: int
    reason: str
    actor: str
    recorded_at: datetime
    files: tuple[BulletinFileKept, ...] = ()

    def file(self, name: str) -> BulletinFileKept:
        """The file `name`. Raises NotFound."""
        found = next((file for file in self.files if file.name == name), None)
        if found is None:
            message = Message(f"该通报没有文件 {name}。", f"The bulletin has no file {name}.")
            raise NotFound("bulletin_file_unknown", message)
        return found


@dataclass(frozen=True, slots=True)
class BulletinDraft:
    """The draft of `version`. `seq`: the entry of the newest act on it, by which it is named when it is changed."""

    period: date
    version: int
    release: int
    seq: int
    actor: str
    recorded_at: datetime

    @property
    def etag(self) -> str:
        return f'"bulletin-{format_period(self.period)}-{self.seq}"'


@dataclass(frozen=True, slots=True)
class BulletinMonth:
    """The bulletin of one month. `issued`: its versions, newest first; `words`: what was edited into it so far."""

    period: date
    issued: tuple[IssuedBulletin, ...] = ()
    draft: BulletinDraft | None = None
    words: Words = field(default_factory=dict)

    @property
    def newest(self) -> IssuedBulletin | None:
        return self.issued[0] if self.issued else None

    def version(self, number: int | None) -> IssuedBulletin:
        """The version `number`, None: the newest. Raises NotFound `bulletin_unknown`."""
        found = next((one for one in self.issued if number in (None, one.version)), None)
        if found is None:
            period = format_period(self.period)
            which = ("", "") if number is None else (f"第 {number} 版", f" of version {number}")
            message = Message(
                f"{period} 没有已签发的{which[0]}通报。", f"No bulletin{which[1]} was issued for {period}."
            )
            raise NotFound("bulletin_unknown", message)
        return found


def bulletin_months(
    session: ReadSession, *, periods: Collection[date] = (), until: int | None = None
) -> tuple[BulletinMonth, ...]:
    """The months that have a bulletin or a draft the reader may see, newest first; as known at the entry `until`."""
    acts = select(BulletinAct).order_by(BulletinAct.seq)
    if periods:
        acts = acts.where(BulletinAct.period.in_(periods))
    if until is not None:
        acts = acts.where(BulletinAct.seq <= until)
    by_period: dict[date, list[BulletinAct]] = defaultdict(list)
    for act in session.scalars(acts):
        by_period[act.period].append(act)
    files = _files(session, [act.seq for found in by_period.values() for act in found if act.act == "issue"])
    return tuple(as_it_stands(period, by_period[period], files) for period in sorted(by_period, reverse=True))


def bulletin_month(session: ReadSession, period: date) -> BulletinMonth:
    """The bulletin of `period`; neither versions nor a draft if there are none that the reader may see."""
    return next(iter(bulletin_months(session, periods=[period])), BulletinMonth(period))


def as_it_stands(
    period: date, acts: Sequence[BulletinAct], files: Mapping[int, tuple[BulletinFileKept, ...]]
) -> BulletinMonth:
    """How the bulletin of `period` stands after `acts`, oldest first. Pure."""
    issued: list[IssuedBulletin] = []
    draft: BulletinDraft | None = None
    words: dict[str, dict[str, str]] = defaultdict(dict)
    for act in acts:
        if act.act == "issue":
            draft = None
            said = (act.period, act.version, act.seq, act.release, act.reason, act.actor, act.recorded_at)
            issued.insert(0, IssuedBulletin(*said, files.get(act.seq, ())))
            continue
        draft = BulletinDraft(act.period, act.version, act.release, act.seq, act.actor, act.recorded_at)
        if act.act == "edit" and act.words is None:
            words[act.language].pop(act.paragraph, None)
        elif act.act == "edit" and act.words is not None:
            words[act.language][act.paragraph] = act.words
    return BulletinMonth(period, tuple(issued), draft, {language: dict(found) for language, found in words.items()})


def bulletin_bytes(session: ReadSession, issued: IssuedBulletin, name: str) -> bytes:
    """The bytes of one file. Raises NotFound."""
    kept = issued.file(name)
    query = select(BulletinFile.content).where(BulletinFile.seq == issued.seq, BulletinFile.name == kept.name)
    return session.execute(query).scalar_one()


def _files(session: ReadSession, seqs: Collection[int]) -> dict[int, tuple[BulletinFileKept, ...]]:
    if not seqs:
        return {}
    table = BulletinFile
    query = select(table.seq, table.name, table.media_type, table.size, table.sha256).where(table.seq.in_(seqs))
    found: dict[int, list[BulletinFileKept]] = defaultdict(list)
    for row in session.execute(query.order_by(table.seq, table.name)):
        found[row.seq].append(BulletinFileKept(row.name, row.media_type, row.size, row.sha256))
    return {seq: tuple(kept) for seq, kept in found.items()}
