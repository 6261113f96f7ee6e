"""A draft as a value: what was typed into the form, as it was typed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Typed:
    """`values`: element code → text, blank cells left out; `acknowledged`: check code → reason."""

    values: Mapping[str, str]
    reason: str = ""
    note: str = ""
    acknowledged: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "values": dict(self.values),
            "reason": self.reason,
            "note": self.note,
            "acknowledged": dict(self.acknowledged),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Typed:
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """The draft of one unit's submission for one period, as it was last saved."""

    unit: str
    period: date
    version: int
    username: str
    editor: str
    typed: Typed
    updated_at: datetime
