"""A head of long ago, from paper or from a file, held against a later checkpoint: nothing was rewritten since."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from metrics.ledger.verifying.checkpoint import Checkpoint, decoded
from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.merkle import is_consistent


class Printed(NamedTuple):
    """What a bulletin or a receipt prints: the first `size` entries have this `root`."""

    size: int
    root: bytes


def read_printed(text: str) -> Printed:
    """`612 9f3c 1a2b …`: the size, and the root as 64 hexadecimal digits, in any groups, or as a checkpoint has it."""
    size, _, root = text.strip().partition(" ")
    digits = re.sub("[\\s.:·,-]", "", root)
    raw = bytes.fromhex(digits) if re.fullmatch("[0-9a-fA-F]{64}", digits) else decoded(root.strip())
    if not re.fullmatch("[1-9][0-9]{0,15}", size) or len(raw) != 32:
        raise Unchecked(
            f"印出的检查点读不懂:先写条数,再写 64 位十六进制的根。读到条数 {size[:20]},根 {len(digits)} 位。",
            "The printed checkpoint is not readable: its size, then its root of 64 hexadecimal digits. "
            f"Read: size {size[:20]}, {len(digits)} digits.",
        )
    return Printed(int(size), raw)


def goes_on(first: Printed, later: Checkpoint, proof: bytes) -> None:
    """Raises Wrong unless `proof` (GET /ledger/consistency) leads from `first` to `later`, Unchecked if it is no proof.

    A proof between other sizes says nothing of these.
    """
    try:
        said = json.loads(proof)
        sizes, path = (said["first"], said["second"]), [bytes.fromhex(step) for step in said["path"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unchecked("一致性证明读不懂。", "The consistency proof cannot be read.") from None
    if first.size > later.size:
        raise Unchecked(
            f"所给检查点(前 {later.size} 条)早于要核对的(前 {first.size} 条),请取较新的。",
            f"The checkpoint ({later.size} entries) is older than what is checked ({first.size}): get a newer one.",
        )
    if sizes != (first.size, later.size):
        raise Unchecked(
            f"一致性证明不是从 {first.size} 条到 {later.size} 条的,请取 from={first.size}&to={later.size}。",
            f"The consistency proof is not from {first.size} to {later.size}: get from={first.size}&to={later.size}.",
        )
    if not is_consistent(first=first.size, second=later.size, first_root=first.root, second_root=later.root, path=path):
        raise Wrong(
            f"检查点(前 {later.size} 条)不是前 {first.size} 条的续写:抄录有误,或账本被改写。",
            f"The checkpoint over {later.size} entries does not continue the first {first.size}: they were copied "
            "wrong, or the ledger was rewritten.",
        )
