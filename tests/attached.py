"""Small files of every kind that can be attached."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

_MAIN = {"docx": "wordprocessingml.document.main+xml", "xlsx": "spreadsheetml.sheet.main+xml"}


def a_pdf(said: str = "", *, inside: bytes = b"") -> bytes:
    return b"%PDF-1.7\n% " + said.encode() + b"\n1 0 obj << /Type /Catalog " + inside + b">> endobj\ntrailer\n%%EOF\n"


def a_document(kind: str = "docx", *, parts: tuple[str, ...] = (), main: str = "") -> bytes:
    """An archive that lists a main part as Word and Excel do; `main`: another kind of main part."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        said = f'<Override ContentType="application/vnd.openxmlformats-officedocument.{main or _MAIN[kind]}"/>'
        archive.writestr("[Content_Types].xml", f"<Types>{said}</Types>")
        for part in parts:
            archive.writestr(part, "x")
    return packed.getvalue()


def a_png() -> bytes:
    head = b"IHDR" + struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)
    chunks = (head, b"IDAT" + zlib.compress(b"\0\0"), b"IEND")
    written = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def a_jpeg() -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20) + b"\xff\xd9"
