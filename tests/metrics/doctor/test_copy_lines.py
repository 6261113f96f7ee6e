"""A copy that is away, behind, of another ledger, following nothing or read by the wrong role is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from metrics.authority import SYSTEM
from metrics.database import Sessions
from metrics.doctor import copy_lines as copy_module
from metrics.doctor.copy_lines import copy_lines
from metrics.doctor.line import Grade
from metrics.settings import Settings
from tests.databases import Database, Server

_MORE = (
    "insert into ledger_entries select seq + 1, kind, recorded_at, leaf || cast(:end as text),"
    " sha256(leaf_hash || cast(:end as bytea)) from ledger_entries order by seq desc limit 1"
)


@pytest.fixture
def copy(server: Server, template: str | None, clean_database: Database) -> Iterator[Database]:
    if template is None:
        pytest.fail("two databases with one history are had by copying")
    with server.database(template=template) as made:
        yield made


def graded(database: Database, address: str | None) -> dict[str, Grade]:
    configured = Settings(read_database_url=None if address is None else SecretStr(address))
    with Sessions(database.engine).read(SYSTEM) as session:
        return {line.name: line.grade for line in copy_lines(session, configured)}


def test_a_copy_that_follows_is_fine_and_none_is_no_line(
    clean_database: Database, copy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert graded(clean_database, None) == {}
    assert graded(clean_database, copy.url)["replica-follows"] is Grade.WARN  # a database of its own
    monkeypatch.setattr(copy_module, "_FOLLOWS", text("select true"))
    assert set(graded(clean_database, copy.url).values()) == {Grade.OK}


def test_a_copy_above_row_security_is_named(clean_database: Database, copy: Database) -> None:
    assert graded(clean_database, copy.url)["replica-role"] is Grade.OK
    assert graded(clean_database, copy.owner_url)["replica-role"] is Grade.BAD


def test_a_copy_that_lacks_entries_and_one_of_another_ledger_are_told_apart(
    clean_database: Database, copy: Database
) -> None:
    assert graded(clean_database, copy.url)["replica"] is Grade.OK
    with Sessions(clean_database.engine).write() as session:
        session.execute(text(_MORE), {"end": " "})
    assert graded(clean_database, copy.url)["replica"] is Grade.WARN
    with Sessions(copy.engine).write() as other:
        other.execute(text(_MORE), {"end": "  "})
    assert graded(clean_database, copy.url)["replica"] is Grade.BAD


def test_a_copy_that_cannot_be_asked_is_named_alone(clean_database: Database, copy: Database) -> None:
    with copy.as_owner() as owner:
        owner.execute(text("alter table ledger_entries rename to elsewhere"))
    assert graded(clean_database, copy.url) == {"replica": Grade.WARN}
