"""The API as one line an operation, a schema and a field of it, and what is another one than in the version kept.

The lines of a version stand in `api-VERSION.txt` beside this module and stay as they are; `python -m
tests.docs.api_changes VERSION` writes those of a version that is about to be published.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from api.app import create_app

_FOLDER = Path(__file__).resolve().parent
KEPT = "0.1.0"  # the version that is compared with


@cache
def present_lines() -> tuple[str, ...]:
    """Every line of the API as it is now."""
    document = create_app().openapi()
    return tuple(sorted([*_operations(document), *_schemas(document["components"]["schemas"])]))


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    """`get /api/v1/units(period, unit!) → 200 application/json UnitsOut`; an exclamation mark: it has to be there."""
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            given = sorted(f"{part['in']}:{part['name']}{_must(part)}" for part in said.get("parameters", ()))
            yield f"{method} {path}({', '.join(given)})"
            body = said.get("requestBody", {})
            for kind, content in body.get("content", {}).items():
                yield f"{method} {path} takes {kind} {_type(content.get('schema', {}))}{_must(body)}"
            for status, answer in said["responses"].items():
                if status.startswith("2"):
                    for kind, content in (answer.get("content") or {"nothing": {}}).items():
                        yield f"{method} {path} answers {status} {kind} {_type(content.get('schema', {}))}".rstrip()


def _schemas(schemas: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in schemas.items():
        needed = schema.get("required", ())
        for field, said in schema.get("properties", {}).items():
            yield f"schema {name}.{field}{'!' * (field in needed)} {_type(said)}"
        if "enum" in schema:
            yield f"schema {name} {_type(schema)}"


def _must(said: Mapping[str, Any]) -> str:
    return "!" if said.get("required") else ""


def _type(schema: Any) -> str:
    """What a value may be, in short."""
    if not isinstance(schema, dict):
        return "any" if schema else "nothing"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return "|".join(sorted(_type(one) for one in schema[several]))
    if "enum" in schema or "const" in schema:
        return json.dumps(schema.get("enum", [schema.get("const")]), ensure_ascii=False)
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', True))}]"
    return str(schema.get("type", "any"))


def kept_lines() -> tuple[str, ...]:
    """Those of the version that is compared with."""
    return tuple((_FOLDER / f"api-{KEPT}.txt").read_text(encoding="utf-8").splitlines())


def api_changes() -> str:
    """What was taken away and what came since, a line each."""
    before, now = set(kept_lines()), set(present_lines())
    lines = [f"- 不再有 removed: `{line}`" for line in sorted(before - now)]
    lines += [f"- 新增 added: `{line}`" for line in sorted(now - before)]
    return "\n".join(lines) or "没有变化。None."


if __name__ == "__main__":
    kept = _FOLDER / f"api-{sys.argv[1]}.txt"
    kept.write_text("\n".join(present_lines()) + "\n", encoding="utf-8")
