"""What people wrote beside cells: comments, and the threads of comments that newer programs keep in a part of their
own.

Comments are no content of a sheet: if their parts are damaged, programs open the sheet without them, and so do we. What
we wrote ourselves, into a marked copy that comes back, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from metrics.intake.refusals import FileRefused
from metrics.intake.workbook.parts import Parts
from metrics.intake.workbook.references import area_of
from metrics.intake.workbook.rich_text import LONGEST_WRITTEN, decoded
from metrics.intake.workbook.xml_events import XmlReader

Comments = dict[tuple[int, int], str]
"""Row and column, both from 1 → text."""

AUTHOR = "Biaochi 标尺"  # of the comments that we write ourselves, into a marked copy
ABOVE_OTHERS = "———— 原批注 · The comment that was there ————"  # between our words and somebody's comment
_THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def comments_of(parts: Parts, sheet: str) -> Comments:
    """The comments on the sheet in part `sheet`. The first one of a thread stands above the answers to it."""
    found: Comments = {}
    for kind, root, reader in (("comments", "comments", _Plain), ("threadedComment", "ThreadedComments", _Threads)):
        for part in _related(parts, sheet, kind):
            taken = reader()
            try:
                with parts.opened(part) as source:
                    taken.read(source, root=root)
            except FileRefused as refused:
                _pass_on_if_too_demanding(refused)
                continue
            found.update(taken.comments())  # beside a thread stands a plain comment for older programs
    return found


def comment_of_others(text: str) -> str:
    """Of a comment what was there before we wrote above it."""
    return text.rpartition(ABOVE_OTHERS)[2].lstrip()


def _related(parts: Parts, sheet: str, kind: str) -> list[str]:
    try:
        return [found.target for found in parts.relations(sheet) if found.kind == kind]
    except FileRefused as refused:
        _pass_on_if_too_demanding(refused)
        return []


def _pass_on_if_too_demanding(refused: FileRefused) -> None:
    if refused.code == "file_too_demanding":
        raise refused


class _CommentReader(XmlReader):
    """Collects texts by the place they belong to."""

    def __init__(self) -> None:
        super().__init__()
        self._place: tuple[int, int] | None = None
        self._texts: dict[tuple[int, int], str] = {}
        self._taking = False

    def comments(self) -> Comments:
        return {place: kept for place, text in self._texts.items() if (kept := decoded(text.strip()))}

    def characters(self, data: str) -> None:
        if self._taking and self._place is not None:
            self._texts[self._place] = (self._texts.get(self._place, "") + data)[:LONGEST_WRITTEN]


class _Plain(_CommentReader):
    names = frozenset({"comments", "author", "comment", "text", "t", "rPh"})

    def __init__(self) -> None:
        super().__init__()
        self._authors: list[str] = []
        self._author = ""
        self._phonetic = self._naming = False

    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if name == "author" and depth == 3:
            self._naming = True
            self._authors.append("")
        elif name == "comment" and depth == 3:
            self._author = self._named(attributes.get("authorId", ""))
            self._place = None if AUTHOR in self._author else _place(attributes.get("ref", ""))
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._taking = not self._phonetic

    def characters(self, data: str) -> None:
        if self._naming:
            self._authors[-1] = (self._authors[-1] + data)[:LONGEST_WRITTEN]
        super().characters(data)

    def end(self, name: str, depth: int) -> None:
        if name == "author":
            self._naming = False
        elif name == "t":
            self._taking = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "comment" and depth == 3:
            self._without_names()
            self._place = None

    def _named(self, number: str) -> str:
        known = number.isascii() and number.isdigit() and int(number[:9]) < len(self._authors)
        return self._authors[int(number)] if known else ""

    def _without_names(self) -> None:
        """Take our own words off, and the author's name, which programs write above the text."""
        if self._place is None or self._place not in self._texts:
            return
        text = comment_of_others(self._texts[self._place]).strip()
        for colon in ":：":
            if self._author and text.startswith(self._author + colon):
                text = text[len(self._author) + 1 :]
        self._texts[self._place] = text


class _Threads(_CommentReader):
    namespaces = (_THREADED,)
    names = frozenset({"ThreadedComments", "threadedComment", "text"})

    def start(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if name == "threadedComment":
            self._place = _place(attributes.get("ref", ""))
            if self._place in self._texts:
                self._texts[self._place] += "\n"
        self._taking = name == "text"

    def end(self, name: str, depth: int) -> None:
        self._taking = False


def _place(written: str) -> tuple[int, int] | None:
    try:
        return area_of(written)[:2]
    except FileRefused:
        return None
