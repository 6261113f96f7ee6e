"""What P7 asks for is there: every page at its example's address, and what of it is asked for besides."""

from __future__ import annotations

import http.client
import json
from io import BytesIO

import pytest

from benchmarks.asked_pages import BARE, BELOW, answered, asked_of
from dashboard.routes import ROUTES, is_known

ACTS = "..frame.children@1...drawn.data@1.."


class Connection:
    """Answers as a service does, and keeps what it was asked."""

    def __init__(self, status: int, content: bytes) -> None:
        self.status, self.content, self.asked = status, content, list[tuple[str, str]]()

    def request(self, method: str, path: str, body: str = "", headers: object = None) -> None:
        self.asked.append((method, path))

    def getresponse(self) -> Connection:
        return self

    def read(self) -> bytes:
        return BytesIO(self.content).read()


def connection(status: int, content: object) -> http.client.HTTPConnection:
    return Connection(status, json.dumps(content).encode())  # type: ignore[return-value]


DEPENDENCIES = [
    {"output": "..x.y..", "inputs": [{"id": "url"}]},
    {"output": ACTS, "inputs": [{"id": "asked"}]},
    {"output": "", "inputs": [], "fields": json.dumps({"target": "TG-05A", "seen": "3"})},  # of the form, once drawn
]


def test_every_page_that_the_walk_looks_at_is_asked_for_as_the_role_of_its_example() -> None:
    asked = {(one.name, one.role.value) for one in asked_of(connection(200, DEPENDENCIES), "secret", further=BELOW)}
    assert asked >= {(route.example[1], route.example[0]) for route in ROUTES if not route.unwalked}
    pages = [name for name, _role in asked if name.startswith("/")]
    assert [name for name in pages if not is_known(name.partition("?")[0])] == [BARE]


def test_of_a_country_the_counties_that_were_made_are_asked_for() -> None:
    asked = asked_of(connection(200, DEPENDENCIES), "secret", made=True)
    said = " ".join(f"{one.name} {one.path} {one.body}" for one in asked)
    assert "/units/900002" in said
    assert "unit:900002" in said
    assert "/units/441200" in said
    assert "441202" not in said


def test_the_trial_answers_what_the_service_names_for_it() -> None:
    (trial,) = (one for one in asked_of(connection(200, DEPENDENCIES), "secret") if one.name.endswith("for one unit"))
    assert trial.body is not None
    assert trial.body["output"] == ACTS
    assert '"seen": "3"' in trial.body["inputs"][0]["value"]
    assert trial.body["outputs"] == [
        {"id": "frame", "property": "children@1"},
        {"id": "drawn", "property": "data@1"},
    ]


@pytest.mark.parametrize(("status", "content"), [(503, ""), (200, "outcome-refused")])
def test_an_answer_that_is_no_page_is_not_measured_as_one(status: int, content: str) -> None:
    asked = next(iter(asked_of(connection(200, DEPENDENCIES), "secret")))
    with pytest.raises(RuntimeError):
        answered(connection(status, content), asked, "secret")
