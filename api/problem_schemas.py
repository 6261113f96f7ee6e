"""What refusals answer, for the OpenAPI document: any status that a route does not describe itself is a problem."""

from __future__ import annotations

from typing import Any

_WORDS: dict[str, Any] = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
}
_PLACE: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "pointer": {"type": ["string", "null"], "description": "Where in the body, or `?name` of a parameter"},
        "sheet": {"type": ["string", "null"]},
        "row": {"type": ["integer", "null"]},
        "column": {"type": ["string", "null"]},
        "code": {"type": "string"},
        "given": {"type": ["string", "null"], "description": "What stood there"},
        "expected": {"anyOf": [{"$ref": "#/components/schemas/Words"}, {"type": "null"}]},
        "message": {"$ref": "#/components/schemas/Words"},
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457): `code` says why, `message` says it in Chinese and English.",
    "required": ["type", "title", "status", "code", "message", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "message": {"$ref": "#/components/schemas/Words"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemPlace"}},
        "errors_total": {"type": "integer"},
        "file": {"type": "integer", "description": "A refused file that is kept for its sender"},
        "annotated": {"type": "string", "description": "Where that file is, its bad cells marked"},
        "questions": {
            "type": "array",
            "items": {"type": "object"},
            "description": "What a file leaves to its sender to say, as a dry run answers it",
        },
    },
}
PROBLEM_SCHEMAS = {"Problem": _PROBLEM, "ProblemPlace": _PLACE, "Words": _WORDS}
PROBLEM_CONTENT: dict[str, Any] = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
}
DOCUMENTED: dict[str, Any] = {
    "description": "Refused; `code` says why, `message` says it in Chinese and English, `errors` names every place.",
    "content": PROBLEM_CONTENT,
}
