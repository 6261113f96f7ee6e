"""The parts of a workbook that say where its sheets are. Names are looked up in any case, targets may be absolute, and
the strict form of the format is read like the usual one: all of that programs open without a word.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse

from metrics.intake.refusals import FileRefused

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_IDENTITIES = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


@dataclass(frozen=True, slots=True)
class Relation:
    """`kind` is the last word of its type, `target` the name of a part."""

    identity: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What the part `workbook` says.

    `recalculate`: results of formulas do not hold until they are calculated again. `manual`: they are calculated only
    when somebody asks. `from_1904`: dates are counted from that year. `strings`, `styles`: parts.
    """

    sheets: tuple[Worksheet, ...]
    recalculate: bool
    manual: bool
    from_1904: bool
    strings: str | None
    styles: str | None


class Parts:
    """The parts of an archive by name, whatever its case and slashes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {_folded(name): name for name in archive.namelist()}

    def has(self, part: str) -> bool:
        return _folded(part) in self._names

    @contextmanager
    def opened(self, part: str) -> Iterator[IO[bytes]]:
        """The part to be read; whatever is wrong with it as XML or as an archive raises FileRefused."""
        if not self.has(part):
            raise FileRefused("file_broken", part=part)
        try:
            with self._archive.open(self._names[_folded(part)]) as source:
                yield source
        except DefusedXmlException:
            raise FileRefused("file_entities") from None
        except (ParseError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            raise FileRefused("file_broken", part=part) from None

    def root(self, part: str) -> Element:
        with self.opened(part) as source:
            found = parse(source, forbid_dtd=True).getroot()
        if found is None:
            raise FileRefused("file_broken", part=part)
        return found

    def relations(self, part: str) -> list[Relation]:
        """The relationships of `part` within the workbook; those of `""` are the archive's own."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(listed):
            return []
        return [
            Relation(
                identity=element.get("Id", ""),
                kind=element.get("Type", "").rpartition("/")[2],
                target=self._target(folder, element.get("Target", "")),
            )
            for element in self.root(listed)
            if element.get("TargetMode") != "External"
        ]

    def _target(self, folder: str, written: str) -> str:
        """The name of the part that `written` means, seen from `folder`."""
        path = posixpath.normpath(posixpath.join("/", folder, written.replace("\\", "/"))).lstrip("/")
        return path if self.has(path) else unquote(path)


def workbook_outline(parts: Parts) -> Outline:
    """Where everything is. Raises FileRefused if there is no workbook, or a sheet that is listed is not there."""
    workbook = next(
        (found.target for found in parts.relations("") if found.kind == "officeDocument"), "xl/workbook.xml"
    )
    relations = parts.relations(workbook)
    root = parts.root(workbook)
    if local_name(root) != "workbook":
        raise FileRefused("file_broken", part=workbook)
    targets = {found.identity: found for found in relations}
    sheets = []
    for sheet in children(child(root, "sheets"), "sheet"):
        found = targets.get(next((sheet.get(name) or "" for name in _IDENTITIES if sheet.get(name)), ""))
        if found is None or (found.kind == "worksheet" and not parts.has(found.target)):
            raise FileRefused("file_broken", part=sheet.get("name", ""))
        if found.kind == "worksheet":
            sheets.append(Worksheet(sheet.get("name", ""), found.target, sheet.get("state", "visible") != "visible"))
    calculation, properties = child(root, "calcPr"), child(root, "workbookPr")
    return Outline(
        sheets=tuple(sheets),
        recalculate=calculation is not None
        and (
            is_true(calculation.get("fullCalcOnLoad"))
            or is_true(calculation.get("forceFullCalc"))
            or not is_true(calculation.get("calcCompleted", "1"))
        ),
        manual=calculation is not None and calculation.get("calcMode") == "manual",
        from_1904=properties is not None and is_true(properties.get("date1904")),
        strings=next((found.target for found in relations if found.kind == "sharedStrings"), None),
        styles=next((found.target for found in relations if found.kind == "styles" and parts.has(found.target)), None),
    )


def local_name(element: Element) -> str:
    """The name of an element of the spreadsheet's own namespaces, "" for any other."""
    namespace, _, name = element.tag.removeprefix("{").rpartition("}")
    return name if namespace in MAIN else ""


def child(element: Element | None, name: str) -> Element | None:
    return next(iter(children(element, name)), None)


def children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [found for found in element if local_name(found) == name]


def is_true(written: str | None) -> bool:
    return written in ("1", "true", "on")


def _folded(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()
