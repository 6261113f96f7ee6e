"""Every refusal as RFC 9457 `application/problem+json`: the one place that knows which error is which status."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from metrics.database_faults import database_fault, disk_fault, remember_refusal
from metrics.errors import (
    BadRequest,
    BiaochiError,
    Conflict,
    Forbidden,
    Invalid,
    KeyReused,
    Message,
    NotFound,
    PlanMissing,
    Problem,
    Stale,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    VersionMissing,
    WrongKind,
)
from metrics.in_print import in_print
from metrics.logging import log_refusal
from metrics.present_act import refused_with
from metrics.watch.readiness import another_schema

log = structlog.get_logger(__name__)

MOST_SHOWN = 1000
RETRY_AFTER_SECONDS = 5

# The nearest class in an error's ancestry decides.
STATUS: Mapping[type[BiaochiError], int] = {
    NotFound: 404,
    PlanMissing: 503,
    BadRequest: 400,
    KeyReused: 422,
    Invalid: 422,
    Stale: 412,
    VersionMissing: 428,
    Conflict: 409,
    Unauthenticated: 401,
    Forbidden: 403,
    TooLarge: 413,
    WrongKind: 415,
    TooMany: 429,
    Unavailable: 503,
}

_HTTP_MESSAGES = {
    404: ("path_unknown", Message("没有这个地址。", "There is nothing at this address.")),
    405: ("method_not_allowed", Message("此地址不支持该方法。", "This address does not take this method.")),
}


def install_problems(app: FastAPI) -> None:
    """Answer every error of `app` as a problem, with the request's id."""
    app.add_exception_handler(BiaochiError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(OSError, _disk)
    app.add_exception_handler(Exception, _defect)


def problem(
    request: Request,
    status: int,
    *,
    code: str,
    message: Message,
    problems: Sequence[Problem] = (),
    kept_file: int | None = None,
    questions: Sequence[Mapping[str, object]] = (),
    problems_total: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem response; at most the first 1,000 places are listed, `errors_total` counts them all.

    What a page asked for it shows as it comes, so there the Chinese has the signs of print.
    """
    refused_with(code)
    if not request.url.path.startswith("/api/"):
        message = Message(in_print(message.zh), message.en)
    body: dict[str, Any] = {
        "type": f"urn:biaochi:problem:{code}",
        "title": message.en,
        "status": status,
        "code": code,
        "detail": message.en,
        "message": message.as_dict(),
        "request_id": getattr(request.state, "request_id", ""),
    }
    if problems:
        body["errors"] = [
            {
                "pointer": p.pointer,
                "sheet": p.sheet,
                "row": p.row,
                "column": p.column,
                "code": p.code,
                "given": p.given,
                "expected": p.expected.as_dict() if p.expected else None,
                "message": p.message.as_dict(),
            }
            for p in problems[:MOST_SHOWN]
        ]
        body["errors_total"] = len(problems) if problems_total is None else problems_total
    if kept_file is not None:
        body["file"] = kept_file
        body["annotated"] = f"/api/v1/submissions/files/{kept_file}/annotated.xlsx"
    if questions:
        body["questions"] = list(questions)
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")  # input may hold lone surrogates
    return Response(content, status_code=status, media_type="application/problem+json", headers=dict(headers or {}))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, BiaochiError)  # noqa: S101  registered for this class
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    request_id = getattr(request.state, "request_id", "")
    log_refusal(
        error,
        principal=getattr(request.state, "principal", None),
        asked=f"{request.method} {request.url.path}",
        request_id=request_id,
    )
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="biaochi"'
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return problem(
        request,
        status,
        code=error.code,
        message=error.message,
        problems=error.problems,
        kept_file=error.kept_file,
        questions=error.questions,
        problems_total=error.problems_total,
        headers=headers,
    )


async def _malformed(request: Request, error: Exception) -> Response:
    """FastAPI's own validation: what is wrong with a parameter is a 400, with a body a 422."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class
    problems = [
        Problem(
            code=f"{found['loc'][0]}_{found['type']}",
            message=Message(f"“{found['loc'][-1]}”不符合要求:{found['msg']}", f"{found['loc'][-1]}: {found['msg']}"),
            pointer="/" + "/".join(str(part) for part in found["loc"][1:]),
            given=_echoed(found),
        )
        for found in error.errors()
    ]
    in_body = any(found["loc"][0] == "body" for found in error.errors())
    return problem(
        request,
        422 if in_body else 400,
        code="body_invalid" if in_body else "parameter_invalid",
        message=Message("请求中有不符合要求的内容。", "The request holds something that cannot be accepted."),
        problems=problems,
    )


def _echoed(found: Mapping[str, Any]) -> str | None:
    """What was given, short; never a password, never a whole body."""
    given = found.get("input")
    return None if isinstance(given, dict | list) or "password" in found["loc"] else str(given)[:200]


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class
    code, message = _HTTP_MESSAGES.get(
        error.status_code,
        (f"http_{error.status_code}", Message(f"请求被拒绝({error.status_code})。", str(error.detail))),
    )
    return problem(request, error.status_code, code=code, message=message, headers=error.headers)


async def _database(request: Request, error: Exception) -> Response:
    """The database is away, full, read-only, crowded or of another program's: 503. Anything else is our defect: 500."""
    fault = database_fault(error)
    if fault is None and isinstance(error, DBAPIError):
        fault = await run_in_threadpool(another_schema, error)
    return await (_defect(request, error) if fault is None else _out_of_order(request, error, fault))


async def _disk(request: Request, error: Exception) -> Response:
    """A full disk is called that: 503. Anything else that a file does is our defect: 500."""
    assert isinstance(error, OSError)  # noqa: S101  registered for this class
    fault = disk_fault(error)
    return await (_defect(request, error) if fault is None else _out_of_order(request, error, fault))


async def _out_of_order(request: Request, error: Exception, fault: Unavailable) -> Response:
    remember_refusal(fault)
    log.warning(fault.code, request_id=getattr(request.state, "request_id", ""), error=str(error)[:300])
    return database_away(request, fault.message, code=fault.code)


def database_away(request: Request, message: Message, *, code: str = "database_away") -> Response:
    """503 with `Retry-After`."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return problem(request, 503, code=code, message=message, headers=headers)


async def _defect(request: Request, error: Exception) -> Response:
    """What nobody foresaw: our fault, logged with the request's id, which the answer names."""
    request_id = getattr(request.state, "request_id", "")
    log.error("internal_error", request_id=request_id, exc_info=error)
    return problem(
        request,
        500,
        code="internal",
        message=Message("服务器内部错误,请凭请求编号联系管理员。", "Internal error; quote the request id."),
        headers={"X-Request-Id": request_id},
    )
