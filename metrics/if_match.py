"""If-Match (RFC 9110, 13.1.1) as revisions use it: it names the version that is revised, by a strong comparison."""

from __future__ import annotations

import re
from collections.abc import Callable

from metrics.errors import Message, Stale, VersionMissing
from metrics.forms import as_given

_STRONG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')
_WEAK = re.compile(r'W/"[\x21\x23-\x7e\x80-\xff]*"')


def require_named(if_match: str | None, etag: str, *, missing: Message, changed: Callable[[], Message]) -> None:
    """Raise VersionMissing or Stale unless `if_match` names `etag`; `*` names nothing.

    `changed` says what became of the version if another was named. A weak tag never names one (a proxy that packs
    answers makes tags weak), nor does what is no entity tag; both are told so.
    """
    named = named_versions(if_match)
    if not named:
        raise VersionMissing(code="version_missing", message=missing)
    if etag in named:
        return
    # A weak tag does not say which revision was seen (decision 110).
    weak = next((tag for tag in named if _WEAK.fullmatch(tag)), None)
    if weak is not None and (weak.removeprefix("W/") == etag or not any(map(_STRONG.fullmatch, named))):
        raise Stale(code="version_weak", message=_weak(weak))
    if not any(map(_STRONG.fullmatch, named)):
        raise Stale(code="version_unreadable", message=_unreadable(named[0]))
    raise Stale(code="version_stale", message=changed())


def named_versions(if_match: str | None) -> list[str]:
    """What stands in the value of an If-Match header; nothing without one, and nothing for `*`."""
    if if_match is None or if_match.strip() in ("", "*"):
        return []
    return [tag.strip() for tag in if_match.split(",")]


def _weak(tag: str) -> Message:
    strong, given = as_given(tag.removeprefix("W/")), as_given(tag)
    return Message(
        f"{given} 是弱标记(多由中间的代理改写),不能用来指明所依据的版本;请去掉 W/,写成 {strong}。未保存任何内容。",
        f"{given} is a weak tag (proxies on the way make them), which cannot name the version that is revised; "
        f"send it without W/, as {strong}. Nothing was stored.",
    )


def _unreadable(tag: str) -> Message:
    given = as_given(tag)
    return Message(
        f'所依据的版本应写成带双引号的 ETag,如 "s17-r1-31";所给的“{given}”不是。未保存任何内容。',
        f'The version that is revised is named by its ETag in double quotes, like "s17-r1-31"; {given} is none. '
        "Nothing was stored.",
    )
