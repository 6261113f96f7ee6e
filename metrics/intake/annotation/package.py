"""A workbook's parts: read whole, added to, and written back in order. Untouched parts keep their bytes."""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.sax.saxutils import quoteattr

from metrics.intake.annotation.xml_edits import NotXml, XmlElement, as_utf8, edited, into, outline

CONTENT_TYPES = "[Content_Types].xml"
_STRICT = "http://purl.oclc.org/ooxml/"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml."


class Package:
    """The parts of one workbook by name, in the archive's order."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        self.workbook = self._workbook()

    def outline(self, part: str, *, depth: int) -> XmlElement:
        """The outline of a part, which is UTF-8 from then on. Raises NotXml if there is none."""
        part = self._named(part)
        if part not in self.parts:
            raise NotXml(f"no part {part}")
        self.parts[part] = as_utf8(self.parts[part])
        return outline(self.parts[part], depth=depth)

    def related(self, part: str, kind: str) -> str | None:
        """The name of the part that `part` refers to by a relationship of `kind`, None if it has none."""
        return next((target for _, found, target in self._relationships(part) if found == kind), None)

    def sheets(self) -> dict[str, str]:
        """Part of every sheet by the sheet's name, in the workbook's order."""
        targets = {identity: target for identity, _, target in self._relationships(self.workbook)}
        listed = self.outline(self.workbook, depth=2).child("sheets")
        found = {}
        for sheet in listed.children if listed else []:
            target = targets.get(sheet.attributes.get("id", ""))
            if target is not None and target in self.parts:
                found[sheet.attributes.get("name", "")] = target
        return found

    def relationships_namespace(self, root: XmlElement) -> str:
        """The namespace of `r:id` in a part with this root."""
        return _STRICT_RELATIONSHIPS if root.namespace.startswith(_STRICT) else _RELATIONSHIPS

    def unused(self, pattern: str) -> str:
        """A part's name that is not taken: `pattern` with a number put in."""
        taken = {name.lower() for name in self.parts}
        return next(name for n in range(1, len(taken) + 2) if (name := pattern.format(n)).lower() not in taken)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Make `part` refer to `target` by a relationship of `kind`; the relationship's id."""
        name = self._named(_relationships_of(part))
        if name not in self.parts:
            self.parts[name] = (
                b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns='
                b'"http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
            )
        root = self.outline(name, depth=1)
        taken = {child.attributes.get("Id") for child in root.children}
        identity = next(f"rIdBiaochi{n}" for n in range(1, len(taken) + 2) if f"rIdBiaochi{n}" not in taken)
        addition = (
            f'<Relationship xmlns="{root.namespace}" Id="{identity}" Type="{_RELATIONSHIPS}/{kind}" '
            f"Target={quoteattr('/' + target)}/>"
        )
        self.parts[name] = edited(self.parts[name], into(self.parts[name], root, addition.encode()))
        return identity

    def declare(self, part: str, kind: str) -> None:
        """Say in the content types that `part` is a `worksheet` or `comments`."""
        root = self.outline(CONTENT_TYPES, depth=1)
        addition = (
            f'<Override xmlns="{root.namespace}" PartName={quoteattr("/" + part)} ContentType="{_CONTENT}{kind}+xml"/>'
        )
        self._add_type(root, addition)

    def declare_drawings(self) -> None:
        """Say in the content types what a part that ends in `.vml` is."""
        root = self.outline(CONTENT_TYPES, depth=1)
        known = {child.attributes.get("Extension", "").lower() for child in root.children if child.name == "Default"}
        if "vml" not in known:
            kind = "application/vnd.openxmlformats-officedocument.vmlDrawing"
            self._add_type(root, f'<Default xmlns="{root.namespace}" Extension="vml" ContentType="{kind}"/>')

    def written(self) -> bytes:
        """The archive with all parts."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        return file.getvalue()

    def _add_type(self, root: XmlElement, addition: str) -> None:
        part = self._named(CONTENT_TYPES)
        self.parts[part] = edited(self.parts[part], into(self.parts[part], root, addition.encode()))

    def _named(self, part: str) -> str:
        """The name under which `part` is there, in whatever case and with whatever slashes."""
        wanted = part.lower()
        return next((name for name in self.parts if name.replace("\\", "/").lower() == wanted), part)

    def _workbook(self) -> str:
        found = self.related("", "officeDocument")
        if found is None or found not in self.parts:
            raise NotXml("no workbook part")
        return found

    def _relationships(self, part: str) -> list[tuple[str, str, str]]:
        """Id, kind (the last word of its type) and target of every relationship within the package."""
        name = self._named(_relationships_of(part))
        if name not in self.parts:
            return []
        found = []
        for child in self.outline(name, depth=1).children:
            if child.attributes.get("TargetMode") != "External":
                written = child.attributes["Target"].replace("\\", "/")
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), written))
                kind = child.attributes["Type"].rpartition("/")[2]
                found.append((child.attributes["Id"], kind, self._named(target.lstrip("/"))))
        return found


def _relationships_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
