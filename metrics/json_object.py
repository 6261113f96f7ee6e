"""A JSON object as somebody sent it: figures never pass through float, and whatever is not JSON is refused in words."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from metrics.errors import BadRequest, Message
from metrics.forms import OddNumber, as_given
from metrics.texts import refuse_texts

_DEEPEST = 20
_LONGEST_NUMBER = 18  # characters; longer ones are kept as written


def read_json_object(raw: bytes) -> dict[str, Any]:
    """The object that `raw` says: integers as int, fractions as Decimal, odd numbers as :class:`OddNumber`.

    Raises BadRequest: `body_not_utf8`, `body_not_json`, `body_not_an_object`, `body_key_twice`, `body_too_deep`,
    `body_character` (NUL, half a surrogate pair); Invalid with pointers to texts that say nothing or are too long.
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
    refuse_texts(value)
    return value


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
