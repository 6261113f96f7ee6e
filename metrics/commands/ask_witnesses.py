"""Asking a witness for its cosignature under the newest checkpoint, beside everything else that the service does.

No transaction waits for a witness: what is asked is read before, what came is written after.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from metrics.authority import SYSTEM
from metrics.database import ReadSession, read_session, write_session
from metrics.ledger.tiles import stored_tree
from metrics.ledger.verifying.checkpoint import OF_WITNESS, read_key
from metrics.ledger.verifying.cosignature import Cosignature
from metrics.ledger.verifying.policy import Trusted
from metrics.ledger.witnessing.asking import Submitted, WitnessFault, WitnessRefused, ask_witness
from metrics.models import LedgerCosignature, WitnessTrouble
from metrics.queries.cosignatures import last_cosigned, newest_checkpoint
from metrics.queries.demonstration import is_demonstration_loaded

log = structlog.get_logger(__name__)

_AGAIN_AFTER_FAULT = 60.0  # seconds
_STAYS_FRESH = 86_400  # seconds; so often a witness says of a ledger that stands still that it saw no other


@dataclass(slots=True)
class WitnessRound:
    """One witness, asked whenever there is a checkpoint that it has not signed.

    `not_before`: by a clock that never goes back; after a fault the witness is left alone for a while.
    """

    name: str
    witness: Trusted
    not_before: float = float("-inf")

    def __call__(self) -> bool:
        """Ask, if there is anything to ask. True: the look was taken, whatever came of it."""
        if time.monotonic() < self.not_before:
            return True
        with read_session(SYSTEM) as session:
            found = unsigned_by(session, self.witness.key)
        if found is None:
            return True
        asked, old = found
        try:
            signed = ask_witness(self.witness, asked, old=old)
        except WitnessRefused as refused:
            self.not_before = time.monotonic() + _AGAIN_AFTER_FAULT
            note_fault(self.name, self.witness.key, refused)
            return True
        _keep(asked.size, signed)
        _note_well(self.name, self.witness.key)
        return True


def unsigned_by(session: ReadSession, key: str) -> tuple[Submitted, int] | None:
    """The newest checkpoint, and up to where the witness signed last; None if it signed that one lately.

    None as well while the demonstration is loaded: its ledger goes with it, and a witness would not take another.
    """
    newest = None if is_demonstration_loaded(session) else newest_checkpoint(session)
    signed = None if newest is None else next((one for one in newest.by if one.key == key), None)
    if newest is None or (signed is not None and time.time() - signed.at < _STAYS_FRESH):
        return None
    return newest_for(session, key)


def newest_for(session: ReadSession, key: str) -> tuple[Submitted, int] | None:
    """The newest checkpoint, signed by the witness or not, and up to where it signed last; None before the first."""
    newest, last = newest_checkpoint(session), last_cosigned(session, key)
    if newest is None:
        return None
    asked = Submitted(newest.note, newest.size, partial(_consistency, newest.size))
    return asked, 0 if last is None else last[0]


def note_fault(name: str, key: str, refused: WitnessRefused) -> None:
    """Have it told to readers that a witness is at fault, and, once for each fault, tell the log."""
    noted = insert(WitnessTrouble).values(verifier_key=key, fault=refused.fault.value, since=datetime.now(UTC))
    put = noted.on_conflict_do_update(
        index_elements=[WitnessTrouble.verifier_key],
        set_={"fault": noted.excluded.fault, "since": noted.excluded.since},
        where=WitnessTrouble.fault != noted.excluded.fault,
    )
    with write_session(SYSTEM) as session:
        is_new = session.scalar(put.returning(WitnessTrouble.verifier_key)) is not None
    if is_new:
        tell = log.error if refused.fault is WitnessFault.OTHER_HISTORY else log.warning
        tell("witness_at_fault", witness=name, fault=refused.fault.value, detail=refused.detail)


def _note_well(name: str, key: str) -> None:
    over = delete(WitnessTrouble).where(WitnessTrouble.verifier_key == key).returning(WitnessTrouble.fault)
    with write_session(SYSTEM) as session:
        was = session.scalar(over)
    if was is not None:
        log.info("witness_answers", witness=name, after=was)


def _consistency(size: int, first: int) -> Sequence[bytes]:
    with read_session(SYSTEM) as session:
        return stored_tree(session, size=size).consistency(first)


def _keep(size: int, signed: Cosignature) -> None:
    values = {
        "size": size,
        "key_id": read_key(signed.key, kind=OF_WITNESS)[1].hex(),
        "signed_at": datetime.fromtimestamp(signed.at, UTC),
        "verifier_key": signed.key,
        "line": signed.line,
    }
    with write_session(SYSTEM) as session:
        session.execute(insert(LedgerCosignature).values(values).on_conflict_do_nothing())
