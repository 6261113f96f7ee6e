"""What the routes that create and revise targets answer, and how their bodies are documented."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from metrics.commands.revise_target import RecordedTarget
from metrics.plan.model import Target


class TargetRecorded(BaseModel):
    """A revision of a target and its place in the ledger."""

    code: str
    revision: int
    effective_from: date
    reason: str
    seq: int
    recorded_at: datetime
    leaf_hash: str
    target: Target

    @classmethod
    def of(cls, recorded: RecordedTarget) -> TargetRecorded:
        return cls.model_validate(
            {
                "code": recorded.target.code,
                "revision": recorded.target.revision,
                "effective_from": recorded.target.effective_from,
                "reason": recorded.target.reason,
                "seq": recorded.seq,
                "recorded_at": recorded.recorded_at,
                "leaf_hash": recorded.leaf_hash,
                "target": recorded.target,
            }
        )


def target_body(*, required: set[str], fixed: set[str]) -> dict[str, Any]:
    """`openapi_extra` for a body with the fields of :class:`Target`, but for those that are `fixed`."""
    schema = Target.model_json_schema()
    definitions = schema.pop("$defs", {})
    schema["properties"] = {name: part for name, part in schema["properties"].items() if name not in fixed}
    schema["required"] = sorted(required)
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": _inlined(schema, definitions)}}}
    }


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    """`part` with every reference to `definitions` put in; a request body is documented on its own."""
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(definitions[part["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(item, definitions) for name, item in part.items()}
