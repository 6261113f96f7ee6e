"""JSON bodies read by hand: figures never pass through float, and whatever is not JSON is a 400 in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from metrics.errors import BadRequest, Invalid, Message, TooLarge, WrongKind
from metrics.field_problems import field_problems
from metrics.forms import OddNumber, as_given

LARGEST = 1024 * 1024  # bytes
_DEEPEST = 20
_LONGEST_NUMBER = 18  # characters; longer ones are kept as written

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


def json_body(raw: Annotated[bytes, Depends(raw_body)]) -> dict[str, Any]:
    """The body as a JSON object. Raises BadRequest for anything else."""
    return read_json_object(raw)


def optional_json_body(raw: Annotated[bytes, Depends(raw_body)]) -> dict[str, Any]:
    """As :func:`json_body`; no body is an empty object."""
    return read_json_object(raw) if raw else {}


JsonBody = Annotated[dict[str, Any], Depends(json_body)]
OptionalJsonBody = Annotated[dict[str, Any], Depends(optional_json_body)]


def read_json_object(raw: bytes) -> dict[str, Any]:
    """The object that `raw` says: integers as int, fractions as Decimal, odd numbers as :class:`OddNumber`.

    Raises BadRequest: `body_not_utf8`, `body_not_json`, `body_not_an_object`, `body_key_twice`, `body_too_deep`,
    `body_character` (NUL, half a surrogate pair).
    """
    try:
        value = json.loads(
            raw.decode("utf-8"),
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=OddNumber,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise _refused("body_not_utf8", "请求内容不是 UTF-8 编码。", "The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise _refused(
            "body_not_json",
            f"请求内容不是合法的 JSON(位置 {place})。",
            f"The body is not JSON: {error.msg} at {place}.",
        ) from None
    except RecursionError:
        raise _too_deep() from None
    _refuse_characters_and_depth(value)
    if not isinstance(value, dict):
        raise _refused("body_not_an_object", "请求内容应为 JSON 对象。", "The body is to be a JSON object.")
    return value


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


def _integer(text: str) -> int | OddNumber:
    return int(text) if len(text) <= _LONGEST_NUMBER else OddNumber(text)


def _fraction(text: str) -> Decimal | OddNumber:
    odd = "e" in text or "E" in text or len(text) > _LONGEST_NUMBER
    return OddNumber(text) if odd else Decimal(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            shown = as_given(key)
            raise _refused("body_key_twice", f"“{shown}”出现了两次。", f"The key {shown!r} comes twice in one object.")
        found[key] = value
    return found


def _refuse_characters_and_depth(value: object) -> None:
    """Walk without recursion: the depth is the sender's choice."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise _too_deep()
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below += [*item.keys(), *item.values()]
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str) and ("\x00" in item or any("\ud800" <= c <= "\udfff" for c in item)):
                raise _refused(
                    "body_character",
                    "请求内容含有不允许的字符(NUL 或不完整的代理对)。",
                    "The body holds a character that no text may hold: NUL, or half a surrogate pair.",
                )
        level = below


def _too_deep() -> BadRequest:
    return _refused("body_too_deep", "JSON 嵌套过深。", "The JSON is nested too deeply.")


def _refused(code: str, zh: str, en: str) -> BadRequest:
    return BadRequest(code=code, message=Message(zh, en))
