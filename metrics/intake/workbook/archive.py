"""A workbook as a ZIP archive: is it one, is it safe to open. Looked at before any of it is parsed."""

from __future__ import annotations

import io
import zipfile
import zlib

from metrics.intake import limits
from metrics.intake.refusals import FileRefused

_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_READ_AT_ONCE = 1024 * 1024


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The archive of an .xlsx workbook that may be parsed. Raises FileRefused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise FileRefused("file_broken") from None
    _refuse_bombs(archive)
    _refuse_other_formats(archive)
    _refuse_declarations(archive)
    return archive


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Declared sizes can be trusted: no more than that is ever read of a part, and a wrong one fails its checksum."""
    parts = archive.infolist()
    if len(parts) > limits.MOST_PARTS:
        raise FileRefused("file_unpacks_too_large", what="parts", found=len(parts), most=limits.MOST_PARTS)
    if (size := sum(part.file_size for part in parts)) > limits.LARGEST_UNPACKED:
        raise FileRefused("file_unpacks_too_large", what="bytes", found=size, most=limits.LARGEST_UNPACKED)
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileRefused("file_old_format")  # parts under a password
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    if len(set(names)) != len(names):
        raise FileRefused("file_broken")  # two parts of one name: programs disagree on which counts


def _refuse_other_formats(archive: zipfile.ZipFile) -> None:
    names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    if "mimetype" in names:
        raise FileRefused("file_open_document")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused("file_macros")
    if "xl/workbook.bin" in names:
        raise FileRefused("file_binary_workbook")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise FileRefused("file_not_a_workbook")


def _refuse_declarations(archive: zipfile.ZipFile) -> None:
    """Refuse XML with a document type or entities, in whatever encoding; read in pieces."""
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        tail = b""
        try:
            with archive.open(part) as stream:
                while piece := stream.read(_READ_AT_ONCE):
                    seen = (tail + piece).replace(b"\x00", b"").upper()
                    if any(declaration in seen for declaration in _DECLARATIONS):
                        raise FileRefused("file_entities")
                    tail = piece[-64:]
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            raise FileRefused("file_broken") from None
