"""Which files can be attached to a record, known by what is in them: PDF, DOCX, XLSX, JPEG, PNG. Pure.

A file is looked at and never taken apart: what stands in a document is nobody's here to run or to read. What shows that
it runs something, needs a password or is not whole is refused in words; what hides that better than its table of
contents tells is not found, which is why attachments are only ever downloaded.
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from metrics.errors import Invalid, Message, Problem, TooLarge
from metrics.forms import as_given

LARGEST_ATTACHMENT = 20 * 1024 * 1024  # bytes
_LONGEST_NAME = 120  # characters, the ending aside
_MOST_PARTS = 5000  # of a document
_LARGEST_CONTENTS = 1024 * 1024  # bytes of a document's table of parts, and of its list of their kinds
_LARGEST_UNPACKED = 512 * 1024 * 1024  # bytes, as its parts are declared
_PDF_HEAD = re.compile(rb"%PDF-[12]\.\d")
_PDF_RUNS = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)[\s/<\[(>]")
_PDF_ENCRYPTED = re.compile(rb"/Encrypt[\s/<\[]")
_PDF_TAIL = 2048  # bytes in which %%EOF stands
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PNG = b"\x89PNG\r\n\x1a\n"
_END = struct.Struct("<4s4H2LH")  # the record at the end of an archive
_RUNS = re.compile(r"vbaproject|vbadata|/macrosheets/|/activex/|/ctrlprops/.*\.bin$")


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is taken: its ending, the endings it may come with, and its media type."""

    ending: str
    endings: frozenset[str]
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileKind("pdf", frozenset({"pdf"}), "application/pdf")
DOCX = FileKind("docx", frozenset({"docx"}), f"{_OFFICE}wordprocessingml.document")
XLSX = FileKind("xlsx", frozenset({"xlsx"}), f"{_OFFICE}spreadsheetml.sheet")
JPEG = FileKind("jpg", frozenset({"jpg", "jpeg"}), "image/jpeg")
PNG = FileKind("png", frozenset({"png"}), "image/png")
FILE_KINDS = (PDF, DOCX, XLSX, JPEG, PNG)
_MAIN_PARTS = {b"wordprocessingml.document.main+xml": DOCX, b"spreadsheetml.sheet.main+xml": XLSX}


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A file that may be attached: `name` without folders and signs that mislead, with the ending of its kind."""

    name: str
    kind: FileKind


def look_at(name: str, content: bytes) -> LookedAt:
    """What the file is. Raises Invalid, its problem at `/file`, for one that cannot be attached."""
    kind = _kind_of(content)
    return LookedAt(_plain_name(name, kind), kind)


def attachment_too_large() -> TooLarge:
    """The refusal of a file that is too large."""
    most = LARGEST_ATTACHMENT // 1024**2
    message = Message(
        f"附件最大 {most} MB。请压缩图片或拆成几个文件后重新上传。",
        f"An attachment has at most {most} MiB. Make its pictures smaller or split it, and upload that.",
    )
    return TooLarge("attachment_too_large", message)


def _kind_of(content: bytes) -> FileKind:
    if not content:
        raise _refused("attachment_empty")
    if _PDF_HEAD.match(content):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        if b"\xff\xd9" not in content[-64:]:
            raise _refused("attachment_broken")
        return JPEG
    raise _refused("attachment_old_format" if content.startswith(_OLE) else "attachment_kind_unknown")


def _pdf(content: bytes) -> FileKind:
    if b"%%EOF" not in content[-_PDF_TAIL:]:
        raise _refused("attachment_broken")
    if _PDF_ENCRYPTED.search(content):
        raise _refused("attachment_encrypted")
    if _PDF_RUNS.search(content):
        raise _refused("attachment_runs")
    return PDF


def _png(content: bytes) -> FileKind:
    whole = content[8:16] == b"\x00\x00\x00\x0dIHDR" and content[-12:-4] == b"\x00\x00\x00\x00IEND"
    if not whole:
        raise _refused("attachment_broken")
    return PNG


def _document(content: bytes) -> FileKind:
    """A DOCX or XLSX, by the kinds of parts that it lists. Only that list is unpacked."""
    if not _has_small_contents(content):
        raise _refused("attachment_broken")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_parts(parts)
            listed = next((part for part in parts if part.filename.lower() == "[content_types].xml"), None)
            if listed is None:
                raise _refused("attachment_kind_unknown")
            with archive.open(listed) as source:
                kinds = source.read(_LARGEST_CONTENTS + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, struct.error):
        raise _refused("attachment_broken") from None
    if len(kinds) > _LARGEST_CONTENTS:
        raise _refused("attachment_broken")
    if b"macroEnabled" in kinds:
        raise _refused("attachment_macros")
    found = [kind for main, kind in _MAIN_PARTS.items() if main in kinds]
    if len(found) != 1:
        raise _refused("attachment_kind_unknown")
    return found[0]


def _has_small_contents(content: bytes) -> bool:
    """False for a table of parts that would take long to read, and for a form of it that 20 MiB never need."""
    at = content.rfind(b"PK\x05\x06", -65557)
    if at < 0 or len(content) - at < _END.size:
        return False
    size = _END.unpack_from(content, at)[5]
    return size <= _LARGEST_CONTENTS and b"PK\x06\x07" not in content[max(0, at - 20) : at]


def _refuse_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        raise _refused("attachment_broken")
    if any(part.flag_bits & 0x1 for part in parts):
        raise _refused("attachment_encrypted")
    names = ["/" + part.filename.replace("\\", "/").lower() for part in parts]
    if len(set(names)) != len(names):
        raise _refused("attachment_broken")  # two parts of one name: programs disagree on which counts
    if any(_RUNS.search(name) for name in names):
        raise _refused("attachment_macros")


def _plain_name(given: str, kind: FileKind) -> str:
    """The last part of a name, without control and format characters (which turn 'gpj.exe' round), with its ending.

    Raises Invalid for an ending that is another kind's: whoever opens the file goes by it.
    """
    base = PurePosixPath(given.replace("\\", "/")).name
    shown = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*/')
    stem, dot, ending = " ".join(shown.split()).rpartition(".")
    if not dot:
        stem, ending = ending, ""
    if ending and not (ending.isascii() and ending.isalnum() and len(ending) <= 5):
        stem, ending = f"{stem}.{ending}", ""  # 关于9.30前完成的情况说明 has a point and no ending
    if ending and ending.lower() not in kind.endings:
        raise _name_lies(given, kind)
    stem = stem.strip(" .")[:_LONGEST_NAME].strip(" .") or "file"
    return f"{stem}.{ending.lower() or kind.ending}"


def _name_lies(given: str, kind: FileKind) -> Invalid:
    found = kind.ending.upper()
    message = Message(
        f"文件名“{as_given(given)}”与内容不符:内容是 {found}。请改回正确的扩展名 .{kind.ending} 后重新上传。",
        f"The name {as_given(given)!r} is not what is in the file, which is {found}. Give it back the ending "
        f".{kind.ending} and upload it again.",
    )
    return Invalid("attachment_name_lies", message, [Problem("attachment_name_lies", message, "/file", given=given)])


def _refused(code: str) -> Invalid:
    message = REFUSALS[code]
    return Invalid(code, message, [Problem(code, message, "/file")])


REFUSALS: dict[str, Message] = {
    "attachment_empty": Message("文件是空的。", "The file is empty."),
    "attachment_kind_unknown": Message(
        "附件只收 PDF、DOCX、XLSX、JPEG、PNG(按内容辨认,改扩展名没有用)。请另存为其中一种后重新上传。",
        "Attachments are PDF, DOCX, XLSX, JPEG or PNG, known by what is in them and not by their name. Save the file "
        "as one of these and upload that.",
    ),
    "attachment_old_format": Message(
        "这是旧版 .doc、.xls、WPS 的 .wps、.et,或带密码的文件。请去掉密码,另存为 .docx 或 .xlsx 后重新上传。",
        "This is an old .doc or .xls, a WPS .wps or .et, or a file with a password. Take the password off, save it as "
        ".docx or .xlsx and upload that.",
    ),
    "attachment_encrypted": Message(
        "文件带密码或有加密的部分,收的人打不开。请去掉密码后重新上传。",
        "The file is encrypted, and who receives it could not open it. Take the password off and upload it again.",
    ),
    "attachment_macros": Message(
        "文件含有宏或 ActiveX 控件。请另存为不含宏的 .docx 或 .xlsx 后重新上传。",
        "The file holds macros or ActiveX controls. Save it as .docx or .xlsx without them and upload that.",
    ),
    "attachment_runs": Message(
        "PDF 内含脚本、可启动的程序或嵌入的文件。请用“打印为 PDF”重新生成后上传。",
        "The PDF holds scripts, something to launch, or other files. Print it to a new PDF and upload that.",
    ),
    "attachment_broken": Message(
        "文件已损坏或不完整。请重新保存后再上传。",
        "The file is damaged or not whole. Save it again and upload that.",
    ),
}
