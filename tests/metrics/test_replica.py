"""A copy that follows the database: read where it knows all that the database does, and never where it knows less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.testclient import TestClient

from metrics import replica
from metrics.authority import SYSTEM
from metrics.database import Sessions, use_engine
from metrics.principal import Role
from metrics.replica import CopyStanding, CopyState, copy_state, pull_session
from metrics.settings import settings
from tests.builders import whole_submission
from tests.databases import Database, Server
from tests.people import bearer, person, token
from tests.watching import watched

V1 = "/api/v1"


@dataclass(frozen=True)
class Followed:
    """The service before a database, with a copy of it that somebody has to bring along by hand."""

    client: TestClient
    copy: Database
    clerk: dict[str, str]

    def pulled(self) -> tuple[int, CopyStanding]:
        """Rows of a pull, and how the copy stood."""
        before = self._counted()
        answer = self.client.get(f"{V1}/observations.csv", headers=self.clerk)
        assert answer.status_code == 200, answer.text
        after = self._counted()
        (standing,) = (found for found in CopyStanding if after[found] > before[found])
        assert answer.headers["X-Read-From"] == ("copy" if standing is CopyStanding.IN_USE else "database")
        return answer.text.count("\n") - 1, standing

    def _counted(self) -> dict[CopyStanding, float]:
        """Pulls so far, as `/metrics` tells them."""
        told = watched(self.client.get("/metrics").text).values.get("biaochi_replica_pulls_total", {})
        return {one: told.get(f"copy={one}", 0.0) for one in CopyStanding}

    def ready(self) -> tuple[str, float | None]:
        """How `/readyz` says the copy stands, and for how long it has been behind, in s."""
        told = self.client.get("/readyz").json()
        return told["replica"], told["replica_behind_seconds"]

    def post(self, period: str) -> None:
        headers = self.clerk | {"Idempotency-Key": period}
        answer = self.client.post(f"{V1}/submissions", json=whole_submission() | {"period": period}, headers=headers)
        assert answer.status_code == 201, answer.text


@pytest.fixture
def followed(
    server: Server,
    template: str | None,
    clean_database: Database,
    application: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Followed]:
    with (
        server.database(template=template) as copy,
        use_engine(clean_database.engine),
        TestClient(application, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1)) as client,
    ):
        if template is None:
            pytest.fail("two databases with one history are had by copying")
        with Sessions(clean_database.engine).write() as session:
            person(session, "chen", role=Role.CLERK)
            clerk = bearer(token(session, "chen").secret)
        configured = settings().model_copy(update={"read_database_url": SecretStr(copy.url)})
        monkeypatch.setattr(replica, "settings", lambda: configured)
        replica._copy.cache_clear()
        yield Followed(client, copy, clerk)
        replica._copy(copy.url).engine.dispose()
        replica._copy.cache_clear()
        replica._failed.clear()


def test_a_copy_is_read_where_it_knows_everything_and_never_where_it_does_not(followed: Followed) -> None:
    assert followed.pulled() == (0, CopyStanding.IN_USE)  # who asks is known to the database alone
    assert followed.ready() == ("in use", 0.0)
    followed.post("2019-09")
    assert followed.pulled() == (45, CopyStanding.BEHIND)
    standing, seconds = followed.ready()
    assert standing == "behind"
    assert seconds is not None
    assert seconds >= 0
    with Sessions(followed.copy.engine).write() as other:  # as many entries, but of another history
        other.execute(
            text(
                "insert into ledger_entries select seq + 1, kind, recorded_at, leaf || ' ', sha256(leaf_hash)"
                " from ledger_entries order by seq desc limit 1"
            )
        )
    assert followed.pulled() == (45, CopyStanding.BEHIND)
    assert followed.ready() == ("behind", None)  # it lacks no number


def test_a_copy_that_is_away_is_left_alone_for_a_while(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    with followed.copy.as_owner() as owner:
        owner.execute(text("alter table ledger_entries rename to elsewhere"))
    monkeypatch.setattr(replica, "RESTS", 3600.0)
    asked: list[str] = []
    note = replica._note

    def noted(address: str, error: SQLAlchemyError) -> None:
        asked.append(address)
        note(address, error)

    monkeypatch.setattr(replica, "_note", noted)
    for _ in range(3):
        assert followed.pulled() == (0, CopyStanding.AWAY)
    assert len(asked) == 1
    with followed.copy.as_owner() as owner:
        owner.execute(text("alter table elsewhere rename to ledger_entries"))
    assert copy_state() == CopyState(CopyStanding.AWAY, None)
    monkeypatch.setattr(replica, "RESTS", 0.0)
    assert copy_state() == CopyState(CopyStanding.IN_USE, 0.0)
    assert followed.pulled() == (0, CopyStanding.IN_USE)


def test_what_fails_while_the_copy_is_read_fails_once(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "RESTS", 3600.0)
    with pytest.raises(SQLAlchemyError), pull_session(SYSTEM) as session:
        session.execute(text("select 1 from nowhere"))
    assert followed.pulled() == (0, CopyStanding.AWAY)
