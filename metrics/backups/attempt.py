"""How far an attempt to restore has come, and so what became of the place if it fails."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum


class RestoreStage(StrEnum):
    """Nothing stays yet; all of it is being committed; it is there to stay; and nothing is left to do."""

    UNDONE = "undone"
    COMMITTING = "committing"
    STAYS = "stays"
    DONE = "done"


@dataclass(slots=True)
class RestoreAttempt:
    """`undo` takes away what was put in place so far, when it is closed; from the moment of committing nothing is."""

    undo: ExitStack = field(default_factory=ExitStack)
    stage: RestoreStage = RestoreStage.UNDONE

    def commits(self) -> None:
        """From here on the place may have all of it, whatever is raised."""
        self.undo.pop_all()
        self.stage = RestoreStage.COMMITTING

    def stays(self) -> None:
        """It was committed."""
        self.undo.pop_all()
        self.stage = RestoreStage.STAYS

    def done(self) -> None:
        """It was declared too: what is left is to say so."""
        self.stage = RestoreStage.DONE
