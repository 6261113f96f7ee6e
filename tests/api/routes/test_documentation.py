"""The examples of the OpenAPI document name what the loaded plan has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.openapi import sound
from api.routes.documentation import with_plan_examples
from metrics.settings import settings
from tests.plan_folders import plan_in
from tests.workbooks import city_plan


def examples(part: Any) -> Iterator[Any]:
    """Every example of a document, wherever it stands."""
    if isinstance(part, dict):
        yield from part.get("examples", [])
        for held in part.values():
            yield from examples(held)
    elif isinstance(part, list):
        for held in part:
            yield from examples(held)


def test_every_example_is_of_the_loaded_plan(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    plan, found = city_plan(), [example for example in examples(document) if isinstance(example, dict)]
    assert "plan:" not in json.dumps(document)
    assert {example["unit"] for example in found if "unit" in example} == {plan.reporting_units[0].code}
    assert len(found) >= 5


def test_the_example_of_a_submission_can_be_posted_as_it_stands(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    example = next(examples(document["components"]["schemas"]["SubmissionBody"]))
    assert set(example["values"]) <= set(city_plan().element_by_code)


def test_another_plan_and_no_plan_have_examples_of_their_own() -> None:
    document = {"examples": [{"unit": "plan:unit", "period": "plan:month", "values": {"plan:element": 1}}]}
    other = plan_in(Path(__file__).parents[2] / "plans" / "lakeside")
    shown = with_plan_examples(document, other)["examples"][0]
    assert shown["unit"] in other.unit_by_code
    assert shown["period"] == "2023-12"  # issued in November; submissions begin in December
    assert set(shown["values"]) <= set(other.element_by_code)
    assert with_plan_examples(document, None)["examples"][0]["unit"] == "UNIT_CODE"


def test_generators_of_clients_can_read_the_document(application: FastAPI) -> None:
    """Every reference leads somewhere, nothing is defined beside the components, and only they have names."""
    document = application.openapi()
    components = document["components"]["schemas"]
    text = json.dumps(document)
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) == components.keys()
    assert "$defs" not in text
    assert set(re.findall(r'"\$ref": "(#/[^/]+/[^/]+)/', text)) == {"#/components/schemas"}
    for name, schema in components.items():
        assert schema["title"] == name
        inner = json.dumps({key: part for key, part in schema.items() if key not in ("title", "examples")})
        assert not re.search(r'"title": "', inner), name
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert {"StatusOut", "UnitStatusOut", "State", "FindingBody", "NewTarget", "TargetRevision"} <= components.keys()
    assert json.loads(json.dumps(sound(document, {}))) == json.loads(text)


def test_no_class_has_a_property_of_its_own_name(application: FastAPI) -> None:
    """A generated class is made in a variable of that name."""
    components = application.openapi()["components"]["schemas"]
    snake = {name: re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in components}
    assert [name for name, schema in components.items() if snake[name] in schema.get("properties", {})] == []


@pytest.mark.parametrize(
    "again",
    [{"StatusOut": {"type": "string"}}, {"Problem": {"type": "object"}}],
    ids=["a model's name", "a shared one's"],
)
def test_two_things_of_one_name_are_refused(application: FastAPI, again: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match=f"two schemas are called {next(iter(again))}"):
        sound(application.openapi(), again)


def test_every_operation_says_what_it_does_and_how_it_refuses(application: FastAPI) -> None:
    document = application.openapi()
    tags = {tag["name"] for tag in document["tags"]}
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert {tag for operation in operations for tag in operation["tags"]} == tags
    for operation in operations:
        assert len(operation["tags"]) == 1
        assert 3 < len(operation["summary"]) < 120, operation["summary"]
        assert operation["summary"].count("(") == operation["summary"].count(")")
        for status, answer in operation["responses"].items():
            if status >= "400":
                refusal = answer["content"]["application/problem+json"]["schema"]
                assert refusal == {"$ref": "#/components/schemas/Problem"}, operation["operationId"]
    assert document["info"]["license"] == {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def test_whom_to_ask_is_who_publishes_at_the_address_that_is_set(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [client.get("/api/v1/openapi.json").json()["info"]["contact"]]
    for address in ("data@gauge.example", "https://gauge.example/ask"):
        monkeypatch.setenv("BIAOCHI_CONTACT", address)
        settings.cache_clear()
        said.append(client.get("/api/v1/openapi.json").json()["info"]["contact"])
    name = {"name": "肇庆市政务服务数据管理局"}
    assert said == [name, name | {"email": "data@gauge.example"}, name | {"url": "https://gauge.example/ask"}]
