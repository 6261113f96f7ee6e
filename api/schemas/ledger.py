"""What the ledger's routes answer. Hashes are in hex, sequence numbers begin with 1."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from metrics.queries.ledger import Consistency, Inclusion, KnownKey


class ProofOut(BaseModel):
    """`path`, lowest sibling first, leads from `leaf_hash` to `root` (RFC 9162, 2.1.3); the leaf's index is seq - 1."""

    seq: int
    size: int
    leaf_hash: str
    path: list[str]
    root: str

    @classmethod
    def of(cls, found: Inclusion) -> ProofOut:
        return cls(
            seq=found.seq,
            size=found.size,
            leaf_hash=found.leaf_hash.hex(),
            path=[step.hex() for step in found.path],
            root=found.root.hex(),
        )


class ConsistencyOut(BaseModel):
    """`path` shows that the tree of `second` entries continues that of `first` entries (RFC 9162, 2.1.4)."""

    first: int
    second: int
    first_root: str
    second_root: str
    path: list[str]

    @classmethod
    def of(cls, found: Consistency) -> ConsistencyOut:
        return cls(
            first=found.first,
            second=found.second,
            first_root=found.first_root.hex(),
            second_root=found.second_root.hex(),
            path=[step.hex() for step in found.path],
        )


class KeyOut(BaseModel):
    """A public key as C2SP signed-note writes it; `until` null: it signs now."""

    key_id: str
    verifier_key: str
    since: datetime
    until: datetime | None

    @classmethod
    def of(cls, key: KnownKey) -> KeyOut:
        return cls.model_validate(key, from_attributes=True)


class KeysOut(BaseModel):
    items: list[KeyOut]
