"""Every text of every body is asked whether it says anything, and whether it is longer than anybody reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.json_body import body_to_read, json_body, optional_json_body
from api.routes import samples
from api.schemas.files import FileFields, file_request
from metrics.errors import Invalid
from metrics.json_object import read_json_object
from metrics.texts import LONGEST_OF_ALL

DOORS = {body_to_read, json_body, optional_json_body, samples.sent_findings}  # the last: JSON, or a sheet
_FEWEST, _FEWEST_ROUTES = 120, 40


def texts_of(schema: dict[str, Any], components: dict[str, Any], depth: int = 0) -> Iterator[Any]:
    """For each place in a body of `schema` where a text may stand, a body that has `None` there and nothing else."""
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if depth > 6 or "enum" in schema or "const" in schema:
        return
    for other in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from texts_of(other, components, depth + 1)
    if schema.get("type") == "string":
        yield None
    for name, inner in schema.get("properties", {}).items():
        yield from ({name: found} for found in texts_of(inner, components, depth + 1))
    if isinstance(schema.get("items"), dict):
        yield from ([found] for found in texts_of(schema["items"], components, depth + 1))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from ({"any": found} for found in texts_of(schema["additionalProperties"], components, depth + 1))


def with_text(body: Any, text: str) -> tuple[Any, str]:
    """`body` with `text` in its place, and the pointer to it."""
    if body is None:
        return text, ""
    ((step, inner),) = body.items() if isinstance(body, dict) else enumerate(body)
    found, pointer = with_text(inner, text)
    return ({step: found} if isinstance(body, dict) else [found]), f"/{step}{pointer}"


TAKEN_NOWHERE = (
    ("\u3164\u200b", "text_unseen"),
    ("x" * (LONGEST_OF_ALL + 1), "field_too_long"),
    ("70\u202e%", "text_turned"),
)


def bodies(application: Any) -> Iterator[tuple[str, Any]]:
    document = application.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if schema is not None:
                for body in texts_of(schema, document["components"]["schemas"]):
                    yield f"{method} {path}", body


def test_no_field_of_any_body_takes_a_text_that_nobody_sees_or_reads(application: Any) -> None:
    asked = list(bodies(application))
    assert len(asked) >= _FEWEST
    for name, body in asked:
        for text, code in TAKEN_NOWHERE:
            sent, pointer = with_text(body, text)
            if code == "text_turned" and pointer.endswith("password"):
                continue
            with pytest.raises(Invalid) as refused:
                read_json_object(json.dumps(sent).encode())
            (problem,) = refused.value.problems
            assert (problem.code, problem.pointer) == (code, pointer), name


def test_every_route_reads_its_body_through_that_door(application: Any) -> None:
    seen = 0
    routers = [router for one in application.routes if (router := getattr(one, "original_router", None)) is not None]
    for route in (route for router in routers for route in router.routes):
        extra = route.openapi_extra or {} if isinstance(route, APIRoute) else {}
        if "application/json" not in extra.get("requestBody", {}).get("content", {}):
            continue
        calls, ahead = set(), [route.dependant]
        while ahead:
            one = ahead.pop()
            calls.add(one.call)
            ahead += one.dependencies
        assert calls & DOORS, route.path
        seen += 1
    assert seen >= _FEWEST_ROUTES


def test_the_texts_beside_a_file_are_asked_as_well() -> None:
    texts = [name for name in FileFields.model_fields if name in ("reason", "note", "acknowledged")]
    assert len(texts) == 3
    for name in texts:
        sent = json.dumps({"total": "\u200b"}) if name == "acknowledged" else "\u200b"
        with pytest.raises(Invalid) as refused:
            file_request({name: sent})
        (problem,) = refused.value.problems
        assert (problem.code, problem.pointer.split("/")[1]) == ("text_unseen", name)
