"""What a running service does beside itself.

It keeps the far past, and verdicts for tools that read by SQL, up to date, looks whether the ledger still goes on from
what was signed, and has witnesses sign what was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from metrics.audit_acts import AuditAction, AuditChannel
from metrics.auditing.writing import note_error
from metrics.authority import SYSTEM
from metrics.commands.ask_witnesses import WitnessRound
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.keep_far_past import bring_far_past_up_to_date
from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
from metrics.commands.state_settings import state_settings
from metrics.database import read_session, write_session
from metrics.errors import BiaochiError, PlanMissing
from metrics.ledger.continuation import look, look_further, remember_what_is_there
from metrics.ledger.tiles import has_tile_to_store
from metrics.ledger.witnessing.known import asked_witnesses, service_policy
from metrics.present_act import Acting, under_way

log = structlog.get_logger(__name__)

_FAR_PAST_EVERY = 60.0  # seconds between looks whether it is worth keeping anew
LEDGER_EVERY = 2.0  # seconds between looks whether the ledger is the one that was signed
_SIGNED_EVERY = 600.0  # seconds until what was recorded is under a signature, whether anybody asks for one or not
_SIGNED_AGAIN = 30.0  # seconds until that is tried again, where others held the ledger
_WITNESS_EVERY = 2.0  # seconds between looks whether there is a checkpoint that a witness has not signed
_PROGRESS_EVERY = 2.0  # seconds between looks whether anything became known
_MOST_BETWEEN = 6.0  # seconds: what became known is there within ten

Work = Callable[[], bool]


@contextmanager
def keeping_up_to_date() -> Iterator[None]:
    """While the block lasts, all of it is done; what stops a look is logged, and the next one comes all the same."""
    every_verdict = partial(bring_open_progress_up_to_date, always=True)  # a new version may judge otherwise
    with (
        kept("far_past", bring_far_past_up_to_date, every=_FAR_PAST_EVERY),
        kept("ledger", LedgerWatch(), every=LEDGER_EVERY),
        kept("open_progress", bring_open_progress_up_to_date, every=_PROGRESS_EVERY, first=every_verdict),
        ExitStack() as witnesses,
    ):
        for name, witness in asked_witnesses(service_policy()).items():  # each by itself: one that is slow delays none
            witnesses.enter_context(kept(f"witness {name}", WitnessRound(name, witness), every=_WITNESS_EVERY))
        yield


def sign_ledger() -> int:
    """Have the settings in the ledger by which verdicts are given, and all of it under a signature: so many entries."""
    with write_session(SYSTEM) as session:
        state_settings(session)
    return _sign()


def _sign() -> int:
    with write_session(SYSTEM) as session:
        return issue_checkpoint(session).size


@dataclass(slots=True)
class LedgerLook:
    """Looks whether the ledger goes on, in a process that answers and does not sign: it tells pages and whoever posts.

    `place`: how far the present round through the whole ledger has come, in tiles.
    """

    place: int = 0

    def __call__(self) -> bool:
        """Look once."""
        self.place = look_further(self.place)
        look()
        return True


@dataclass(slots=True)
class LedgerWatch:
    """Tells the log and the audit when the ledger is no longer the one that was signed, and when it is again.

    `refused`: the code of what was told last, None while all is well. What the start of the service could not enter
    and sign, since the ledger was held by others, is made up for; `stated`: that is done.
    """

    stated: bool = False
    refused: str | None = None
    due: float = float("-inf")  # when it is to be signed, by a clock that never goes back
    again: float = float("-inf")  # not before then, by the same clock, where signing failed
    place: int = 0  # how far the present round through the whole ledger has come, in tiles

    def __call__(self) -> bool:
        """Look once; have the signer remember what was recorded since, and sign it if that is due."""
        self.place = look_further(self.place)
        refusal = look()
        if refusal is None and self.refused is not None:
            log.warning("ledger_goes_on", after=self.refused)
        if refusal is not None and refusal.code != self.refused:
            log.error(refusal.code, reason=refusal.message.en)
            with under_way(Acting(AuditChannel.SERVICE, "", action=AuditAction.ISSUE_CHECKPOINT)):
                note_error(refusal)
        self.refused = None if refusal is None else refusal.code
        if refusal is None:
            self._sign_or_remember()
        return True

    def _sign_or_remember(self) -> None:
        """A tile that became full is stored by signing, and before it is remembered that it is full: from then on until
        it is stored, every post would work it out anew."""
        with read_session(SYSTEM) as session:
            if has_tile_to_store(session):
                self.due = min(self.due, self.again)
        if time.monotonic() < self.due:
            remember_what_is_there()
            return
        self.due = self.again = time.monotonic() + _SIGNED_AGAIN
        if self.stated:
            _sign()
        else:
            sign_ledger()
        self.stated, self.due, self.again = True, time.monotonic() + _SIGNED_EVERY, float("-inf")


@contextmanager
def kept(name: str, work: Work, *, every: float, first: Work | None = None) -> Iterator[None]:
    """While the block lasts `work` is done now and then `every` so many seconds; `first` until that was done."""
    ended = threading.Event()

    def keep() -> None:
        due = first or work
        while not ended.is_set():
            began = time.monotonic()
            try:
                if due():
                    due = work  # not before the first was done: another process may be at it
            except PlanMissing:
                pass  # there is nothing to keep yet
            except (BiaochiError, SQLAlchemyError) as failure:
                log.warning(f"{name}_not_kept", reason=str(failure)[:300])
            took = time.monotonic() - began
            ended.wait(max(every, min(took, _MOST_BETWEEN)))  # while much is recorded, half the time is others'

    keeper = threading.Thread(target=keep, name=name.replace("_", "-"), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
