"""The texts that a workbook keeps once for all its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics.intake.rich_text import Text, TextReader
from metrics.intake.workbook_parts import Parts
from metrics.intake.xml_events import XmlReader


class _StringsReader(XmlReader):
    names = frozenset({"sst", "si"}) | TextReader.names

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[Text] = []
        self._reader: TextReader | None = None

    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if depth == 2 and name == "si":
            self._reader = TextReader()
        elif self._reader is not None:
            self._reader.start(name, attributes, depth - 2)

    def characters(self, data: str) -> None:
        if self._reader is not None:
            self._reader.characters(data)

    def end(self, name: str, depth: int) -> None:
        if self._reader is None:
            return
        if depth == 2:
            self.texts.append(self._reader.text())
            self._reader = None
        else:
            self._reader.end(name)


def shared_strings(parts: Parts, part: str | None) -> Sequence[Text]:
    """The texts in `part`, in order; none if there is no such part."""
    if part is None:
        return []
    reader = _StringsReader()
    with parts.opened(part) as source:
        reader.read(source, root="sst")
    return reader.texts
