"""Setting how much each core target counts in the leaderboard's score, with a reason; earlier weights stay readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem
from metrics.forms import as_given, plain, pointer_to
from metrics.ledger.entry import append, next_place
from metrics.models import PlanRecord
from metrics.plan.model import Plan, Weight
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope

_GREATEST = Decimal(1000)
_PLACES = 3


@dataclass(frozen=True, slots=True)
class WeightsSet:
    """The weights that changed, and their place in the ledger; `seq` None if nothing changed or was recorded."""

    changed: Mapping[str, Decimal]
    seq: int | None
    recorded_at: datetime | None
    leaf_hash: str | None


def weigh_targets(
    session: WriteSession, *, principal: Principal, weights: Mapping[str, object], reason: str
) -> WeightsSet:
    """Set the weights of the core targets in `weights` (target code → number); the others keep theirs.

    Raises Invalid naming every target that has no weight to set, every number that is none, a missing reason, and
    weights that would leave the score without any.
    """
    principal.require(Scope.REVISE_TARGET)
    place = next_place(session)
    plan = plan_at(session)
    read, problems = _read(plan, weights)
    if not reason.strip():
        message = Message("须说明调整权重的理由。", "A reason is needed.")
        problems.append(Problem("reason_missing", message, "/reason", given=reason))
    if not problems and not any({**plan.weights_by_target, **read}.values()):
        message = Message("权重不能全部为 0。", "The weights cannot all be 0.")
        problems.append(Problem("weights_all_zero", message, "/weights"))
    if problems:
        raise Invalid(
            code=problems[0].code if len(problems) == 1 else "weights_invalid",
            message=problems[0].message if len(problems) == 1 else Message("权重有误。", "The weights are not right."),
            problems=problems,
        )
    changed = {code: weight for code, weight in read.items() if weight != plan.weights_by_target[code]}
    if not changed:
        return WeightsSet({}, seq=None, recorded_at=None, leaf_hash=None)
    records = [_record(session, code, weight, reason=reason, seq=place.seq) for code, weight in changed.items()]
    content = {
        "actor": principal.username,
        "reason": reason,
        "records": [{"code": r.code, "version": r.version, "content": r.content} for r in records],
    }
    leaf_hash = append(session, kind="weights", place=place, content=content)
    session.add_all(records)
    session.flush()
    return WeightsSet(changed, seq=place.seq, recorded_at=place.recorded_at, leaf_hash=leaf_hash.hex())


def _read(plan: Plan, weights: Mapping[str, object]) -> tuple[dict[str, Decimal], list[Problem]]:
    read, problems = {}, []
    for code, given in weights.items():
        pointer = pointer_to("weights", code)
        if code not in plan.weights_by_target:
            message = Message(
                f"“{as_given(code)}”不是计分的核心目标。", f"{as_given(code)!r} is not a core target with a due date."
            )
            problems.append(Problem("target_not_weighed", message, pointer, given=as_given(given)))
            continue
        number = Decimal(given) if isinstance(given, int) and not isinstance(given, bool) else given
        exponent = number.as_tuple().exponent if isinstance(number, Decimal) else None
        if not isinstance(number, Decimal) or not isinstance(exponent, int) or not 0 <= number <= _GREATEST:
            message = Message("权重须为 0 至 1000 的数。", "A weight is a number from 0 to 1000.")
            problems.append(Problem("weight_invalid", message, pointer, given=as_given(given)))
        elif -exponent > _PLACES:
            message = Message("权重最多三位小数。", "A weight has at most three decimal places.")
            problems.append(Problem("weight_too_fine", message, pointer, given=as_given(given)))
        else:
            read[code] = Decimal(plain(number))
    return read, problems


def _record(session: WriteSession, code: str, weight: Decimal, *, reason: str, seq: int) -> PlanRecord:
    newest = session.scalar(
        select(func.max(PlanRecord.version)).where(PlanRecord.kind == "weight", PlanRecord.code == code)
    )
    return PlanRecord(
        kind="weight",
        code=code,
        version=(newest or 0) + 1,
        seq=seq,
        origin="revision",
        content=Weight(code=code, weight=weight, reason=reason).model_dump(mode="json"),
        removed=False,
    )
