"""The ledger's leaves, each as its hash says, together as a checkpoint has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from metrics.ledger.verifying.checkpoint import Checkpoint
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash, root_by_inclusion, tree_root


def read_leaves(lines: Iterable[bytes], checkpoints: Sequence[Checkpoint]) -> list[bytes | None]:
    """The leaves of an entries file up to the largest checkpoint, None where the reader was given the hash alone.

    Raises Wrong if one is not what its hash says, if one is missing, or if they do not have a checkpoint's root.
    """
    size = max(checkpoint.size for checkpoint in checkpoints)
    entries = [_read_entry(line, seq=seq) for seq, line in enumerate(islice(lines, size), start=1)]
    hashes, leaves = [hashed for hashed, _ in entries], [leaf for _, leaf in entries]
    for checkpoint in checkpoints:
        if len(hashes) < checkpoint.size or tree_root(hashes[: checkpoint.size]) != checkpoint.root:
            raise Wrong(
                f"账本条目与检查点(前 {checkpoint.size} 条)不符:账本被改写,或文件不全。",
                f"The entries do not have the root of the checkpoint over the first {checkpoint.size}: "
                "the ledger was rewritten, or the file is not whole.",
                lines="".join(f"\n{said}" for said, lost in restores(leaves) if checkpoint.size in lost),
            )
    return leaves


def restores(leaves: Iterable[bytes | None]) -> Iterator[tuple[str, range]]:
    """Restores that were declared, as a sentence each, with the sizes of what was lost: no checkpoint of them fits.

    What was found and is no shorter than what was remembered left it somewhere: which of its sizes fit is not known.
    """
    for leaf in leaves:
        if leaf is not None and b'"kind":"epoch"' in leaf:
            try:
                said = json.loads(leaf)
                found, known = said["found"]["size"], (said["remembered"] or {}).get("size")
                lost = range(0)
                if isinstance(known, int):
                    lost = range(found + 1 if found < known else 1, known + 1)
                if said["cause"] == "restored":
                    zh, en = _how_much_was_lost(found, known)
                    yield (
                        (
                            f"第 {said['seq']} 条声明:{zh},原因:{said['reason']}\n"
                            f"Entry {said['seq']} declares that {en}: {said['reason']}"
                        ),
                        lost,
                    )
            except (ValueError, KeyError, TypeError, AttributeError):
                continue


def _how_much_was_lost(found: int, known: int | None) -> tuple[str, str]:
    if known is None:
        return (
            f"账本恢复到前 {found} 条(签名器的记忆不在,原到几条不明)",
            f"the ledger was restored to its first {found} entries "
            "(of how many is not known: the signer's memory was gone)",
        )
    if found < known:
        return (
            f"账本恢复到前 {found} 条(原到 {known} 条)",
            f"the ledger was restored to its first {found} entries (of {known})",
        )
    return (
        f"账本由备份恢复,此前的 {known} 条有一段被放弃,恢复后续写到 {found} 条",
        f"the ledger was restored: of {known} entries some were given up, and others had brought it to {found}",
    )


def read_proved(line: bytes, checkpoints: Sequence[Checkpoint]) -> bytes | None:
    """The leaf of a line that brings its own proof; None if the line has none. Raises Wrong if the proof leads nowhere.

    Every checkpoint must be the one that the proof leads to.
    """
    try:
        entry = json.loads(line)
        if "inclusion" not in entry:
            return None
        seq, size = entry["seq"], entry["inclusion"]["size"]
        path = [bytes.fromhex(step) for step in entry["inclusion"]["path"]]
        known = isinstance(seq, int) and isinstance(size, int)
    except (ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise Wrong("账本条目无法读取。", "The entry cannot be read.")
    hashed, leaf = _read_entry(line, seq=seq)
    root = root_by_inclusion(hashed, index=seq - 1, size=size, path=path)
    if leaf is None or any((size, root) != (checkpoint.size, checkpoint.root) for checkpoint in checkpoints):
        raise Wrong("条目的路径不通向检查点。", "The entry does not lead to the checkpoint.")
    return leaf


def _read_entry(line: bytes, *, seq: int) -> tuple[bytes, bytes | None]:
    try:
        entry = json.loads(line)
        hashed, leaf = bytes.fromhex(entry["leaf_hash"]), entry.get("leaf")
        leaf = None if leaf is None else leaf.encode()
        placed = entry["seq"] == seq and (leaf is None or json.loads(leaf)["seq"] == seq)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Wrong(f"账本第 {seq} 条无法读取。", f"Entry {seq} cannot be read.") from None
    if not placed:
        raise Wrong(f"账本第 {seq} 条缺失或错位。", f"Entry {seq} is missing or out of its place.")
    if leaf is not None and leaf_hash(leaf) != hashed:
        raise Wrong(f"账本第 {seq} 条与其哈希不符。", f"Entry {seq} is not what its hash says.")
    return hashed, leaf
