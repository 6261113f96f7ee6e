"""Monthly material (工作进展情况材料) as values: what acts have made of it, and how it stands by a moment. Pure.

A unit sends its material; its head (一把手) has seen it, which the unit records; its leader in charge (分管领导) signs.
Another revision voids both. What it says of tasks are the task reports that stood when it was sent: nothing is typed
twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from metrics.periods import DueRule
from metrics.timeliness import timeliness

LONGEST_MATERIAL_TEXT = 2000  # characters


class MaterialAction(StrEnum):
    SEND = "send"  # 报送
    SEE = "see"  # 主要负责人阅
    SIGN_OFF = "sign_off"  # 分管领导签发


@dataclass(frozen=True, slots=True)
class MaterialAct:
    """One thing that happened to a unit's material for a month; texts, reports and files are those of a sending.

    `detail` of a sign-off: leader, title, person, how; of what the head has seen: head, title, seen_on.
    """

    seq: int
    id: int
    unit: str
    period: date
    action: MaterialAction
    revision: int
    summary: str
    problems: str
    next_month: str
    reports: tuple[int, ...]
    attachments: tuple[int, ...]
    reason: str
    detail: Mapping[str, Any]
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Material:
    """A unit's material for a month as it stands. `seen` and `signed` are of this revision, None where it has none.

    `first_sent_at` says whether it came in time; `seq` is its newest act's, `sent_seq` its newest revision's.
    """

    sent: MaterialAct
    first_sent_at: datetime
    seq: int
    seen: MaterialAct | None = None
    signed: MaterialAct | None = None

    @property
    def id(self) -> int:
        return self.sent.id

    @property
    def revision(self) -> int:
        return self.sent.revision

    @property
    def etag(self) -> str:
        """The strong entity tag of this version: another act makes another."""
        return material_etag(self.id, self.revision, self.seq)


def material_etag(number: int, revision: int, seq: int) -> str:
    """The tag of material `number` after the act `seq`."""
    return f'"material-{number}-{revision}-{seq}"'


def materials_of(acts: Iterable[MaterialAct]) -> dict[tuple[str, date], Material]:
    """What acts, in the ledger's order, have made of every unit's material for every month."""
    found: dict[tuple[str, date], Material] = {}
    for act in acts:
        key = (act.unit, act.period)
        standing = found.get(key)
        if act.action is MaterialAction.SEND:
            first = act.recorded_at if standing is None else standing.first_sent_at
            found[key] = Material(act, first, act.seq)
        elif standing is not None and act.revision == standing.revision:
            seen = act.action is MaterialAction.SEE
            followed = replace(standing, seen=act) if seen else replace(standing, signed=act)
            found[key] = replace(followed, seq=act.seq)
    return found


class MaterialStatus(StrEnum):
    """How a month's material of a unit stands; of several the furthest."""

    NOT_DUE = "not_due"  # nothing came, and it is not late yet
    MISSING = "missing"  # nothing came, and it is late
    SENT = "sent"
    SEEN = "seen"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class MaterialStanding:
    """`on_time` and `days_late`: of what came, when it first came; of what is missing, till now; None while not due."""

    status: MaterialStatus
    on_time: bool | None
    days_late: int | None


def standing_of(material: Material | None, *, period: date, rule: DueRule, now: datetime) -> MaterialStanding:
    """How the material for `period` stands at `now` (aware)."""
    came = timeliness(now if material is None else material.first_sent_at, period=period, rule=rule)
    if material is None:
        if came.on_time:
            return MaterialStanding(MaterialStatus.NOT_DUE, None, None)
        return MaterialStanding(MaterialStatus.MISSING, False, came.days_late)
    status = MaterialStatus.SENT
    if material.signed is not None:
        status = MaterialStatus.SIGNED
    elif material.seen is not None:
        status = MaterialStatus.SEEN
    return MaterialStanding(status, came.on_time, came.days_late)
