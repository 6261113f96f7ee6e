"""The OpenAPI document as generators of clients can read it: every reference leads somewhere, every class has one name.

Every operation has a line that says what it does, and every status its content: refusals are problems.
Bodies that are read by hand bring their own definitions along; those become components like all others, those that are
otherwise answered under another name. Pydantic names every property after itself, by which a generator takes a list of
words called `state` for the class `State`: only components are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from api.dataset_schemas import row_schemas
from api.problem_schemas import PROBLEM_CONTENT, PROBLEM_SCHEMAS
from metrics.publish.edition import DATA_TERMS

_SUMMARY = "政府量化目标、各县填报数据及其差距 / A government's targets, what counties report, and the distance between"
_DESCRIPTION = f"""\
时刻为带时区的 ISO 8601,数值在 JSON 中为十进制文本;拒绝一律为 RFC 9457 的 problem+json,含中英文说明。
取数说明见 docs/exports.md。{DATA_TERMS.zh}。

Times are ISO 8601 with offset, figures are decimal strings in JSON, every refusal is problem+json (RFC 9457) with its
reason in Chinese and English. How to pull data: docs/exports.md. {DATA_TERMS.en}.
"""
_TAGS = [
    {"name": name, "description": f"{zh} / {en}"}
    for name, zh, en in (
        ("read", "取数:各数据集、结构与目录", "Pulling data: datasets, their schemas, the catalogue"),
        ("collect", "填报:月报、文件、任务进展、报告期", "Collecting: submissions, files, reports on tasks, periods"),
        ("plan", "方案:目标、权重、灯、单位人员", "Targets, weights, lights, people of units"),
        ("assess", "第三方评估与抽样", "Third parties' assessments and samples"),
        ("supervise", "督查:材料、自评、问题、督办、考核", "Supervision: material, self-assessments, findings, slips"),
        ("bulletins", "通报", "Bulletins"),
        ("releases", "数据发布", "Releases"),
        ("follows", "关注", "What one follows"),
        ("trust", "账本与校验", "The ledger, proofs and the verifier"),
        ("session", "登录、账号与令牌", "Signing in, one's account and tokens"),
        ("administer", "管理:账号、设置、审计", "Administration: accounts, settings, the audit"),
        ("operations", "运行状况", "Whether the service is well"),
    )
]
DESCRIBED: dict[str, Any] = {
    "summary": _SUMMARY,
    "description": _DESCRIPTION,
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "openapi_tags": _TAGS,
    "generate_unique_id_function": lambda route: route.name,
}
_AS_IT_IS = ("example", "examples", "default", "enum", "const", "required")
_BY_NAME = ("properties", "$defs", "patternProperties", "schemas", "responses", "parameters", "headers", "content")
_HERE = "#/components/schemas/"
_SENTENCE = re.compile(r"(?:\([^)]*\)|[^(.:;]|[.:;](?! |$))+")  # up to a stop that is not in brackets


class DescribedApi(FastAPI):
    """FastAPI with such a document."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = sound(super().openapi(), {**PROBLEM_SCHEMAS, **row_schemas()})
        return self.openapi_schema


def sound(document: dict[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with what is `shared` and what bodies define among the components, each under its one name.

    Raises RuntimeError if two different things have one name.
    """
    components: dict[str, Any] = document["components"]["schemas"]
    for name, schema in shared.items():
        if not _fits(schema, name, components):
            raise RuntimeError(f"two schemas are called {name}")
        components[name] = schema
    paths = _described(_with_bodies_among(document["paths"], components))
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


def _described(paths: Mapping[str, Any]) -> dict[str, Any]:
    """`paths`, each operation with the first sentence of its description above it and every refusal as a problem."""
    return {
        path: {method: _told(operation) for method, operation in operations.items()}
        for path, operations in paths.items()
    }


def _told(operation: Mapping[str, Any]) -> dict[str, Any]:
    summary = operation["summary"]
    if summary == operation["operationId"].replace("_", " ").title():  # FastAPI's own, from the function's name
        summary = _SENTENCE.match(" ".join(operation["description"].split()))[0]  # type: ignore[index]
    responses = {
        status: {"content": PROBLEM_CONTENT} | answer if status >= "400" else answer
        for status, answer in operation["responses"].items()
    }
    return {**operation, "summary": summary, "responses": responses}


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
