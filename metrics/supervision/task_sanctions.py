"""Sanctions that a plan prints for a task (such as 不予保障经费): marks that are set and lifted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar


class SanctionAction(StrEnum):
    MARK = "mark"
    LIFT = "lift"


class SanctionAct(Protocol):
    """An act on a mark. `mark`: the place in the ledger of the mark that is lifted; None for one that is set."""

    @property
    def seq(self) -> int: ...
    @property
    def mark(self) -> int | None: ...


Act = TypeVar("Act", bound=SanctionAct)


@dataclass(frozen=True, slots=True)
class Sanction(Generic[Act]):
    """A mark, and what lifted it; None while it stands."""

    marked: Act
    lifted: Act | None

    @property
    def stands(self) -> bool:
        return self.lifted is None


def sanctions_of(acts: Iterable[Act]) -> Sequence[Sanction[Act]]:
    """Every mark among `acts` with what lifted it, in the order in which they were set."""
    listed = list(acts)
    lifted = {act.mark: act for act in reversed(listed) if act.mark is not None}
    return [Sanction(act, lifted.get(act.seq)) for act in listed if act.mark is None]
