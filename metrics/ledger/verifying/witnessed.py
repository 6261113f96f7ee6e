"""Which witnesses signed a checkpoint, when, and whether that is enough for whoever checks."""

from __future__ import annotations

import time
from collections.abc import Iterable

from metrics.ledger.verifying.checkpoint import Checkpoint
from metrics.ledger.verifying.cosignature import Cosignature, read_cosignatures
from metrics.ledger.verifying.faults import Unchecked
from metrics.ledger.verifying.policy import Policy

_CLOCKS_OFF = 86_400  # seconds by which the clock here may be behind a witness's


def signed_by_witnesses(checkpoints: Iterable[tuple[Checkpoint, bytes]], policy: Policy) -> str:
    """Who signed each checkpoint, and when, a line each.

    Raises Unchecked if the largest has not the cosignatures that the policy asks for, Wrong if one of them is false.
    """
    told, enough = [], policy.is_met(())
    for checkpoint, note in sorted(checkpoints, key=lambda one: one[0].size):
        found = read_cosignatures(note, [one.key for one in policy.witnesses.values()])
        counted = [one for one in found if one.at <= time.time() + _CLOCKS_OFF]
        enough = policy.is_met({one.key for one in counted})
        told += [_told(checkpoint, one, counted=one in counted) for one in found] or [_nobody(checkpoint)]
    if not enough:
        raise Unchecked(
            "检查点的见证不满足策略。" + "".join(f"\n{zh}" for zh, _ in told),
            "The checkpoint has not the witnesses that the policy asks for." + "".join(f"\n{en}" for _, en in told),
        )
    return "".join(f"\n{zh} {en}" for zh, en in told)


def _told(checkpoint: Checkpoint, one: Cosignature, *, counted: bool) -> tuple[str, str]:
    late = ("", "") if counted else ("(时间在将来,不算)", " (in the future, not counted)")
    return (
        f"见证:{one.told()} 签了前 {checkpoint.size} 条{late[0]}。",
        f"Witness: {one.told()} signed the first {checkpoint.size}{late[1]}.",
    )


def _nobody(checkpoint: Checkpoint) -> tuple[str, str]:
    size = checkpoint.size
    return f"前 {size} 条没有策略所列见证人的签名。", f"None of the policy's witnesses signed the first {size}."
