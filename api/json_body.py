"""JSON bodies read by hand: figures never pass through float, and whatever is not JSON is a 400 in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, NoReturn, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from metrics.errors import BadRequest, BiaochiError, Invalid, Message, TooLarge, WrongKind
from metrics.field_problems import field_problems
from metrics.json_object import read_json_object

LARGEST = 1024 * 1024  # bytes
_READ_AT_ONCE = 16 * 1024  # bytes

Body = TypeVar("Body", bound=BaseModel)


async def raw_body(request: Request) -> bytes:
    """The body's bytes, empty if there is none.

    Raises WrongKind unless it says that it is JSON, TooLarge beyond 1 MiB, BadRequest if it broke off.
    """
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST:
                message = Message(f"请求内容超过 {LARGEST} 字节。", f"The body is larger than {LARGEST} bytes.")
                raise TooLarge("body_too_large", message)
            chunks.append(chunk)
    except ClientDisconnect:
        raise _refused("body_incomplete", "请求内容不完整。", "The body broke off.") from None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if chunks and size and kind != "application/json":
        message = Message("请求内容须为 application/json。", "The body is to be application/json.")
        raise WrongKind("body_kind_unknown", message)
    return b"".join(chunks)


async def json_body(raw: Annotated[bytes, Depends(raw_body)]) -> dict[str, Any]:
    """The body as a JSON object. Raises BadRequest for anything else."""
    # A form is read at once: that takes less time than to hand it to a thread.
    return read_json_object(raw) if len(raw) <= _READ_AT_ONCE else await run_in_threadpool(read_json_object, raw)


async def optional_json_body(raw: Annotated[bytes, Depends(raw_body)]) -> dict[str, Any]:
    """As :func:`json_body`; no body is an empty object."""
    return await json_body(raw) if raw else {}


async def body_to_read(request: Request) -> Callable[[], dict[str, Any]]:
    """:func:`json_body`, for a route that first says who may send it: whatever is wrong with it is raised then."""
    try:
        return partial(read_json_object, await raw_body(request))
    except BiaochiError as refused:
        return partial(_raise, refused)


JsonBody = Annotated[dict[str, Any], Depends(json_body)]
BodyToRead = Annotated[Callable[[], dict[str, Any]], Depends(body_to_read)]
OptionalJsonBody = Annotated[dict[str, Any], Depends(optional_json_body)]


def as_model(model: type[Body], body: Mapping[str, Any]) -> Body:
    """`body` in the shape of `model`. Raises Invalid with a pointer to every field that does not fit.

    Where the model holds a secret, nothing that was sent is said again: a secret may stand under a mistyped name.
    """
    try:
        return model.model_validate(dict(body), strict=True)
    except ValidationError as error:
        message = Message("请求中有不符合要求的内容。", "The request holds something that cannot be accepted.")
        raise Invalid("body_invalid", message, field_problems(error, secret=_holds_secret(model))) from None


def _holds_secret(model: type[BaseModel]) -> bool:
    return any("SecretStr" in str(field.annotation) for field in model.model_fields.values())


def documented(model: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """What `openapi_extra` has to say for a route that reads `model` by hand."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def _raise(refused: BiaochiError) -> NoReturn:
    raise refused


def _refused(code: str, zh: str, en: str) -> BadRequest:
    return BadRequest(code=code, message=Message(zh, en))
