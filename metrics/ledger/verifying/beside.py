"""What is given beside a file: a policy of keys, what paper says, and a proof that leads to a later checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from metrics.ledger.verifying.checkpoint import Checkpoint, as_copied, open_checkpoint, with_successors
from metrics.ledger.verifying.faults import Unchecked
from metrics.ledger.verifying.files import content_of, opened_file
from metrics.ledger.verifying.later import Printed, goes_on
from metrics.ledger.verifying.leaves import read_leaves, restores
from metrics.ledger.verifying.policy import Policy
from metrics.ledger.verifying.witnessed import signed_by_witnesses


class Beside(NamedTuple):
    """What is given beside file, entries and checkpoints: paths of a policy and of a proof, and what paper says."""

    policy: str | None = None
    printed: str | None = None
    consistency: str | None = None


def opened_checkpoints(checkpoints: Sequence[str], keys: Sequence[str]) -> list[tuple[Checkpoint, bytes]]:
    """The checkpoints in these files, each with the whole note."""
    notes = [as_copied(content_of(path)) for path in checkpoints]
    return [(open_checkpoint(note, keys), note) for note in notes]


def check_printed(
    printed: Printed,
    entries: str | None,
    checkpoints: Sequence[str],
    keys: Sequence[str],
    policy: Policy | None,
    beside: Beside,
) -> str:
    if not checkpoints or (entries is None) == (beside.consistency is None):
        raise Unchecked(
            "须给出 --checkpoint,以及 --consistency 或 --entries。",
            "--checkpoint is needed, and --consistency or --entries.",
        )
    if entries is not None:
        with opened_file(entries) as lines:
            keys = with_successors(keys, lines)
    given = opened_checkpoints(checkpoints, keys)
    newest = max((one for one, _ in given), key=lambda one: one.size)
    if entries is None:
        goes_on(printed, newest, content_of(str(beside.consistency)))
    else:
        if printed.size > newest.size:
            raise Unchecked(
                "所给检查点早于印出的,请取较新的。", "The checkpoint is older than the print: get a newer one."
            )
        with opened_file(entries) as lines:
            read_leaves(lines, [*(one for one, _ in given), Checkpoint(newest.origin, printed.size, printed.root)])
    seen = "" if policy is None else signed_by_witnesses(given, policy)
    return (
        f"属实:{newest.origin} 的检查点(前 {newest.size} 条)是印出的前 {printed.size} 条的续写。\n"
        f"RIGHT: the checkpoint of {newest.origin} over {newest.size} entries continues the printed {printed.size}."
        f"{also_said([newest])}{seen}"
    )


def seen_later(
    opened: Checkpoint, checkpoints: Sequence[str], keys: Sequence[str], policy: Policy | None, beside: Beside
) -> str:
    """What witnesses say of the checkpoint that a file brings along: they signed a later one that continues it."""
    if policy is None and beside.consistency is None:
        return ""
    if not checkpoints or beside.consistency is None:
        raise Unchecked(
            "文件自带的检查点没有见证;请给出较新的 --checkpoint 和从它到那里的 --consistency。",
            "No witness signed the checkpoint in the file: give a later --checkpoint, and --consistency to it.",
        )
    given = opened_checkpoints(checkpoints, keys)
    newest = max((one for one, _ in given), key=lambda one: one.size)
    goes_on(Printed(opened.size, opened.root), newest, content_of(beside.consistency))
    said = f"\n前 {newest.size} 条的检查点是它的续写。 It is continued by the checkpoint over {newest.size} entries."
    return said + ("" if policy is None else signed_by_witnesses(given, policy))


def also_said(checkpoints: Iterable[Checkpoint], leaves: Iterable[bytes | None] = ()) -> str:
    """What else a reader is to know: restores that were declared, a key that nobody handed over; each on its line."""
    lines = dict.fromkeys(line for checkpoint in checkpoints for line in checkpoint.more.splitlines())
    told = [f"检查点另注明 The checkpoint also says: {line}" for line in lines]
    return "".join(f"\n{said}" for said in (*told, *(said for said, _ in restores(leaves))))
