"""What tests start from.

    server          a PostgreSQL server: the embedded one in a temporary folder, or BIAOCHI_TEST_DATABASE_URL
                    (a superuser's address of any server ≥ 15); with TESTS_THROUGH=pgbouncer the service's role
                    comes to it through a PgBouncer in transaction mode
    session         a WriteSession on a database with the plan loaded; everything is rolled back afterwards. With
                    a fixture made by `beginning`, on one in which that was done once (tests/beginnings.py)
    client          the application, in the same transaction as `session`
    clean_database  a database of its own, for tests that commit
    live_server     the service as a process of its own, on a database of its own (per module)
    page            a page of the system's Chromium (tests/browsing.py)

The service's role is used throughout, so a right that is missing shows.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest
from coverage import Coverage
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pwdlib import PasswordHash
from sqlalchemy import Connection
from starlette.testclient import TestClient

from metrics import credentials
from metrics.database import WriteSession
from metrics.limits.sign_in_limits import sign_in_limits
from metrics.server.embedded import embedded_server
from metrics.settings import settings
from tests.beginnings import Beginnings, done_before, one_session
from tests.cheap_passwords import cheap_hasher
from tests.databases import Database, Server, database_home
from tests.memories import as_before, signing_in_many
from tests.serving import LiveServer, live

gc.disable()  # until everything is collected: what is loaded stays, and looking it through took a quarter of the time

pytest_plugins = [
    "tests.browsing",
    "tests.clusters",
    "tests.providers",
    "tests.reading_here",
    "tests.served",
    "tests.sharing",
]

# No test fails for being slow: other work may go on beside it. Benchmarks say what is quick.
examples.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if examples.get_current_profile_name() != "mutations":  # trials of mutants load theirs before
    examples.load_profile("suite")

# What is covered is counted by `make coverage`, in a run of its own (decision 230): by the tests of metrics/, api/,
# migrations/ and trust/, but not by examples drawn at random, comparisons at length, files of a million rows, many who
# act at once and walks through every route, each of which has tests of its own. Counting takes twice as long.
_COUNTED = ("tests/api/", "tests/metrics/", "tests/migrations/", "tests/trust/")
NOT_COUNTED = (
    *("tests/api/test_counts.py", "tests/api/test_generated_requests.py", "tests/api/test_matrix.py"),
    *("tests/api/test_release_faults.py", "tests/api/test_rights.py", "tests/api/test_strangers_bodies.py"),
    *(
        "tests/api/test_busy.py",
        "tests/api/test_held_up.py",
        "tests/api/test_many_writers.py",
        "tests/api/test_reasons.py",
    ),
    "tests/api/test_plan_missing.py::test_every_operation_says_so_to_anybody",
    "tests/api/routes/test_assessments.py::TestBlind::test_every_other_route_is_closed_to_the_role",
    "tests/api/routes/test_catalogue.py::test_every_dataset_stands_in_it_with_addresses_that_answer",
    *("tests/api/routes/test_data_package.py", "tests/api/routes/test_files_mutated.py"),
    "tests/api/routes/test_template_round.py",
    "tests/metrics/cli/test_import_history.py::test_a_load_that_is_killed_leaves_whole_submissions_and_the_same_command",
    *("tests/metrics/commands/test_faults_leave_nothing.py", "tests/metrics/commands/test_files_together.py"),
    *("tests/metrics/commands/test_releases_together.py", "tests/metrics/commands/test_submissions_together.py"),
    "tests/metrics/history/test_fired_checks.py",
    *("tests/metrics/intake/test_families.py", "tests/metrics/intake/test_mutations.py"),
    "tests/metrics/intake/template/test_template.py::test_stored_results_are_what_the_formulas_give",
    "tests/metrics/intake/template/test_template.py::test_the_formulas_find_what_the_server_finds",
    "tests/metrics/intake/workbook/test_hostile_files.py",
    "tests/metrics/intake/workbook/test_workbook_values.py",
    "tests/metrics/publish/test_as_xlsx.py::test_a_sheet_says_what_the_csv_says",
    "tests/metrics/publish/test_first_rows.py::test_units_with_more_or_fewer_targets_than_the_others",
    "tests/metrics/publish/test_verified_rows.py::test_the_rows_are_those_of_everything_that_was_sent",
    "tests/metrics/publish/test_vintages.py",
    *("tests/metrics/queries/test_far_past.py", "tests/metrics/queries/test_views.py"),
    *("tests/metrics/verdicts/test_three_hundred_units.py", "tests/metrics/verdicts/test_verdict_table.py"),
    *("tests/api/test_walked_year.py", "tests/dashboard/test_link_names.py"),
    *("tests/trust/test_recomputed.py", "tests/trust/test_tampering.py::test_every_tampering"),
)
_LONGEST = (
    *("tests/browser/", "tests/metrics/cli/test_serve.py", "tests/metrics/cli/test_first_runs.py"),
    *("tests/docs/", "tests/trust/", "tests/seed/"),
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that keep a service, a browser or a demonstration come first, so that the workers end at about one time.

    With --cov only what counts as covering is run.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))
    if config.pluginmanager.hasplugin("_cov"):
        left_out = [item for item in items if not counts(item.nodeid, drawn=_is_drawn(item))]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if counts(item.nodeid, drawn=_is_drawn(item))]


def counts(named: str, *, drawn: bool) -> bool:
    """Whether the test counts as covering; `drawn`: its examples are drawn at random."""
    return named.startswith(_COUNTED) and not (drawn or named.startswith(NOT_COUNTED))


def _is_drawn(item: pytest.Item) -> bool:
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here on garbage is looked for: among what the tests make, not among what is loaded, and not as often as
    Python does of itself, which is after every 700 objects; a parsed file has thousands."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """A worker is counted as a child of a counted process and as a run of its own; pytest-cov counts it once more.

    Each of them makes every call slower, and the last one counts all that there is.
    """
    if not hasattr(session.config, "workerinput"):
        return
    while (outer := Coverage.current()) is not None:
        outer.stop()
        outer.save()  # what was imported until now


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    """The operator's own BIAOCHI_… variables and data directory are not the tests'; theirs lies in memory where there
    is room, since whoever signs waits until what he remembers is on the disk."""
    with pytest.MonkeyPatch.context() as patch, database_home() as home:
        for name in list(os.environ):
            if name.startswith("BIAOCHI_") and name != "BIAOCHI_TEST_DATABASE_URL":
                patch.delenv(name)
        patch.setenv("BIAOCHI_HOME", str(home))
        patch.setenv("DASH_DISABLE_VERSION_CHECK", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(autouse=True, scope="session")
def password_cost() -> Iterator[Callable[[], PasswordHash]]:
    """Argon2id at its least cost, since nearly every test signs somebody in. Gives what the service itself uses."""
    earnest = credentials._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "_hasher", cheap_hasher)
        yield earnest


@pytest.fixture(autouse=True, scope="session")
def _a_memory_for_every_database() -> Iterator[None]:
    """The signers of this process remember what they signed in each of its databases, of which there are many."""
    with signing_in_many():
        yield


@pytest.fixture(autouse=True)
def _no_attempts_of_other_tests() -> Iterator[None]:
    """What a process counts in memory begins anew with every test, and so do settings that another one changed."""
    sign_in_limits.cache_clear()
    before = settings()
    yield
    sign_in_limits.cache_clear()
    if settings() is not before:
        settings.cache_clear()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server for the whole run."""
    given = os.environ.get("BIAOCHI_TEST_DATABASE_URL")
    if given:
        with _reached(Server(given)) as found:
            yield found
        found.close()
        return
    with database_home() as home, embedded_server(home) as addresses, _reached(Server(addresses.owner)) as found:
        yield found


@contextmanager
def _reached(server: Server) -> Iterator[Server]:
    """`server` as the run asks for it: by itself, or through the pooler that TESTS_THROUGH names."""
    through = os.environ.get("TESTS_THROUGH", "")
    assert through in ("", "pgbouncer"), f"TESTS_THROUGH names no pooler: {through}"
    with server.through_pgbouncer() if through else nullcontext():
        yield server


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[str]:
    """The name of a migrated database with the plan, to copy."""
    with server.database() as database:
        database.engine.dispose()  # a database that somebody uses cannot be copied
        yield database.name


@pytest.fixture(scope="session")
def shared_database(server: Server, template: str | None) -> Iterator[Database]:
    """The database behind `session` and `client`. Nothing is ever committed to it."""
    with server.database(template=template) as database:
        yield database


@pytest.fixture
def clean_database(server: Server, template: str | None) -> Iterator[Database]:
    """A database of the test's own, migrated and with the plan; dropped afterwards."""
    with server.database(template=template) as database:
        yield database


@pytest.fixture(scope="session")
def beginnings(server: Server, template: str | None) -> Iterator[Beginnings]:
    """The databases that tests with a fixture by `beginning` start from."""
    with Beginnings(server, template) as found:
        yield found


@pytest.fixture
def outer_transaction(request: pytest.FixtureRequest, shared_database: Database) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back."""
    done, database = done_before(request), shared_database
    if done:
        beginnings = request.getfixturevalue("beginnings")
        database = beginnings.after(done, lambda: asking(request.getfixturevalue("application"))).database
    with as_before(database.name), database.engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(outer_transaction: Connection) -> Iterator[WriteSession]:
    """A session whose commits are savepoints. `read_session()` and `write_session()` share its transaction."""
    with one_session(outer_transaction) as session:
        yield session


@pytest.fixture(scope="session")
def application() -> Iterator[FastAPI]:
    """The application. It keeps nothing between requests, and making its routes takes longer than most tests.

    Who is told to come back later is told so at once; that it takes a second is tested in tests/api/test_places.py.
    What is loaded is kept from the collector of garbage here, once, and not whenever a test starts the application.
    """
    from api import app, places

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "_REFUSED_AFTER", 0.0)
        patch.setattr(app, "gc", SimpleNamespace(collect=lambda: None, freeze=lambda: None))
        made = app.create_app()
        gc.collect()
        gc.freeze()
        yield made


@pytest.fixture
def client(session: WriteSession, application: FastAPI) -> Iterator[TestClient]:
    """The application, in the same transaction as `session`. An exception in it fails the test."""
    with asking(application) as client:
        yield client


def asking(application: FastAPI) -> TestClient:
    """Asked as curl asks: packed answers come to whoever asks for them."""
    headers = {"Accept-Encoding": "identity"}
    return TestClient(application, base_url="http://127.0.0.1:8000", headers=headers)


@pytest.fixture(scope="module")
def live_server(server: Server, template: str | None) -> Iterator[LiveServer]:
    """`biaochi serve` on a free port of 127.0.0.1, without demonstration data, for one module of tests."""
    with (
        database_home() as home,
        server.database(template=template) as database,
        live(database, home=home) as found,
    ):
        yield found
