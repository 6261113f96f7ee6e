"""The OpenAPI document as generators of clients can read it: every reference leads somewhere, every class has one name.

Bodies that are read by hand bring their own definitions along; those become components like all others, those that are
otherwise answered under another name. Pydantic names every property after itself, by which a generator takes a list of
words called `state` for the class `State`: only components are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

_AS_IT_IS = ("example", "examples", "default", "enum", "const", "required")
_BY_NAME = ("properties", "$defs", "patternProperties", "schemas", "responses", "parameters", "headers", "content")
_HERE = "#/components/schemas/"


class DescribedApi(FastAPI):
    """FastAPI with such a document."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = sound(super().openapi())
        return self.openapi_schema


def sound(document: dict[str, Any]) -> dict[str, Any]:
    """`document` with what bodies define among the components, each under its one name.

    Raises RuntimeError if two different things have one name.
    """
    components: dict[str, Any] = document["components"]["schemas"]
    paths = _with_bodies_among(document["paths"], components)
    named = {name: _untitled(schema) | {"title": name} for name, schema in components.items()}
    return document | {"paths": _untitled(paths), "components": document["components"] | {"schemas": named}}


def _with_bodies_among(paths: Mapping[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """`paths` with references in place of the bodies that are written out, which are put into `components`."""
    found: dict[str, Any] = {}
    for path, operations in paths.items():
        found[path] = {}
        for method, operation in operations.items():
            found[path][method] = operation
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            if "title" in schema:
                reference = {"schema": {"$ref": _HERE + _added(schema, components)}}
                body = operation["requestBody"] | {"content": {"application/json": reference}}
                found[path][method] = operation | {"requestBody": body}
    return found


def _added(schema: Mapping[str, Any], components: dict[str, Any]) -> str:
    """The name of a body's schema, which is put into `components` with what it defines."""
    own = {name: part for name, part in schema.items() if name != "$defs"}
    parts = {**schema.get("$defs", {}), schema["title"]: own}
    called: dict[str, str] = {name: name for name in parts}
    while odd := [name for name in parts if not _fits(_referring(parts[name], called), called[name], components)]:
        fresh = [name for name in odd if called[name] == name]
        if not fresh:
            raise RuntimeError(f"three schemas are called {odd[0]}")
        called |= {name: f"{name}Input" for name in fresh}
    for name, part in parts.items():
        components.setdefault(called[name], _referring(part, called))
    title: str = schema["title"]
    return called[title]


def _fits(part: Any, name: str, components: Mapping[str, Any]) -> bool:
    return name not in components or _untitled(components[name]) == _untitled(part)


def _referring(value: Any, called: Mapping[str, str]) -> Any:
    """`value` with references to those names."""
    if isinstance(value, list):
        return [_referring(part, called) for part in value]
    if isinstance(value, str) and value.startswith(_HERE):
        name = value.removeprefix(_HERE)
        return _HERE + called.get(name, name)
    return {key: _referring(part, called) for key, part in value.items()} if isinstance(value, dict) else value


def _untitled(value: Any, *, names: bool = False) -> Any:
    """`value` without titles. `names`: its keys are names that we gave, one of which may be `title`."""
    if isinstance(value, list):
        return [_untitled(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: part if key in _AS_IT_IS and not names else _untitled(part, names=key in _BY_NAME and not names)
        for key, part in value.items()
        if names or key != "title" or not isinstance(part, str)
    }
