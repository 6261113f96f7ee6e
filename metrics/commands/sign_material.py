"""What follows a unit's material: its head (一把手) has seen it, and its leader in charge (分管领导) signs it.

That the head has seen it is recorded by the unit, with the name and the day. Nobody signs by typing a name: the leader
signs with their own account, by the link sent to their own address, or on paper, which a reviewer records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from metrics.commands.record_material_act import (
    MaterialRecorded,
    NewMaterialAct,
    material_recorded,
    record_material_act,
)
from metrics.commands.sign_off_submission import OnPaper, Signature, signature_of
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem, Stale
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.if_match import named_versions
from metrics.ledger.entry import next_place
from metrics.models import LedgerEntry, MaterialRecord
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.materials import material_for, material_numbered
from metrics.supervision.materials import Material, MaterialAct, MaterialAction

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class SeenGiven:
    """Who has seen the material, and when; `title` may be empty."""

    head: str
    seen_on: date
    title: str = ""


def note_seen(
    session: WriteSession,
    number: int,
    *,
    plan: Plan,
    principal: Principal,
    given: SeenGiven,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> MaterialRecorded:
    """Record that the head of the unit has seen its material as it stands. Said again, nothing is recorded.

    Raises NotFound, Forbidden for a unit that is not the principal's, Stale, Invalid `head_missing`, `day_impossible`.
    """
    principal.require(Scope.POST_SUBMISSION)
    material = material_numbered(session, number, principal=principal)
    principal.require_unit(material.sent.unit)
    _require_good(given, material, plan=plan, now=simulated_at or datetime.now(UTC))
    detail = {"head": given.head.strip(), "title": given.title.strip(), "seen_on": given.seen_on.isoformat()}
    return _follow(session, material, MaterialAction.SEE, detail, principal.username, if_match, simulated_at)


def sign_material(
    session: WriteSession,
    number: int,
    *,
    plan: Plan,
    principal: Principal,
    on_paper: OnPaper | None = None,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> MaterialRecorded:
    """Sign the material as it stands: a leader for their own unit, a reviewer what was signed `on_paper`.

    Raises NotFound, Stale, and whatever :func:`signature_of` raises.
    """
    principal.require(Scope.SIGN_OFF)
    material = material_numbered(session, number, principal=principal)
    now = simulated_at or datetime.now(UTC)
    signed = signature_of(session, material.sent.unit, plan=plan, principal=principal, on_paper=on_paper, now=now)
    return record_material_signature(
        session, material, signed, actor=principal.username, if_match=if_match, simulated_at=simulated_at
    )


def record_material_signature(
    session: WriteSession,
    material: Material,
    signed: Signature,
    *,
    actor: str,
    confirmation: int | None = None,
    if_match: str | None = None,
    simulated_at: datetime | None = None,
) -> MaterialRecorded:
    """Record that the person signs the material as it stands; `confirmation`: the number of the link it is done by."""
    detail: dict[str, Any] = {
        "leader": signed.person.name,
        "title": signed.person.title,
        "person": signed.person.seq,
        "how": signed.how.value,
        "note": signed.note,
        "signs": session.get_one(LedgerEntry, material.sent.seq).leaf_hash.hex(),
    }
    detail |= {} if confirmation is None else {"confirmation": confirmation}
    return _follow(session, material, MaterialAction.SIGN_OFF, detail, actor, if_match, simulated_at)


def _follow(
    session: WriteSession,
    material: Material,
    action: MaterialAction,
    detail: dict[str, Any],
    actor: str,
    if_match: str | None,
    simulated_at: datetime | None,
) -> MaterialRecorded:
    """Record the act on the material, unless it was revised since it was looked at, or the same act stands."""
    place = next_place(session, simulated=simulated_at)
    standing = material_for(session, material.sent.unit, material.sent.period)
    assert standing is not None  # noqa: S101  nothing is ever taken away
    if standing.revision != material.revision:
        raise _stale(standing)
    require_present(standing, if_match)
    done = standing.seen if action is MaterialAction.SEE else standing.signed
    if done is not None and _is_the_same(done, detail):
        row = session.get_one(MaterialRecord, done.seq)
        return material_recorded(session, row, etag=standing.etag, recorded=False)
    act = NewMaterialAct(standing.sent.unit, standing.sent.period, action, actor, detail=detail)
    return record_material_act(session, place, act, standing=standing, synthetic=simulated_at is not None)


def require_present(standing: Material, if_match: str | None) -> None:
    """Raise Stale if versions are named and the present one is not among them."""
    named = named_versions(if_match)
    if named and standing.etag not in named:
        raise _stale(standing)


def _is_the_same(done: MaterialAct, detail: dict[str, Any]) -> bool:
    """A leader signs a revision once, by whichever way; of the head name and day count."""
    names = ("person",) if done.action is MaterialAction.SIGN_OFF else ("head", "title", "seen_on")
    return all(done.detail.get(name) == detail.get(name) for name in names)


def _require_good(given: SeenGiven, material: Material, *, plan: Plan, now: datetime) -> None:
    problems = []
    if not is_visible(given.head) or len(given.head) > _LONGEST_NAME:
        message = Message("请写明主要负责人姓名(最多 100 字)。", "Name the head of the unit (at most 100 characters).")
        problems.append(Problem("head_missing", message, "/head"))
    for name in ("head", "title"):
        if not getattr(given, name).strip().isprintable():
            message = Message(
                "姓名和职务写在一行内,只用可显示的字符。", "Name and title: one line, of signs that are seen."
            )
            problems.append(Problem("name_invalid", message, f"/{name}", given=as_given(getattr(given, name))))
    today = now.astimezone(ZoneInfo(plan.document.timezone)).date()
    if not material.sent.period <= given.seen_on <= today:
        message = Message(
            "阅示日期须在报告期开始之后、今天之前(含今天)。",
            "The day is one from the month's first day on, up to today.",
        )
        problems.append(Problem("day_impossible", message, "/seen_on", given=given.seen_on.isoformat()))
    if problems:
        raise Invalid(problems[0].code, problems[0].message, problems)


def _stale(standing: Material) -> Stale:
    return Stale(
        "version_stale",
        Message(
            f"材料现为第 {standing.revision} 版,或其后又有办理,请核对后重试。",
            f"The material is now revision {standing.revision}, or something was done to it since. Look at it and try "
            "again.",
        ),
    )
