"""What is uploaded: a multipart body read by hand, or one long CSV; never more than so many bytes, however it ends."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import IO, Annotated, Any
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from api.security.dependencies import CurrentPrincipal
from metrics.errors import BadRequest, Invalid, Message, Problem, TooLarge, WrongKind
from metrics.history.tidy_file import LARGEST
from metrics.intake.limits import LARGEST_FILE
from metrics.intake.refusals import refuse_file
from metrics.passing_files import passing_file
from metrics.principal import Scope
from metrics.supervision.file_kinds import LARGEST_ATTACHMENT, attachment_too_large

_LARGEST_FIELD = 256 * 1024  # bytes of one text
_MOST_FIELDS = 10
_BESIDES = 1024 * 1024  # bytes of the texts beside the file and of what stands between them
_PARAMETER = re.compile(rb';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_EXTENDED = re.compile(rb"([A-Za-z0-9!#$%&+^_`{}~.-]+)'[^']*'([^'\s]*)")  # RFC 8187: charset'language'name
_ENCODINGS = {
    b"utf-8": "utf-8",
    b"iso-8859-1": "latin-1",
    b"gb18030": "gb18030",
    b"gbk": "gb18030",
    b"gb2312": "gb18030",
}
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Size:
    """How many bytes a file may have, and the refusal of one that has more."""

    most: int
    refused: Callable[[], TooLarge]


def _figures_too_large() -> TooLarge:
    return TooLarge("file_too_large", refuse_file("file_too_large").message)


_FIGURES = _Size(LARGEST_FILE, _figures_too_large)
_ATTACHED = _Size(LARGEST_ATTACHMENT, attachment_too_large)


@dataclass(frozen=True, slots=True)
class SentFile:
    """An uploaded file, not looked at, and the texts that came with it."""

    name: str
    content: bytes
    fields: dict[str, str]


async def sent_file(request: Request) -> SentFile:
    """The file in the field `file`, and the other fields: see :func:`_sent_file`; TooLarge beyond 10 MiB."""
    return await _sent_file(request, _FIGURES)


async def sent_attachment(request: Request) -> SentFile:
    """As :func:`sent_file`; TooLarge beyond 20 MiB."""
    return await _sent_file(request, _ATTACHED)


async def _sent_file(request: Request, size: _Size) -> SentFile:
    """The file in the field `file`, and the other fields.

    Raises WrongKind unless the body says that it is multipart, TooLarge beyond `size`, BadRequest `upload_cut_off` for
    a body that ends too early and `body_not_multipart` for any other that is broken, Invalid without a file or with a
    field twice.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise WrongKind(
            "body_kind_unknown",
            Message("请以 multipart/form-data 上传文件(file 字段)。", "The body is to be multipart/form-data."),
        )
    if b"boundary" not in options:
        raise _broken("no boundary")
    boundary = options[b"boundary"].decode("latin-1")
    headers = Headers({"content-type": f'multipart/form-data; boundary="{boundary}"'})  # no other character set
    received = _Received()
    parser = _Parts(
        headers, _counted(request, received, size), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD
    )
    try:
        form = await parser.parse()
    except ClientDisconnect:
        raise _cut_off(request, received) from None
    except MultiPartException as error:
        raise _broken(error.message) from None
    try:
        if not parser.ended or received.size < _declared(request):
            raise _cut_off(request, received)
        return await _sent(form.multi_items(), size)
    finally:
        parser.close()


Sent = Annotated[SentFile, Depends(sent_file)]
SentAttachment = Annotated[SentFile, Depends(sent_attachment)]


async def sent_history(request: Request, principal: CurrentPrincipal) -> AsyncGenerator[IO[bytes], None]:
    """The body, a long CSV, as a file that is gone afterwards. Nothing is read of whoever may not send it.

    Raises Forbidden, WrongKind unless the body says that it is text/csv, TooLarge, BadRequest `upload_cut_off`,
    Unavailable where there is no room for it.
    """
    principal.require(Scope.BULK)
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"text/csv":
        raise WrongKind("body_kind_unknown", Message("请以 text/csv 发送。", "The body is to be text/csv."))
    received = _Received()
    with passing_file() as file:
        try:
            async for chunk in request.stream():
                received.size += len(chunk)
                if received.size > LARGEST:
                    raise TooLarge("file_too_large", refuse_file("file_too_large", {"most": LARGEST}).message)
                file.write(chunk)
        except ClientDisconnect:
            raise _cut_off(request, received) from None
        if received.size < _declared(request):
            raise _cut_off(request, received)
        yield file


SentHistory = Annotated[IO[bytes], Depends(sent_history)]


@dataclass(slots=True)
class _Received:
    """How many bytes of the body have come."""

    size: int = 0


class _Parts(MultiPartParser):
    """As Starlette's, and it knows whether the last boundary came, and names given as `filename*`.

    python-multipart leaves `filename*` out, since RFC 7578 forbids it; clients send it all the same.
    """

    ended = False

    def on_end(self) -> None:
        self.ended = True

    def close(self) -> None:
        """Let go of every file, one that never ended included."""
        for file in self._files_to_close_on_error:
            file.close()

    def on_headers_finished(self) -> None:
        self._current_part.content_disposition = _plainly_named(self._current_part.content_disposition)
        super().on_headers_finished()


def _plainly_named(disposition: bytes | None) -> bytes | None:
    """A Content-Disposition whose file name is UTF-8 in `filename`, whichever way it was given."""
    if disposition is None:
        return None
    given = {key.lower(): value.strip() for key, value in _PARAMETER.findall(disposition)}
    extended = given.get(b"filename*")
    plain = given.get(b"filename")
    if extended is None and plain is None:
        return disposition
    name = None if extended is None else _extended_name(extended)
    if name is None:
        name = _in_some_encoding(_unquoted(plain or b""))
    rest = disposition.partition(b";")[0] + b"".join(
        b"; " + key + b"=" + value for key, value in given.items() if not key.startswith(b"filename")
    )
    return rest + b'; filename="' + name.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _extended_name(value: bytes) -> str | None:
    """The name in an extended value, None if it is none or in no encoding that is known."""
    found = _EXTENDED.fullmatch(_unquoted(value))
    if found is None:
        return None
    try:
        return unquote_to_bytes(found[2]).decode(_ENCODINGS[found[1].lower()])
    except (KeyError, UnicodeDecodeError):
        return None


def _in_some_encoding(name: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("latin-1")


def _unquoted(value: bytes) -> bytes:
    if len(value) < 2 or value[:1] != b'"' or value[-1:] != b'"':
        return value
    return value[1:-1].replace(b"\\\\", b"\\").replace(b'\\"', b'"')


async def _counted(request: Request, received: _Received, size: _Size) -> AsyncGenerator[bytes, None]:
    async for chunk in request.stream():
        received.size += len(chunk)
        if received.size > size.most + _BESIDES:
            raise size.refused()
        yield chunk


async def _sent(items: list[tuple[str, Any]], size: _Size) -> SentFile:
    fields: dict[str, str] = {}
    name, content = "", None
    for field, value in items:
        if field in fields or (field == "file" and content is not None):
            message = Message(f"“{field[:50]}”出现了两次。", f"The field {field[:50]!r} comes twice.")
            raise Invalid("field_twice", message, [Problem("field_twice", message, f"/{field[:50]}")])
        if field == "file" and isinstance(value, UploadFile):
            content = await value.read()
            name = _NOT_IN_A_NAME.sub("", value.filename or "")
        elif isinstance(value, str):
            fields[field] = value
        else:
            message = Message(f"文件应放在 file 字段中,而不是“{field[:50]}”。", "The file goes into the field `file`.")
            raise Invalid("field_unknown", message, [Problem("field_unknown", message, f"/{field[:50]}")])
    if content is None:
        message = Message("缺少文件(file 字段)。", "The file is missing (field `file`).")
        raise Invalid("field_missing", message, [Problem("field_missing", message, "/file")])
    if len(content) > size.most:
        raise size.refused()
    return SentFile(name, content, fields)


def _declared(request: Request) -> int:
    """How many bytes the sender said would come, 0 if that is not known."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0


def _cut_off(request: Request, received: _Received) -> BadRequest:
    size, declared = received.size, _declared(request)
    of = (f",应为 {declared} 字节", f" of {declared}") if declared > size else ("", "")
    return BadRequest(
        "upload_cut_off",
        Message(
            f"上传中断,文件没有传完(收到 {size} 字节{of[0]})。未保存任何内容,请重新上传。",
            f"The upload was cut off before its end ({size}{of[1]} bytes arrived). Nothing was stored; send it again.",
        ),
    )


def _broken(why: str) -> BadRequest:
    return BadRequest(
        "body_not_multipart", Message("上传内容不完整或格式有误。", f"The multipart body cannot be read: {why}.")
    )
