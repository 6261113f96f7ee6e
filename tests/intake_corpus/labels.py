"""A file with what a person reads in it: the readings that are right, written down when the file is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.intake.file_questions import Opened

Submissions = Mapping[str, Mapping[str, str]]  # unit/period → element → figure


@dataclass(frozen=True)
class Reads:
    """These figures and no others, nothing asked."""

    submissions: Submissions


@dataclass(frozen=True)
class Refuses:
    """Refused, each problem at one of `cells`; with `each`, at every one of them. An empty name is the whole file.

    `says`: what one of the refusals has to say, in its words or in what is expected.
    """

    cells: frozenset[str]
    each: bool = False
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asks:
    """Asked about at one of `cells`, with `shows` in the question; after any answer one of `readings`, or refused."""

    cells: frozenset[str]
    shows: tuple[str, ...] = ()
    readings: tuple[Submissions, ...] = ()


Right = Reads | Refuses | Asks


@dataclass(frozen=True)
class Case:
    """One file. `right`: the answers that are right; where a sheet is read by nobody the same, more than one."""

    kind: str
    name: str
    content: bytes
    right: tuple[Right, ...]
    opened: Opened | None = None

    @property
    def cells(self) -> int:
        """Places labelled: figures, or what is refused or asked about, of the first right answer."""
        first = self.right[0]
        return sum(map(len, first.submissions.values())) if isinstance(first, Reads) else len(first.cells)


def refuses(*cells: str, each: bool = False, says: tuple[str, ...] = ()) -> Refuses:
    return Refuses(frozenset(cells), each, says)


def asks(*cells: str, shows: tuple[str, ...] = (), readings: tuple[Submissions, ...] = ()) -> Asks:
    return Asks(frozenset(cells), shows, readings)
