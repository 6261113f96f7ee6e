"""S12 on the running service: its log, its answers and the audit tell no secret, not even when the database refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx2
from sqlalchemy import create_engine, select, text

from api.security.cookies import SESSION_COOKIE
from metrics.commands.users import add_user
from metrics.database import Sessions, database_url
from metrics.models import AuditEntry
from metrics.principal import Role
from tests.api.test_many_writers import token_of_the_bureau
from tests.people import bearer, signed_in
from tests.serving import PATIENCE, LiveServer

WRONG, REASON, NEITHER = "wrong horse battery", "a-reason-nobody-else-reads", "biaochi_neither_token_nor_ours"


def test_no_secret_is_told_by_a_reset_a_refused_statement_or_an_address(live_server: LiveServer) -> None:
    bureau, admin = token_of_the_bureau(live_server), session_of_an_administrator(live_server)
    browser = {"Cookie": f"{SESSION_COOKIE}={admin}", "Sec-Fetch-Site": "same-origin"}
    with httpx2.Client(base_url=f"{live_server.url}/api/v1", timeout=PATIENCE) as client:
        refused = client.post("/session", json={"username": "wang", "password": WRONG})
        looked = client.get(f"/periods?token={NEITHER}", headers=bearer(NEITHER))
        with refusing_database(live_server):
            failed = client.post("/periods/2019-09/lock", json={"reason": REASON}, headers=bearer(bureau))
        locked = client.post("/periods/2019-09/lock", json={"reason": REASON}, headers=bearer(bureau))
        reset = client.post("/users/bureau/password", headers=browser)  # revokes the token, so it comes last
        given = reset.json()["password"]
        stepped = client.post("/session", json={"username": "bureau", "password": given})
    statuses = [answer.status_code for answer in (refused, reset, stepped, looked, failed, locked)]
    assert statuses == [401, 200, 401, 400, 500, 201]
    log = live_server.log.read_text(encoding="utf-8")
    assert [answer for answer in (reset, failed, locked) if answer.headers["X-Request-Id"] not in log] == []
    with Sessions(live_server.database.engine).read() as session:
        kept = repr([vars(row) for row in session.scalars(select(AuditEntry))])
    assert failed.headers["X-Request-Id"] in kept
    secrets = [WRONG, REASON, NEITHER, given, bureau, admin, *stepped.cookies.values()]
    told = {"log": log, "audit": kept, "answers": refused.text + stepped.text + looked.text + failed.text}
    assert [(where, secret) for where, said in told.items() for secret in secrets if secret in said] == []


def session_of_an_administrator(server: LiveServer) -> str:
    with Sessions(server.database.engine).write() as session:
        add_user(
            session,
            "wang",
            display_name="王",
            role=Role.ADMIN,
            units=set(),
            password="nine quiet rivers",
            known_units=set(),
            now=datetime.now(UTC),
        )
        return signed_in(session, "wang").secret


@contextmanager
def refusing_database(server: LiveServer) -> Iterator[None]:
    """For the block no event of a month can be stored; PostgreSQL says so with the whole row."""
    owner = create_engine(database_url(server.database.owner_url))
    with owner.begin() as connection:
        connection.execute(text("alter table period_events add constraint broken check (false) not valid"))
    try:
        yield
    finally:
        with owner.begin() as connection:
            connection.execute(text("alter table period_events drop constraint broken"))
        owner.dispose()
