"""The application as a whole: what is nowhere, what a database away looks like, what every answer carries."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from starlette.testclient import TestClient

from metrics.database import Sessions, WriteSession, make_engine, use_sessions
from metrics.principal import Role
from metrics.publish.rendering import MEDIA_TYPES
from tests.people import bearer, person, token


@pytest.fixture
def assessor(session: WriteSession) -> dict[str, str]:
    person(session, "an.assessor", role=Role.ASSESSOR)
    return bearer(token(session, "an.assessor").secret)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/", "/api/", "/api/v1/rates.pdf", "/api/v2/rates.csv"])
def test_an_unknown_api_path_is_a_problem_and_never_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["message"]["zh"]


def test_a_known_path_with_another_method_says_which_it_takes(client: TestClient) -> None:
    answer = client.delete("/api/v1/rates.csv")
    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize("path", ["/api/v1/session", "/healthz", "/api/v1/submissions"])
def test_an_unknown_parameter_is_refused(client: TestClient, assessor: dict[str, str], path: str) -> None:
    answer = client.get(path, params={"colour": "red"}, headers=assessor)
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter_unknown")


def test_without_credentials_nothing_is_read_but_the_verifier_and_the_published_checkpoint(client: TestClient) -> None:
    open_to_all = {"/api/v1/session", "/api/v1/verify.py", "/api/v1/confirmation", "/api/v1/checkpoint"}
    open_to_all |= {"/api/v1/ledger/consistency"}
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        if path.startswith("/api/v1/") and "{" not in path and path not in open_to_all:
            assert client.get(path).status_code in (401, 405), path


@pytest.mark.parametrize("form", MEDIA_TYPES)
@pytest.mark.parametrize("name", ["targets", "observations", "rates"])
def test_a_pull_carries_what_a_reader_needs_to_trust_it(
    client: TestClient, assessor: dict[str, str], name: str, form: str
) -> None:
    address = f"/api/v1/{name}.{form}"
    answer = client.get(address, headers=assessor)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPES[form]
    tag = answer.headers["etag"]
    assert re.fullmatch(r'"[\w-]+"', tag)
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert int(answer.headers["x-as-of-seq"]) >= 1
    assert answer.headers["last-modified"].endswith("GMT")
    assert f".{form}" in answer.headers["content-disposition"].partition("filename*=UTF-8''")[2]
    assert f'</api/v1/{name}.schema.json>; rel="describedby"' in answer.headers["link"]
    unchanged = client.get(address, headers={**assessor, "If-None-Match": f'W/"x", {tag}'})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
    head = client.head(address, headers=assessor)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(answer.content)))
    assert head.headers["repr-digest"] == answer.headers["repr-digest"]


@pytest.mark.parametrize("part", ["units", "elements", "indicators", "tasks", "targets"])
def test_the_plans_parts_answer_without_an_ending(client: TestClient, assessor: dict[str, str], part: str) -> None:
    plain = client.get(f"/api/v1/{part}", params={"lang": "en"}, headers=assessor)
    assert plain.status_code == 200
    assert plain.content == client.get(f"/api/v1/{part}.json", params={"lang": "en"}, headers=assessor).content
    assert (client.post(f"/api/v1/{part}", headers=assessor).status_code == 405) is (part != "targets")


def test_pages_are_linked_until_the_last(client: TestClient, assessor: dict[str, str]) -> None:
    address, seen = "/api/v1/tasks.csv?limit=20&lang=en", []
    while address:
        answer = client.get(address, headers=assessor)
        seen += answer.text.split("\r\n")[1:-1]
        found = re.search(r'<([^>]+)>; rel="next"', answer.headers["link"])
        address = found[1] if found else ""
    assert len(seen) == 50
    assert len({line.split(",")[0] for line in seen}) == 50


def test_a_database_that_is_away_is_503_and_comes_back(client: TestClient, assessor: dict[str, str]) -> None:
    with use_sessions(Sessions(make_engine("postgresql://nobody@127.0.0.1:9/nowhere"))):
        for path in ("/readyz", "/api/v1/rates.csv"):
            answer = client.get(path, headers=assessor)
            assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
            assert int(answer.headers["retry-after"]) <= 5
        assert client.get("/healthz").status_code == 200
    assert client.get("/api/v1/rates.csv", headers=assessor).status_code == 200


def test_every_answer_has_security_headers(client: TestClient, assessor: dict[str, str]) -> None:
    for path in ("/healthz", "/api/v1/nothing", "/api/v1/units.csv", "/api/v1/docs", "/sign-in", "/no-such-page"):
        headers = client.get(path, headers=assessor).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-request-id"], path


def test_the_documentation_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/api/v1/docs").text
    assert "http" not in re.sub(r'charset="[^"]*"', "", page)
    for name in re.findall(r'(?:src|href)="(docs/[^"]+)"', page):
        assert client.get(f"/api/v1/{name}").status_code == 200
    assert client.get("/api/v1/docs/other.js").status_code == 404
