"""A multipart upload read by hand: one file and a few texts, never more than so many bytes, wherever it goes wrong."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from metrics.errors import BadRequest, Invalid, Message, Problem, TooLarge, WrongKind
from metrics.intake.limits import LARGEST_FILE
from metrics.intake.refusals import refuse_file

_LARGEST_FIELD = 256 * 1024  # bytes of one text
_MOST_FIELDS = 10
_LARGEST_BODY = LARGEST_FILE + 1024 * 1024  # bytes: the file, its texts and what stands between them
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SentFile:
    """An uploaded file, not looked at, and the texts that came with it."""

    name: str
    content: bytes
    fields: dict[str, str]


async def sent_file(request: Request) -> SentFile:
    """The file in the field `file`, and the other fields.

    Raises WrongKind unless the body says that it is multipart, TooLarge beyond 10 MiB, BadRequest for a body that
    is broken, Invalid without a file or with a field twice.
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
    parser = MultiPartParser(
        headers, _counted(request), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD
    )
    try:
        form = await parser.parse()
    except ClientDisconnect:
        raise _broken("it broke off") from None
    except MultiPartException as error:
        raise _broken(error.message) from None
    try:
        return await _sent(form.multi_items())
    finally:
        await form.close()


Sent = Annotated[SentFile, Depends(sent_file)]


async def _counted(request: Request) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise _too_large()
        yield chunk


async def _sent(items: list[tuple[str, Any]]) -> SentFile:
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
    if len(content) > LARGEST_FILE:
        raise _too_large()
    return SentFile(name, content, fields)


def _too_large() -> TooLarge:
    return TooLarge("file_too_large", refuse_file("file_too_large").message)


def _broken(why: str) -> BadRequest:
    return BadRequest(
        "body_not_multipart", Message("上传内容不完整或格式有误。", f"The multipart body cannot be read: {why}.")
    )
