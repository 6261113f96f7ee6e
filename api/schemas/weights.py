"""What `/weights` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from metrics.commands.weigh_targets import WeightsSet
from metrics.forms import plain

_Weight = Annotated[Any, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000})]  # read by the command


class WeightsBody(BaseModel):
    """Target code → weight; targets that are left out keep theirs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"weights": {"plan:target": 2}, "reason": "本季度重点"}]}
    )

    weights: dict[str, _Weight]
    reason: Annotated[str, Field(max_length=2000)] = ""


class WeightsOut(BaseModel):
    """Every core target's weight; after a change also which changed, and its place in the ledger."""

    weights: dict[str, str]
    changed: list[str] = []
    seq: int | None = None
    recorded_at: datetime | None = None
    leaf_hash: str | None = None

    @classmethod
    def after(cls, done: WeightsSet, weights: dict[str, str]) -> WeightsOut:
        return cls(
            weights=weights,
            changed=list(done.changed),
            seq=done.seq,
            recorded_at=done.recorded_at,
            leaf_hash=done.leaf_hash,
        )


def written(weights: Any) -> dict[str, str]:
    """Weights as decimal strings."""
    return {code: plain(weight) for code, weight in weights.items()}
