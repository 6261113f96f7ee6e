"""What is answered before the application is asked: a problem to scripts, the same in words to a browser's page."""

from __future__ import annotations

from html import escape

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from starlette.types import Scope

from api.problems import problem
from metrics.errors import Message
from metrics.in_print import in_print
from metrics.present_act import Acting, refused_with

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>标尺 Biaochi</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{again}</head>
<body><main><h1>标尺 Biaochi</h1><p>{zh}</p><p lang="en">{en}</p></main></body></html>"""


def early_refusal(
    scope: Scope, status: int, code: str, message: Message, *, retry_after: int | None = None, close: bool = False
) -> Response:
    """The answer to a request that goes no further. `close`: the connection ends, for its body was not read."""
    _name_who_is_known(scope)
    headers = {"Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if close:
        headers["Connection"] = "close"
    request = Request(scope)
    if scope["path"].startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return problem(request, status, code=code, message=message, headers=headers)
    refused_with(code)
    page = _PAGE.format(
        again=_again(scope, status, retry_after), zh=escape(in_print(message.zh)), en=escape(message.en)
    )
    return HTMLResponse(page, status, headers=headers)


def _again(scope: Scope, status: int, seconds: int | None) -> str:
    """What has a browser ask again by itself: where that changes nothing, and may be answered otherwise then."""
    if status != 503 or seconds is None or scope["method"] not in ("GET", "HEAD"):
        return ""
    return f'<meta http-equiv="refresh" content="{seconds}">'


def _name_who_is_known(scope: Scope) -> None:
    """Let the audit name who the credentials were found to be the last time: nobody looks up again who is refused."""
    state = scope.get("state", {})
    acting: Acting | None = state.get("acting")
    if acting is not None and not acting.actor.name and (known := state.get("known")) is not None:
        acting.actor = known
