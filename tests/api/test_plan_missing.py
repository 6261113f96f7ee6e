"""Before a plan is loaded: every route and every page says so and how to load one, to anybody, and nothing breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from metrics.cli.plan import CITY_PLAN, load_plan_folder
from metrics.database import Sessions, use_sessions
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Role
from tests.callers import refusal
from tests.databases import Database
from tests.matrices import dealt
from tests.people import bearer, person, token

OPEN = {"/healthz", "/readyz", "/metrics"}  # for who watches, a plan or none
PAGES = ("/", "/sign-in", "/collect", "/review/17", "/units/441202", "/tasks", "/assess", "/confirm", "/nothing-here")


@pytest.fixture
def bare(clean_database: Database, application: FastAPI) -> Iterator[TestClient]:
    """The application on a database that is migrated and has no plan."""
    with clean_database.as_owner() as connection:
        connection.execute(text("alter table plan_records disable trigger plan_records_append_only"))
        connection.execute(text("delete from plan_records"))
    with (
        use_sessions(Sessions(clean_database.engine)),
        TestClient(application, base_url="http://127.0.0.1:8000", follow_redirects=False) as client,
    ):
        yield client


def test_every_operation_says_so_to_anybody(bare: TestClient, application: FastAPI, clean_database: Database) -> None:
    with Sessions(clean_database.engine).write() as session:
        person(session, "boss", role=Role.ADMIN)
        headers = bearer(token(session, "boss").secret)
    asked = 0
    for path, operations in application.openapi()["paths"].items():
        if path in OPEN:
            continue
        for method in operations:
            for given in dealt(({}, headers), asked):
                address = path.replace("{period}", "2019-09").replace("{", "").replace("}", "")
                body = refusal(bare.request(method, address, headers=given), 503)
                assert body["code"] == "plan_missing", (method, path)
                asked += 1
    assert asked > 100
    answer = bare.get("/api/v1/units")
    assert answer.headers["Retry-After"] == "5"
    for words in answer.json()["message"].values():
        assert "biaochi plan load" in words
        assert "BIAOCHI_PLAN" in words


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["", "?lang=en"])
def test_every_page_says_so_in_both_languages(bare: TestClient, path: str, language: str) -> None:
    answer = bare.get(path + language)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    for words in ("尚未载入方案", "No plan is loaded yet", "biaochi plan load", "BIAOCHI_PLAN"):
        assert words in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_window_that_is_still_open_is_told_too(bare: TestClient) -> None:
    answer = bare.post(CALLBACKS, json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "plan_missing")


def test_the_process_is_healthy_and_the_files_of_the_pages_are_there(bare: TestClient) -> None:
    assert bare.get("/healthz").status_code == 200
    ready = bare.get("/readyz")
    assert (ready.status_code, ready.json()["plan"]) == (200, "missing")
    assert bare.get("/assets/base.css").status_code == 200
    assert bare.get("/api/v1/openapi.json").status_code == 200
    assert bare.get("/api/v1/docs").status_code == 200
    assert refusal(bare.get("/api/v1/nothing-here"), 404)["code"] == "path_unknown"


def test_once_a_plan_is_loaded_everything_is_as_ever(bare: TestClient) -> None:
    load_plan_folder(CITY_PLAN, actor="biaochi plan load")
    assert refusal(bare.get("/api/v1/units"), 401)["code"] == "credentials_missing"
    assert bare.get("/").status_code == 303
    assert "尚未载入方案" not in bare.get("/sign-in").text
    assert bare.get("/readyz").json()["plan"] == "loaded"


def test_with_public_reading_it_is_the_plan_that_is_missing_and_not_a_release(
    bare: TestClient, public_read: None
) -> None:
    assert refusal(bare.get("/api/v1/rates.csv"), 503)["code"] == "plan_missing"
    assert json.loads(bare.get("/healthz").text) == {"status": "ok"}
