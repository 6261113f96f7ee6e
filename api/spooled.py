"""A file that was written for one reader, sent: not at all to whoever has it, from a place on, or whole (RFC 9110)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from api.problems import problem
from api.ranges import ByteRange, NotSatisfiable, asked_range, has_tag
from metrics.errors import Message
from metrics.publish.rendering import Rendered

_CHUNK = 1024 * 1024


def takes_gzip(request: Request) -> bool:
    """True if whoever asks takes gzip, and would not rather have the bytes as they are."""
    given = parse_accept_header(request.headers.get("accept-encoding", ""), Accept)
    return given["gzip"] > 0 and given["gzip"] >= given["identity"]


def sent(request: Request, rendered: Rendered, headers: Mapping[str, str], *, since_then: bool) -> Response:
    """The answer with what `rendered` holds, whose file is closed once it is sent.

    `since_then`: nothing was recorded since the moment that the request names; its tags, if it has any, say more and
    are asked alone. A range is answered only beside a strong tag in `If-Range` that is still right: whoever has half of
    a file must not get the end of another one.
    """
    tags = request.headers.get("if-none-match")
    if has_tag(tags, rendered.etag) if tags is not None else since_then:
        rendered.file.close()
        return Response(status_code=304, headers=_without_body(headers))
    named = request.headers.get("if-range")
    try:
        wanted = request.headers.get("range") if named is not None else None
        part = asked_range(wanted, size=rendered.size, if_range=named, etag=rendered.etag)
    except NotSatisfiable:
        rendered.file.close()
        return range_refused(request, size=rendered.size)
    whole = ByteRange(0, rendered.size - 1)
    about = {**headers, "Accept-Ranges": "bytes", "Content-Length": str((part or whole).length)}
    if part is not None:
        about["Content-Range"] = part.content_range(rendered.size)
    return StreamingResponse(
        _chunks(rendered.file, part or whole), status_code=200 if part is None else 206, headers=about
    )


def range_refused(request: Request, *, size: int) -> Response:
    """The answer to a range that lies outside `size` bytes."""
    return problem(
        request,
        416,
        code="range_not_satisfiable",
        message=Message(f"所请求的范围超出文件({size} 字节)。", f"The file has {size} bytes."),
        headers={"Content-Range": f"bytes */{size}"},
    )


def _without_body(headers: Mapping[str, str]) -> dict[str, str]:
    left_out = ("Content-Type", "Content-Disposition", "Content-Encoding")
    return {name: value for name, value in headers.items() if name not in left_out}


def _chunks(file: IO[bytes], part: ByteRange) -> Iterator[bytes]:
    with file:
        file.seek(part.first)
        left = part.length
        while left and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
