"""Answers that are ready when a route returns.

A route that writes holds its locks until its transaction ends, and that is after it returned. Were it to return a
model, FastAPI would validate it in the thread pool first, whose threads may all be waiting for those very locks.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Response
from pydantic import BaseModel


def json_answer(model: BaseModel, *, status: int = 200, headers: Mapping[str, str | None] | None = None) -> Response:
    """`model` as JSON; headers that are None are left out."""
    said = {name: value for name, value in (headers or {}).items() if value is not None}
    return Response(model.model_dump_json(), status_code=status, headers=said, media_type="application/json")
