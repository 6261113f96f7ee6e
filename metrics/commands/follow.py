"""Following a target, a unit, or one target of one unit: its person is told once whenever a status of it turns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Message, NotFound
from metrics.forms import as_given
from metrics.ledger.entry import newest_seq
from metrics.models import Follow, FollowedTurn
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.blindness import is_blind
from metrics.queries.follows import Followed

MOST_FOLLOWED = 200


def follow(session: WriteSession, *, principal: Principal, unit: str, target: str, now: datetime) -> Followed:
    """Follow from now on; what is followed already stays as it is. An empty code means every unit, or every target.

    Raises Forbidden for a blind assessor, NotFound for an unknown unit or target and where neither is named, Conflict
    `follows_full`.
    """
    principal.require(Scope.READ)
    if is_blind(principal):
        message = Message("无感评估期间不提示填报判定。", "An assessor who measures blind is not told of verdicts.")
        raise Forbidden("follow_blind", message)
    _known(session, unit, target)
    mine = Follow.user_id == principal.user_id
    there = select(Follow).where(mine, Follow.unit_code == unit, Follow.target_code == target)
    row = session.scalars(there).one_or_none()
    if row is None:
        if (session.scalar(select(func.count()).select_from(Follow).where(mine)) or 0) >= MOST_FOLLOWED:
            message = Message(
                f"最多关注 {MOST_FOLLOWED} 项,请先取消一些。",
                f"At most {MOST_FOLLOWED} can be followed; give some up first.",
            )
            raise Conflict("follows_full", message)
        added = insert(Follow).values(
            user_id=principal.user_id,
            unit_code=unit,
            target_code=target,
            followed_at=now,
            seen_seq=newest_seq(session),
        )
        session.execute(added.on_conflict_do_nothing())
        row = session.scalars(there).one()
    return Followed(row.id, row.unit_code, row.target_code, row.followed_at)


def _known(session: WriteSession, unit: str, target: str) -> None:
    plan = plan_at(session)
    if not unit and not target:
        raise NotFound("follow_nothing", Message("须写明关注的单位或目标。", "Name the unit or the target to follow."))
    if unit and unit not in plan.unit_by_code:
        message = Message(f"没有填报单位“{as_given(unit)}”。", f"There is no reporting unit {as_given(unit)!r}.")
        raise NotFound("unit_unknown", message)
    if target and target not in plan.general_targets:
        message = Message(f"没有目标“{as_given(target)}”。", f"There is no target {as_given(target)!r}.")
        raise NotFound("target_unknown", message)
    if target and not plan.general_targets[target][-1].measured:
        message = Message(
            "该目标没有数值,没有可以变化的判定。",
            "This target has no number, so there is no status of it that could turn.",
        )
        raise NotFound("target_without_number", message)


def unfollow(session: WriteSession, follow_id: int, *, principal: Principal) -> None:
    """Follow it no longer; what was told stays. Raises NotFound for what is not the person's."""
    gone = session.execute(
        delete(Follow).where(Follow.id == follow_id, Follow.user_id == principal.user_id).returning(Follow.id)
    ).one_or_none()
    if gone is None:
        raise NotFound("follow_unknown", Message("没有这项关注。", "You do not follow that."))


def see_turns(session: WriteSession, *, principal: Principal, now: datetime) -> int:
    """Note that the person has seen every turn told so far; how many were new."""
    seen = update(FollowedTurn).where(FollowedTurn.user_id == principal.user_id, FollowedTurn.seen_at.is_(None))
    return len(session.execute(seen.values(seen_at=now).returning(FollowedTurn.id)).all())
