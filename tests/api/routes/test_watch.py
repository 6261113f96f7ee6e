"""`/metrics`: who may read it, what it counts, and that nobody waits for a database that says nothing."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from api.routes import watch
from metrics.commands.ask_witnesses import note_fault
from metrics.database import make_engine, use_engine
from metrics.ledger.witnessing.asking import WitnessFault, WitnessRefused
from metrics.ledger.witnessing.seen import make_witness
from metrics.settings import settings
from metrics.watch import records
from metrics.watch.records import Records, RecordsPart
from tests.builders import whole_submission
from tests.callers import Caller, refusal
from tests.databases import Database
from tests.watching import Watched, metrics_named, watched

TOKEN = "a-token-of-the-watch"
POOL = {"biaochi_pool_connections_in_use", "biaochi_pool_connections_limit"}  # of a service of its own
COPY = {"biaochi_replica_pulls_total"}  # of one that has a copy to read from
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def own_records(application: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What was found for another test's database is not this one's."""
    application.state.records = Records()
    monkeypatch.setattr(watch, "_PATIENCE", 20.0)  # on a busy machine the first look takes long
    monkeypatch.setenv("BIAOCHI_METRICS_TOKEN", TOKEN)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def ask_from(application: FastAPI, client: TestClient) -> Ask:
    """`/metrics` as asked from an address; `client` keeps the application's database."""

    def ask(address: str, **headers: str) -> Any:
        other = TestClient(application, base_url="http://127.0.0.1:8000", client=(address, 1))
        return other.get("/metrics", headers={name.replace("_", "-"): value for name, value in headers.items()})

    return ask


def read(client: TestClient) -> Watched:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return watched(answer.text)


@pytest.mark.parametrize(
    ("address", "headers", "setting", "status"),
    [
        ("127.0.0.1", {}, None, 200),
        ("::1", {}, None, 200),
        ("192.0.2.7", {}, None, 404),
        ("testclient", {}, None, 404),
        ("192.0.2.7", BEARER, None, 200),
        ("192.0.2.7", {"Authorization": "Bearer another"}, None, 404),
        ("192.0.2.7", {"Authorization": "Bearer "}, None, 404),
        ("192.0.2.7", {}, {"BIAOCHI_METRICS_FROM": "192.0.2.0/24"}, 200),
        ("127.0.0.1", {}, {"BIAOCHI_METRICS_FROM": "192.0.2.0/24"}, 404),
        ("127.0.0.1", {}, {"BIAOCHI_METRICS_FROM": ","}, 404),
        ("127.0.0.1", {"Authorization": "Bearer "}, {"BIAOCHI_METRICS_FROM": ",", "BIAOCHI_METRICS_TOKEN": ""}, 404),
        # A proxy on this machine that nobody trusts: everybody behind it has its address.
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1"}, None, 404),
        ("127.0.0.1", {"Via": "1.1 caddy"}, None, 404),
        # A trusted one says who it is.
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1"}, {"BIAOCHI_TRUSTED_PROXIES": "127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, {"BIAOCHI_TRUSTED_PROXIES": "127.0.0.1"}, 200),
    ],
)
def test_it_is_for_this_machine_for_networks_that_are_named_and_for_the_token(
    ask_from: Ask,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    headers: dict[str, str],
    setting: dict[str, str] | None,
    status: int,
) -> None:
    for name, value in (setting or {}).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    answer = ask_from(address, **headers)
    assert answer.status_code == status
    if status == 404:
        assert refusal(answer, 404)["code"] == "metrics_elsewhere"
        assert "biaochi_" not in answer.text.replace("BIAOCHI_", "")


def test_a_token_that_people_use_is_no_token_of_the_watch(client: TestClient, bureau: Caller) -> None:
    assert refusal(client.get("/metrics", headers=bureau.headers), 404)["code"] == "metrics_elsewhere"


def test_requests_are_counted_by_route_and_refusals_by_code(
    application: FastAPI, client: TestClient, clerk: Caller
) -> None:
    before = read(client).values
    clerk.post(whole_submission())
    for number in (1, 2):
        clerk.get(f"/{number}9999")
    client.get("/api/v1/somewhere/else")
    client.get(f"/{time.time()}")
    client.request("BREW", "/")
    after = read(client).values

    def more(name: str, labels: str) -> float:
        return after[name].get(labels, 0) - before.get(name, {}).get(labels, 0)

    requests = "biaochi_http_requests_total"
    assert more(requests, "method=POST,route=/api/v1/submissions,status=2xx") == 1
    assert more(requests, "method=GET,route=/api/v1/submissions/{submission_id},status=4xx") == 2
    assert more(requests, "method=GET,route=none,status=4xx") == 1
    assert more(requests, "method=GET,route=page,status=4xx") + more(requests, "method=GET,route=page,status=2xx") == 1
    assert more(requests, "method=other,route=page,status=4xx") == 1
    assert more("biaochi_refusals_total", "code=submission_unknown") == 2
    assert more("biaochi_http_request_duration_seconds_count", "route=/api/v1/submissions") == 1


@pytest.fixture
def slow_witness(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a witness that did not answer in time, as whichever process asked it noted."""
    key = make_witness(tmp_path / "w", "w.example").verifier_key
    (tmp_path / "w" / "policy.txt").write_text(f"witness w {key} https://w.example/\nquorum none\n", encoding="utf-8")
    monkeypatch.setenv("BIAOCHI_WITNESSES", str(tmp_path / "w" / "policy.txt"))
    settings.cache_clear()
    note_fault("w.example", key, WitnessRefused(WitnessFault.SLOW))
    return "w.example"


def test_the_records_are_told_and_the_guide_names_all_of_it(
    client: TestClient, clerk: Caller, slow_witness: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_BACKUP_TO", str(tmp_path))
    settings.cache_clear()
    for moment in ("20260101T020000Z", "20261201T020000Z"):
        (tmp_path / f"biaochi-{moment}.zip").write_bytes(b"12345")
    assert clerk.post(whole_submission()).status_code == 201
    now = read(client)
    assert now("biaochi_ledger_entries") > now("biaochi_ledger_signed_entries") >= 0
    assert 0 < now("biaochi_ledger_unsigned_seconds") < 3600
    assert time.time() - now("biaochi_last_submission_timestamp_seconds", unit="441202") < 3600
    assert now("biaochi_newest_month_timestamp_seconds") > 0
    assert now("biaochi_overdue_days", stream="submissions") > 0
    assert now("biaochi_overdue_units", stream="submissions") > 0
    assert now("biaochi_reminders", state="failed") == 0
    assert now("biaochi_plan_loaded") == 1
    assert now("biaochi_database_bytes") > 1e6
    assert now("biaochi_signer_refuses", code="") == 0
    assert now("biaochi_witness_trouble", witness=slow_witness, fault="slow") == 1
    assert now("biaochi_witness_signed_entries", witness=slow_witness) == 0
    assert any("w.example does not answer in time" in warning for warning in client.get("/readyz").json()["warnings"])
    assert now("biaochi_places_limit", work="post") > 0
    assert now("biaochi_places_taken", work="light") == 0  # this one takes none
    assert now("process_resident_memory_bytes") > 1e7
    assert now("biaochi_disk_free_bytes") > 0
    assert set(now.values["biaochi_watch_found"].values()) == {1}
    assert now("biaochi_backup_timestamp_seconds", kind="data") == datetime(2026, 12, 1, 2, tzinfo=UTC).timestamp()
    assert now("biaochi_backup_bytes", kind="data") == 5
    given = {re.sub(r"(_duration_seconds)_(bucket|count|sum)$", r"\1", name) for name in now.values}
    assert given | POOL | COPY == metrics_named()


def test_of_very_many_units_those_of_whom_nothing_came_longest_have_a_line(
    client: TestClient, clerk: Caller, bureau: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_UNITS", 1)
    for unit in ("441202", "441203"):
        assert bureau.post(whole_submission(unit=unit)).status_code == 201
    now = read(client)
    assert len(now.values["biaochi_last_submission_timestamp_seconds"]) == 1
    assert now("biaochi_units_with_submissions") == 2


def test_what_was_found_is_given_again_for_some_seconds(
    client: TestClient, application: FastAPI, clerk: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = read(client)("biaochi_ledger_entries")
    assert clerk.post(whole_submission()).status_code == 201
    assert read(client)("biaochi_ledger_entries") == entries
    monkeypatch.setattr(records, "PARTS", tuple(RecordsPart(part.name, 0, part.find) for part in records.PARTS))
    assert read(client)("biaochi_ledger_entries") > entries


def test_the_records_are_found_while_every_connection_is_in_use(shared_database: Database) -> None:
    """Over one of its own: whoever watches wants to know just then, and a scrape waits for nobody."""
    engine = make_engine(shared_database.url, pool_size=1)
    found = Records()
    with use_engine(engine), ExitStack() as held:
        for _ in range(2):
            held.enter_context(engine.connect())
        found.look()
    told = {
        sample.labels["part"]: sample.value
        for one in found.collect()
        if one.name == "biaochi_watch_found"
        for sample in one.samples
    }
    assert told == {part.name: 1 for part in records.PARTS}


def test_nobody_waits_for_a_database_that_says_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is told, and who asks meanwhile asks the database no second time."""
    asked, answers = [], threading.Event()

    def silent(_: object) -> Iterator[Any]:
        asked.append(1)
        answers.wait(30)
        yield from ()

    monkeypatch.setattr(watch, "_PATIENCE", 0.1)
    monkeypatch.setattr(records, "PARTS", (RecordsPart("silent", 60, silent),))
    try:
        for _ in range(2):
            now = read(client)
            assert now("biaochi_watch_found", part="silent") == 0
            assert now("biaochi_places_limit", work="read") > 0
        assert asked == [1]
    finally:
        answers.set()


def test_what_a_database_that_fell_silent_said_before_is_not_told_for_long(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    falls_silent, answers, ledger = threading.Event(), threading.Event(), records.PARTS[0]

    def found(session: Any) -> Iterator[Any]:
        if falls_silent.is_set():
            answers.wait(30)
        yield from ledger.find(session)

    monkeypatch.setattr(watch, "_PATIENCE", 0.1)
    monkeypatch.setattr(records, "PARTS", (RecordsPart("ledger", 0, found),))
    while "biaochi_ledger_entries" not in (told := read(client)).values:  # under load a look takes longer
        pass
    assert told("biaochi_watch_found", part="ledger") == 1
    falls_silent.set()
    try:
        assert "biaochi_ledger_entries" in read(client).values
        monkeypatch.setattr(records, "_LATE", 0.0)
        told = read(client)
        assert "biaochi_ledger_entries" not in told.values
        assert told("biaochi_watch_found", part="ledger") == 0
    finally:
        answers.set()


def test_a_part_that_cannot_be_read_says_so_and_the_others_are_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Any) -> Iterator[Any]:
        session.execute(text("select 1 from nothing_of_this_name"))
        yield from ()

    monkeypatch.setattr(records, "PARTS", (*records.PARTS, RecordsPart("broken", 60, broken)))
    now = read(client)
    assert now("biaochi_watch_found", part="broken") == 0
    assert now("biaochi_watch_found", part="ledger") == 1
