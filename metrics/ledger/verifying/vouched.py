"""What the ledger vouches for without its being written anew: files of a release, and receipts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from metrics.ledger.verifying.checkpoint import Checkpoint, open_checkpoint
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash, root_by_inclusion


class Released(NamedTuple):
    """A file of a release: its name, and what the release's entry says."""

    name: str
    said: Any

    def __str__(self) -> str:
        said = self.said
        return f"{self.name} of release {said['number']} (entry {said['seq']}, basis {said['basis']})"


def releases_naming(digest: str, leaves: Sequence[bytes | None]) -> list[Released]:
    """The files of releases that have this SHA-256 (hex)."""
    named = [json.loads(leaf) for leaf in leaves if leaf is not None and json.dumps(digest).encode() in leaf]
    return [
        Released(file["name"], said)
        for said in named
        if is_of_a_release(said)
        for file in said["files"]
        if file["sha256"] == digest
    ]


def is_of_a_release(said: Any) -> bool:
    """True if an entry is a release's and says all that is asked of it: whoever signs may sign anything."""
    if not isinstance(said, dict) or said.get("kind") != "release":
        return False
    numbers, files = [said.get(name) for name in ("number", "seq", "stands_on")], said.get("files")
    return (
        all(type(number) is int and number > 0 for number in numbers)
        and isinstance(said.get("basis"), str)
        and isinstance(files, list)
        and all(isinstance(file, dict) and {"name", "bytes", "sha256"} <= file.keys() for file in files)
        and all(isinstance(file["name"], str) for file in files)
    )


PROVED = ("seq", "id", "unit", "period", "revision", "actor", "values", "recorded_at")


class Receipted(NamedTuple):
    """The checkpoint to which a receipt leads, and what its entry says."""

    checkpoint: Checkpoint
    said: Any

    def told(self, language: str) -> str:
        """Whose receipt it is, which the reader compares with what it was handed on as."""
        said = self.said
        whose = f"{said['unit']} · {said['period']} · {said['revision']} · {said['actor']} · {said['recorded_at']}"
        synthetic = {"zh": " · 演示数据(虚构)", "en": " · synthetic data"} if said.get("synthetic") else {}
        return whose + synthetic.get(language, "")


def read_receipt(content: bytes) -> Any:
    """The receipt in a file. Raises ValueError for what is no JSON, Wrong where it says one thing twice.

    Of two values some programs show the first and others the last.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for name, value in pairs:
            if name in said:
                raise Wrong(f"回执中 {name[:80]} 出现两次。", f"The receipt says {name[:80]} twice.")
            said[name] = value
        return said

    return json.loads(content, object_pairs_hook=once)


def _spelt(value: Any) -> str:
    """As JSON has it: to Python alone 1, 1.0 and true are equal."""
    return json.dumps(value, sort_keys=True)


def check_receipt(receipt: Any, keys: Sequence[str]) -> Receipted:
    """Raises Wrong if a receipt leads to no checkpoint, or is not what its leaf says.

    That demonstration data was loaded, `synthetic`, need not stand in an entry; where it does no receipt denies it.
    """
    try:
        checkpoint = open_checkpoint(receipt["checkpoint"].encode(), keys)
        inclusion, leaf = receipt["inclusion"], receipt["leaf"].encode()
        said, path = json.loads(leaf), [bytes.fromhex(step) for step in inclusion["path"]]
        root = root_by_inclusion(leaf_hash(leaf), index=said["seq"] - 1, size=inclusion["size"], path=path)
        told = {name: said["submission" if name == "id" else name] for name in PROVED[:-1]}
        odd = [name for name, value in told.items() if _spelt(receipt[name]) != _spelt(value)]
        instants = [datetime.fromisoformat(at["recorded_at"].replace("Z", "+00:00")) for at in (receipt, said)]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Wrong("这不是一张回执。", "This is not a receipt.") from None
    if (inclusion["size"], root) != (checkpoint.size, checkpoint.root):
        raise Wrong("回执的路径不通向检查点。", "The receipt does not lead to its checkpoint.")
    if odd or receipt["leaf_hash"] != leaf_hash(leaf).hex() or instants[0] != instants[1]:
        named = (odd or ["recorded_at, leaf_hash"])[0]
        raise Wrong(f"回执与账本条目不符:{named}", f"The receipt does not say what its entry says: {named}")
    if said.get("synthetic") and not receipt.get("synthetic"):
        raise Wrong("回执与账本条目不符:synthetic", "The receipt does not say what its entry says: synthetic")
    return Receipted(checkpoint, said)
