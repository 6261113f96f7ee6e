"""XML read as events, so that a part of any size needs no memory: elements of the reader's own namespaces by their
local names, with their depth (the root has 1), all others as "".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Protocol
from xml.parsers.expat import ExpatError, ParserCreate

from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.parts import MAIN

_READ_AT_ONCE = 256 * 1024


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class XmlReader(ABC):
    """Something that takes events. `names`: the elements that it wants to know of; others are only counted as depth."""

    names: frozenset[str]
    namespaces: tuple[str, ...] = MAIN
    foreign: Mapping[str, str] = {}  # namespace and name of others that it wants to know of -> what it calls them

    def __init__(self) -> None:
        self._names = {f"{namespace} {name}": name for namespace in self.namespaces for name in self.names}
        self._names |= self.foreign
        self._depth = 0

    @abstractmethod
    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None: ...

    @abstractmethod
    def end(self, name: str, depth: int) -> None: ...

    @abstractmethod
    def characters(self, data: str) -> None: ...

    def read(self, source: Readable, *, root: str) -> None:
        """Take all events of a part. Raises FileRefused if it is no XML, or its root is another one."""
        parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = _refuse_declaration
        self._root = root
        try:
            while piece := source.read(_READ_AT_ONCE):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except ExpatError:
            raise FileRefused("file_broken") from None

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        known = self._names.get(name)
        if self._depth == 1 and known != self._root:
            raise FileRefused("file_broken")
        if known is not None:
            self.start(known, attributes, self._depth)

    def _ended(self, name: str) -> None:
        known = self._names.get(name)
        if known is not None:
            self.end(known, self._depth)
        self._depth -= 1


def _refuse_declaration(*_: object) -> None:
    raise FileRefused("file_entities")
