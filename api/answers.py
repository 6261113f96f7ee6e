"""Answers that are ready when a route returns.

A route that writes holds its locks until its transaction ends, and that is after it returned. Were it to return a
model, FastAPI would validate it in the thread pool first, whose threads may all be waiting for those very locks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from metrics.value_types import as_json


def json_answer(value: Any, *, status: int = 200, headers: Mapping[str, str | None] | None = None) -> Response:
    """`value`, a dataclass or a model, as JSON; headers that are None are left out."""
    said = {name: value for name, value in (headers or {}).items() if value is not None}
    # Ready-made: a model would be validated in the thread pool while locks are held (decision 26).
    return Response(as_json(value), status_code=status, headers=said, media_type="application/json")
