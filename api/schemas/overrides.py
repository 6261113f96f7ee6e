"""What `/overrides` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.override_light import LightSet
from metrics.periods import format_period
from metrics.results import Light


class OverrideBody(BaseModel):
    """One verdict's light, set by hand; null takes an earlier decision back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "target": "plan:target",
                    "period": "plan:month",
                    "light": "amber",
                    "reason": "系统割接,已核实",
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    target: Annotated[str, Field(max_length=100)]
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    light: Literal["green", "amber", "red", "grey"] | None
    reason: Annotated[str, Field(max_length=2000)] = ""


class OverrideOut(BaseModel):
    """The decision as recorded; `computed` is what the rules gave."""

    unit: str
    target: str
    period: str
    light: Light | None
    computed: Light
    reason: str
    actor: str
    seq: int
    recorded_at: datetime
    leaf_hash: str

    @classmethod
    def of(cls, done: LightSet) -> OverrideOut:
        return cls(
            unit=done.unit,
            target=done.target,
            period=format_period(done.period),
            light=done.light,
            computed=done.computed,
            reason=done.reason,
            actor=done.actor,
            seq=done.seq,
            recorded_at=done.recorded_at,
            leaf_hash=done.leaf_hash,
        )
