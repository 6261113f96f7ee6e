"""The history, and a database with the demonstration in it, loaded once for all tests that look at one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from metrics.cli.plan import CITY_PLAN
from metrics.database import ReadSession, Sessions, make_engine, use_engine
from metrics.ledger.keys import key_file
from metrics.plan.files import read_plan
from metrics.plan.model import Plan
from seed.demonstration.history import DemonstrationSubmission, demonstration_submissions
from seed.demonstration.load import DemonstrationLoaded, load_demonstration
from tests.databases import Database, Server
from tests.seed.demonstration.reading import Final


@pytest.fixture(scope="session")
def plan() -> Plan:
    return read_plan(CITY_PLAN)


@pytest.fixture(scope="session")
def submissions(plan: Plan) -> tuple[DemonstrationSubmission, ...]:
    return demonstration_submissions(plan)


@pytest.fixture(scope="session")
def final(submissions: tuple[DemonstrationSubmission, ...]) -> Final:
    """The newest revision of each submission."""
    return {(sent.unit, sent.period): sent for sent in submissions}


@dataclass(frozen=True)
class Demonstration:
    """`steps`: what the progress callback was told. `key`: the file of the key that signed it."""

    database: Database
    home: Path
    loaded: DemonstrationLoaded
    steps: list[tuple[int, int]]
    key: bytes


@pytest.fixture(scope="session")
def demonstration(
    server: Server, template: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    """The demonstration, loaded. Tests only read it."""
    with server.database(template=template) as database:
        yield _load(database, home=tmp_path_factory.mktemp("demonstration") / "home")


@pytest.fixture
def reading(demonstration: Demonstration) -> Iterator[ReadSession]:
    """A session on it."""
    with Sessions(demonstration.database.engine).read() as session:
        yield session
    demonstration.database.engine.dispose()


@pytest.fixture
def rehearsal(server: Server, demonstration: Demonstration, tmp_path: Path) -> Iterator[Demonstration]:
    """The demonstration in a database of the test's own."""
    demonstration.database.engine.dispose()  # a database that somebody uses cannot be copied
    with server.database(template=demonstration.database.name) as database:
        home = tmp_path / "home"
        home.mkdir()
        accounts = demonstration.loaded.accounts_file
        (home / accounts.name).write_bytes(accounts.read_bytes())
        key_file().touch(mode=0o600)  # as the product makes it: other tests of this process look at it
        key_file().write_bytes(demonstration.key)  # another removal may have taken it away
        yield replace(demonstration, database=database, home=home, steps=[])


def _load(database: Database, *, home: Path) -> Demonstration:
    steps: list[tuple[int, int]] = []
    with use_engine(make_engine(database.url, pool_size=2)):
        loaded = load_demonstration(home, progress=lambda done, total: steps.append((done, total)))
    return Demonstration(database, home, loaded, steps, key_file().read_bytes())
