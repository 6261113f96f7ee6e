"""What the form sends: one JSON text, read strictly. Anything that the form itself would not send is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.drafts import Typed
from metrics.errors import BadRequest, Message
from metrics.forms import as_given
from metrics.plan.model import Plan
from metrics.submissions import SubmissionRequest

LONGEST_CELL = 100
LONGEST_REASON = 2000
_MOST = 1000  # cells, and reasons
_TEXTS = {"unit": 100, "period": 20, "editor": 64, "key": 64, "etag": 200, "reason": LONGEST_REASON, "note": 2000}
_MAPPINGS = {"values": LONGEST_CELL, "acknowledged": LONGEST_REASON}
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entries:
    """The form as it stands in one browser window.

    `seen`: the version of the draft that the window knows, 0 for none. `etag`: the version of the submission that was
    shown, None for none. `key`: names this attempt to send. `editor`: names this opening of the form.
    """

    unit: str
    period: str
    typed: Typed
    editor: str
    seen: int
    etag: str | None
    key: str

    def as_submission(self, plan: Plan, *, known: Mapping[str, Decimal]) -> SubmissionRequest:
        """The submission to check or send. A cell that was cleared although it has a value is sent as blank."""
        values: dict[str, object] = {code: text for code, text in self.typed.values.items() if text.strip()}
        cleared = [element.code for element in plan.elements if element.code in known and element.code not in values]
        return SubmissionRequest(
            unit=self.unit,
            period=self.period,
            values=values | dict.fromkeys(cleared, ""),
            note=self.typed.note,
            reason=self.typed.reason,
            acknowledged={code: reason for code, reason in self.typed.acknowledged.items() if reason.strip()},
        )


def read_entries(text: str | None) -> Entries:
    """Read what the form sent. Raises BadRequest for anything but that."""
    try:
        body = json.loads(text or "")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or set(body) != {*_TEXTS, *_MAPPINGS, "seen"}:
        raise malformed()
    texts = {name: _text(body[name], longest=longest) for name, longest in _TEXTS.items()}
    mappings = {name: _texts(body[name], longest=longest) for name, longest in _MAPPINGS.items()}
    seen = body["seen"]
    if isinstance(seen, bool) or not isinstance(seen, int) or not 0 <= seen < 2**31:
        raise malformed()
    return Entries(
        unit=texts["unit"],
        period=texts["period"],
        typed=Typed(mappings["values"], texts["reason"], texts["note"], mappings["acknowledged"]),
        editor=texts["editor"],
        seen=seen,
        etag=texts["etag"] or None,
        key=texts["key"],
    )


def _texts(value: Any, *, longest: int) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > _MOST:
        raise malformed()
    return {_text(name, longest=LONGEST_CELL): _text(entry, longest=longest) for name, entry in value.items()}


def _text(value: Any, *, longest: int) -> str:
    if not isinstance(value, str) or not is_storable(value):
        raise malformed()
    if len(value) > longest:
        raise BadRequest(
            code="entry_too_long",
            message=Message(
                f"“{as_given(value)[:30]}”过长,最多 {longest} 个字。",
                f"{as_given(value)[:30]!r} is too long: {longest} characters at most.",
            ),
        )
    return value


def is_storable(text: str) -> bool:
    """False for what no keyboard types and no database keeps: control characters, halves of surrogate pairs."""
    return _UNSTORABLE.search(text) is None


def malformed() -> BadRequest:
    """The refusal of what our own page would not send."""
    return BadRequest(
        code="entries_malformed",
        message=Message(
            "页面发来的内容无法读取,请重新载入页面。", "What the page sent cannot be read; load the page again."
        ),
    )
