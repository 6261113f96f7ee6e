"""The texts of a workbook: plain ones, ones of several runs that look different, and what is escaped in them; and those
that it keeps once for all its cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from metrics.intake.grid import LONGEST_TEXT, kept_text
from metrics.intake.workbook.cell_styles import LEAST_TYPE, CellStyle, size_in_points
from metrics.intake.workbook.colours import UNKNOWN, are_alike, colour_of
from metrics.intake.workbook.parts import Parts, is_true
from metrics.intake.workbook.xml_events import XmlReader

_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
LONGEST_WRITTEN = 8 * LONGEST_TEXT  # a character may be escaped in seven


@dataclass(frozen=True, slots=True)
class Run:
    """`struck`, `raised` (or lowered), `ink` (its colour), `tiny`: None where the run looks like the cell."""

    text: str
    struck: bool | None = None
    raised: bool | None = None
    ink: str | None = None
    tiny: bool | None = None


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell's text; `runs` is empty if it looks the same throughout, as the cell does."""

    text: str
    runs: tuple[Run, ...] = ()

    def struck(self, style: CellStyle) -> bool:
        """True if all of it is struck out, in a cell of this style."""
        runs = [run for run in self.runs if run.text.strip()]
        return all(_own(run.struck, style.struck) for run in runs) if runs else style.struck

    def partly(self, style: CellStyle) -> str:
        """The parts that are struck out, raised or lowered, if others are not."""
        runs = [run for run in self.runs if run.text.strip()]
        struck = [_own(run.struck, style.struck) for run in runs]
        raised = [_own(run.raised, style.raised) for run in runs]
        odd = [s > all(struck) or r > all(raised) for s, r in zip(struck, raised, strict=True)]
        return "".join(run.text for run, is_odd in zip(runs, odd, strict=True) if is_odd)

    def ink(self, style: CellStyle) -> str:
        """The colour of all of it, UNKNOWN if its parts have several."""
        inks = {style.colours.ink if run.ink is None else run.ink for run in self.runs if run.text.strip()}
        return inks.pop() if len(inks) == 1 else UNKNOWN if inks else style.colours.ink

    def seen(self, style: CellStyle) -> str | None:
        """The parts that can be read: neither tiny nor of the colour of what lies behind; None if that is all of it."""
        if not self.runs:
            return "" if style.tiny else None
        behind = style.colours.behind
        kept = [
            run
            for run in self.runs
            if not are_alike(style.colours.ink if run.ink is None else run.ink, behind)
            and not _own(run.tiny, style.tiny)
        ]
        hidden = any(run.text.strip() for run in self.runs if run not in kept)
        return "".join(run.text for run in kept) if hidden else None


class TextReader:
    """Puts the text of one `si` or `is` together from what is within it. Its children have the depth 1.

    Phonetic runs (`rPh`) say how something is pronounced; they are no text.
    """

    names = frozenset({"t", "r", "rPr", "rPh", "strike", "vertAlign", "color", "sz"})

    def __init__(self) -> None:
        self._within = ""  # the child we are in
        self._runs: list[Run] = []
        self._look = Run("")
        self._taking = False
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if depth == 1:
            self._within, self._look = name, Run("")
        if name == "t":
            self._taking = depth == 1 or (depth == 2 and self._within == "r")
        elif name == "rPr" and depth == 2 and self._within == "r":
            self._look = Run("", struck=False, raised=False, ink=UNKNOWN)
        elif depth == 3 and self._within == "r":
            self._take_look(name, attributes)

    def _take_look(self, name: str, attributes: Mapping[str, str]) -> None:
        written = attributes.get("val", "")
        if name == "strike":
            self._look = replace(self._look, struck=is_true(attributes.get("val", "1")))
        elif name == "vertAlign":
            self._look = replace(self._look, raised=written in ("superscript", "subscript"))
        elif name == "color":
            self._look = replace(self._look, ink=colour_of(attributes))
        elif name == "sz" and (size := size_in_points(written)) is not None:
            self._look = replace(self._look, tiny=size < LEAST_TYPE)

    def characters(self, data: str) -> None:
        if self._taking and self._length < LONGEST_WRITTEN:
            kept = data[: LONGEST_WRITTEN - self._length]
            self._runs.append(replace(self._look, text=kept))
            self._length += len(data)

    def end(self, name: str) -> None:
        if name == "t":
            self._taking = False

    def text(self) -> CellText:
        whole = decoded("".join(run.text for run in self._runs))
        if all(replace(run, text="") == Run("") for run in self._runs):
            return CellText(whole)
        return CellText(whole, tuple(replace(run, text=decoded(run.text)) for run in self._runs))


def decoded(text: str) -> str:
    """`text` with what is escaped in it (`_x000D_`) put in, cut, and without what no text holds."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: _characters(found[0]), text)
    return _NO_TEXT.sub("\ufffd", kept_text(text))


def _characters(escaped: str) -> str:
    codes = bytes.fromhex("".join(escaped[place + 2 : place + 6] for place in range(0, len(escaped), 7)))
    return codes.decode("utf-16-be", "replace")


def _own(written: bool | None, inherited: bool) -> bool:
    return inherited if written is None else written


class _StringsReader(XmlReader):
    names = frozenset({"sst", "si"}) | TextReader.names

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[CellText] = []
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


def shared_strings(parts: Parts, part: str | None) -> Sequence[CellText]:
    """The texts in `part`, in order; none if there is no such part."""
    if part is None:
        return []
    reader = _StringsReader()
    with parts.opened(part) as source:
        reader.read(source, root="sst")
    return reader.texts
