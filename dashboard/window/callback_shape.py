"""What may reach Dash's callback route: only what a page of ours would send, from whom its callback is declared for.

The rest is a 400, 401 or 403, never a 500.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import Dash
from flask import Response, jsonify, request

from dashboard.window.access import reader
from dashboard.window.outage import AWAY
from dashboard.window.plain_page import DATABASE_AWAY
from metrics.access import Access
from metrics.audit_acts import AuditAction
from metrics.errors import Forbidden, Message, Unauthenticated
from metrics.limits.body_sizes import LARGEST_CALLBACK, LARGEST_DRAWING, LARGEST_WITH_FILE, LONGEST_CONTENTS
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.present_act import about, named
from metrics.principal import Scope
from metrics.queries.blindness import refuse_blind

_LONGEST_ENTRIES = 200_000  # characters of one JSON text
_WITH_FILE = ("..collect-file-said.data...", "..collect-whole-said.data...")  # the callbacks that take a file
_MOST_PARTS = 50
_LONGEST = 8000  # characters
_ROWS_ASKED = ("flat-grid", "getRowsRequest")  # the grid asks with its order and filters (dashboard/pages/flat.py)
_MALFORMED = Message(
    "请求无法识别,未被接受:页面可能已过时或内容过长。请刷新页面后重试。",
    "Not accepted: the page may be out of date, or a text too long. Load the page anew and try again.",
)
_LONGER = {
    ("collect-typed", "data"): _LONGEST_ENTRIES,  # whole forms
    ("collect-sent", "data"): _LONGEST_ENTRIES,
    ("collect-discarded", "data"): _LONGEST_ENTRIES,
    ("collect-file", "contents"): LONGEST_CONTENTS,
    ("collect-answers", "data"): _LONGEST_ENTRIES,
    ("collect-whole", "data"): _LONGEST_ENTRIES,
    ("asked", "data"): 900_000,  # a form with what was ticked in it: what is too long in it is told to the form
    ("drawn", "data"): 60_000,  # a digest of every region
}


def install_callback_shape(app: Dash, rights: Mapping[str, Access]) -> None:
    """Check every callback request of `app` against the callbacks it has registered and whose they are.

    `rights`: by the name of the function that answers; one that is not declared is closed to everybody.
    """

    def check() -> tuple[Response, int] | None:
        if request.path != CALLBACKS or request.method != "POST":
            return None
        size = request.content_length or 0
        if size > LARGEST_DRAWING and (too_large := _too_large(size)) is not None:
            return too_large
        try:
            body = request.get_json(silent=True)
        except RecursionError:  # nested deeper than any page would
            body = None
        if size > LARGEST_CALLBACK and not _takes_file(body):
            return _told(413, "body_too_large", _more_than(LARGEST_CALLBACK))
        if body is None or not is_well_formed(body, app.callback_map):
            return _told(400, "callback_malformed", _MALFORMED)
        answering = getattr(app.callback_map[body["output"]].get("callback"), "__name__", "")
        refused = _refused(rights.get(answering))
        if refused is None:
            return None
        named(AuditAction.LOOK, code=refused.code)
        about(f"{_page_of(body)} {answering}".strip())
        status = 401 if isinstance(refused, Unauthenticated) else 403
        return _told(status, refused.code, refused.message)

    app.server.before_request(check)


def _told(status: int, code: str, message: Message) -> tuple[Response, int]:
    """An answer that the page shows (assets/src/window/callbacks.js)."""
    return jsonify(code=code, message=message.as_dict()), status


def _too_large(size: int) -> tuple[Response, int] | None:
    """The answer to so many bytes, before they are read: who may report brings a file, nobody little."""
    try:
        principal = reader()
    except AWAY:
        return _told(503, "database_away", DATABASE_AWAY)
    if principal is None:
        most = LARGEST_DRAWING
    else:
        most = LARGEST_WITH_FILE if principal.may(Scope.POST_SUBMISSION) else LARGEST_CALLBACK
    return _told(413, "body_too_large", _more_than(most)) if size > most else None


def _more_than(most: int) -> Message:
    return Message(
        f"提交的内容过大(最多 {most:,} 字节),未被接受。", f"Not accepted: more than {most:,} bytes were sent."
    )


def _page_of(body: dict[str, Any]) -> str:
    """The address on which a well-formed request was asked, if it says so."""
    places = (*body.get("inputs", []), *body.get("state", []))
    found = [place.get("value") for place in places if (place["id"], place["property"]) == ("url", "pathname")]
    return str(found[0] or "") if found else ""


def _refused(access: Access | None) -> Forbidden | Unauthenticated | None:
    """Why the reader may not have the callback that `access` is declared of; None if they may."""
    try:
        principal = reader()
        if access is None:
            return Forbidden("role_forbidden", Message("无权执行此操作。", "This is not for you."))
        if principal is None:
            open_to_anyone = access.released or access.strangers
            return (
                None if open_to_anyone else Unauthenticated("session_missing", Message("请先登录。", "Sign in first."))
            )
        access.require(principal)
        if not access.blind:
            refuse_blind(principal)
    except (Forbidden, Unauthenticated) as refused:
        return refused
    except AWAY:
        return None  # whatever is asked for says so in its own place
    return None


def _takes_file(body: Any) -> bool:
    return isinstance(body, dict) and str(body.get("output")).startswith(_WITH_FILE)


def is_well_formed(body: Any, callbacks: dict[str, Any]) -> bool:
    """True if `body` names a known callback and gives exactly its inputs, states and outputs, as plain values."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    callback = callbacks.get(body["output"])
    changed = body.get("changedPropIds", [])
    return (
        callback is not None
        and isinstance(changed, list)
        and len(changed) <= _MOST_PARTS
        and all(isinstance(name, str) and "." in name for name in changed)
        and _same_places(body.get("inputs", []), callback["inputs"])
        and _same_places(body.get("state", []), callback["state"])
        and _same_outputs(body.get("outputs"), body["output"])
    )


def _same_places(given: Any, wanted: list[dict[str, Any]]) -> bool:
    """True if `given` lists the ids and properties of `wanted` in order, each with a text or nothing."""
    return (
        isinstance(given, list)
        and len(given) == len(wanted)
        and all(
            isinstance(place, dict)
            and place.get("id") == expected["id"]
            and place.get("property") == expected["property"]
            and _is_ours(place.get("value"), expected)
            for place, expected in zip(given, wanted, strict=True)
        )
    )


def _is_ours(value: Any, place: dict[str, Any]) -> bool:
    """True if `value` may be what a page sends for `place`: a text or nothing; of the grid, which rows it asks for."""
    if (place["id"], place["property"]) == _ROWS_ASKED and isinstance(value, dict):
        try:
            return len(json.dumps(value, ensure_ascii=False).encode()) <= _LONGEST
        except UnicodeEncodeError:  # half a surrogate pair
            return False
    return _is_text_or_nothing(value, longest=_longest(place))


def _longest(place: dict[str, Any]) -> int:
    return _LONGER.get((place["id"], place["property"]), _LONGEST)


def _is_text_or_nothing(value: Any, *, longest: int) -> bool:
    """What our callbacks take: addresses and words. Half a surrogate pair is no text."""
    if value is None:
        return True
    return isinstance(value, str) and len(value) <= longest and not any("\ud800" <= c <= "\udfff" for c in value)


def _same_outputs(given: Any, output: str) -> bool:
    """True if the outputs listed spell the callback's own name."""
    several = output.startswith("..")
    listed = given if several else [given]
    if not isinstance(listed, list) or not all(
        isinstance(place, dict) and isinstance(place.get("id"), str) and isinstance(place.get("property"), str)
        for place in listed
    ):
        return False
    names = [f"{place['id']}.{place['property']}" for place in listed]
    return output == (f"..{'...'.join(names)}.." if several else names[0])
