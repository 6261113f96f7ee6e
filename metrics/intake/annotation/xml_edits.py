"""Additions to an XML part of a workbook that leave every other byte of it as it was.

Writing a parsed part anew would rename prefixes that Excel insists on and lose what a library does not know. Here the
parser only says where elements begin and end.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

_TAG = re.compile(rb"<[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*>")
_COUNT = re.compile(rb"""(\scount\s*=\s*["'])\d+(["'])""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class NotXml(ValueError):
    """A part that cannot be read as XML."""


@dataclass(slots=True)
class XmlElement:
    """One element: namespace and local name, attributes by local name, and the offsets at which its tags begin."""

    namespace: str
    name: str
    attributes: Mapping[str, str]
    start: int
    end: int = 0
    children: list[XmlElement] = field(default_factory=list)

    def child(self, name: str) -> XmlElement | None:
        return next((child for child in self.children if child.name == name), None)


def as_utf8(xml: bytes) -> bytes:
    """The part in UTF-8, which nearly every part is in already."""
    if not xml.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        return xml
    return _DECLARATION.sub('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', xml.decode("utf-16")).encode()


def outline(xml: bytes, *, depth: int) -> XmlElement:
    """The root of `xml` with its descendants down to `depth`. Raises NotXml."""
    parser = ParserCreate(namespace_separator=" ")
    stack: list[XmlElement] = []
    roots: list[XmlElement] = []
    below = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal below
        if len(stack) > depth or below:
            below += 1
            return
        namespace, _, local = name.rpartition(" ")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        found = XmlElement(namespace, local, plain, parser.CurrentByteIndex)
        (stack[-1].children if stack else roots).append(found)
        stack.append(found)

    def end(_: str) -> None:
        nonlocal below
        if below:
            below -= 1
        else:
            stack.pop().end = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(xml, True)
    except (ExpatError, ValueError) as error:
        raise NotXml(str(error)) from None
    return roots[0]


Edit = tuple[int, int, bytes]  # from, to, what stands there instead


def edited(xml: bytes, edits: Iterable[Edit]) -> bytes:
    """`xml` with `edits`, which do not overlap; of two at one place the one given first comes first."""
    pieces, place = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[0]):
        pieces += [xml[place:start], replacement]
        place = end
    return b"".join([*pieces, xml[place:]])


def into(xml: bytes, element: XmlElement, addition: bytes, *, added: int = 0) -> list[Edit]:
    """Put `addition` at the end of `element`; its attribute `count`, if it has one, grows by `added`."""
    tag = _TAG.match(xml, element.start)
    if tag is None:
        raise NotXml("no tag where an element begins")
    text = tag[0]
    if added:
        count = int(element.attributes.get("count", "0")) + added
        text = _COUNT.sub(lambda found: found[1] + str(count).encode() + found[2], text)
    if text.endswith(b"/>"):
        name = text[1:-2].split()[0]
        return [(tag.start(), tag.end(), text[:-2].rstrip() + b">" + addition + b"</" + name + b">")]
    grown = [] if text == tag[0] else [(tag.start(), tag.end(), text)]
    return [*grown, (element.end, element.end, addition)]


def before_any(root: XmlElement, names: Iterable[str]) -> int:
    """The offset before the first child of `root` with one of `names`, else at the root's end."""
    later = set(names)
    return next((child.start for child in root.children if child.name in later), root.end)


def removed(xml: bytes, element: XmlElement) -> Edit:
    """Take `element` out."""
    tag = _TAG.match(xml, element.start)
    if tag is None:
        raise NotXml("no tag where an element begins")
    if tag[0].endswith(b"/>"):
        return (tag.start(), tag.end(), b"")
    return (element.start, xml.index(b">", element.end) + 1, b"")
