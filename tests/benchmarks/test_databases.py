"""What benchmarks measure is what the service does: by its role, under row security, with somebody acting."""

from __future__ import annotations

import psycopg
from sqlalchemy import text

from benchmarks.databases import READER, further_database, own_database, settle
from benchmarks.scaled import load_scaled_plan, write_history
from metrics.authority import NOBODY
from metrics.database import ReadSession, read_session
from metrics.server.embedded import APPLICATION
from metrics.settings import settings
from tests.databases import database_home

_COUNT = "select count(*) from figures"


def test_a_benchmark_asks_as_the_service_does_and_its_reference_as_the_owner() -> None:
    with database_home() as home, own_database(home) as addresses:
        assert settings().home == home  # what is signed here is signed by a key of its own
        plan = load_scaled_plan(1)
        figures = write_history(plan, months=1)
        settle(addresses)
        with read_session(READER) as session:
            assert session.scalar(text("select current_user")) == APPLICATION
            assert _counted(session) == figures == len(plan.elements)
        with read_session(NOBODY) as session:
            assert _counted(session) == 0
        with psycopg.connect(addresses.owner) as owner:
            assert owner.execute(_COUNT).fetchone() == (figures,)
        further = further_database(addresses, "further")
        with psycopg.connect(further.application) as service:
            assert service.execute(_COUNT).fetchone() == (0,)


def _counted(session: ReadSession) -> int:
    return session.scalar(text(_COUNT)) or 0
