"""Whether each key was handed over: the old one signed that the new one takes its place.

A key that came without that is nobody's word but the database's: whoever trusts the old one must get the new one's
public half by another way, and is told so wherever the new one signs.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.ledger.keys import is_signed
from metrics.ledger.verifying.checkpoint import hand_over_text, open_checkpoint, read_key
from metrics.ledger.verifying.faults import Wrong
from metrics.models import LedgerCheckpoint, LedgerEntry


def handed_over(session: ReadSession) -> dict[str, bool]:
    """By its id, whether each key that replaced one was signed for by that. The first key is not among them."""
    found: dict[str, bool] = {}
    for seq, said in _replacements(session):
        key_id = str(said["verifier_key"]).split("+")[1]
        found[key_id] = _is_signed_for(said) or _both_signed(session, seq, said)
    return found


def _replacements(session: ReadSession) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The entries by which a key took another one's place; one that is not of the form of its kind is left out."""
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.leaf).where(LedgerEntry.kind == "key").order_by(LedgerEntry.seq)
    )
    for seq, leaf in rows:
        try:
            said = json.loads(leaf)
            read_key(said["verifier_key"])
            if said["replaces"] is not None:
                read_key(said["replaces"])
                yield seq, said
        except (ValueError, KeyError, TypeError, AttributeError, Wrong):
            continue


def _is_signed_for(said: Mapping[str, Any]) -> bool:
    name, key_id, public = read_key(said["replaces"])
    prefix, signature = f"— {name} ", str(said.get("handed_over", ""))
    try:
        signed = base64.b64decode(signature.removeprefix(prefix).strip(), validate=True)
    except ValueError:
        return False
    text = hand_over_text(name, old=said["replaces"], new=said["verifier_key"])
    return signed[:4] == key_id and is_signed(public, signed[4:], text.encode())


def _both_signed(session: ReadSession, seq: int, said: Mapping[str, Any]) -> bool:
    """As earlier versions handed over: the checkpoint over the entry has the signatures of both."""
    notes = session.scalars(select(LedgerCheckpoint.note).where(LedgerCheckpoint.size == seq)).all()
    for note in notes:
        try:
            open_checkpoint(note.encode(), [said["verifier_key"]], is_signed=is_signed)
            open_checkpoint(note.encode(), [said["replaces"]], is_signed=is_signed)
        except Wrong:
            continue
        return True
    return False
