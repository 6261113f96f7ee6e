"""What was verified before: the newest verification of a return, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.queries.submissions import SubmissionEventRow

_UNDOING = frozenset({"submit", "return", "reopen"})


@dataclass(frozen=True, slots=True)
class Verification:
    """The newest verification of a return. `undone`: what ended it, None while it stands."""

    verified: SubmissionEventRow
    undone: SubmissionEventRow | None

    @property
    def stands(self) -> bool:
        return self.undone is None

    @property
    def voided(self) -> bool:
        """True if a changed figure ended it, not the reviewer."""
        return self.undone is not None and self.undone.action == "submit"


def last_verification(events: Sequence[SubmissionEventRow]) -> Verification | None:
    """The newest verification among a return's `events`, oldest first; None if it was never verified."""
    for place in range(len(events) - 1, -1, -1):
        if events[place].action == "verify":
            after = (event for event in events[place + 1 :] if event.action in _UNDOING)
            return Verification(events[place], next(after, None))
    return None
