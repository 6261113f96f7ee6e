"""Files that a server asks its disk for, one by one or at once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from metrics.server import left_behind
from metrics.server.left_behind import recovery_option
from tests.databases import Server

AT_ONCE = " -c recovery_init_sync_method=syncfs"


@pytest.mark.parametrize(
    ("release", "kind", "option"),
    [
        ("6.1.0-39-amd64", "ext4", AT_ONCE),
        ("5.8.0", "xfs", AT_ONCE),
        ("5.4.0-216-generic", "ext4", ""),
        ("6.1.0", "fuse.sshfs", ""),
        ("6.1.0", "nfs4", ""),
        ("6.1.0", "", ""),
        ("odd", "ext4", ""),
    ],
)
def test_only_who_does_as_asked_is_asked_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, release: str, kind: str, option: str
) -> None:
    monkeypatch.setattr(left_behind, "os", SimpleNamespace(uname=lambda: SimpleNamespace(release=release)))
    monkeypatch.setattr(left_behind, "_file_system", lambda _: kind)
    assert recovery_option(tmp_path) == option


def test_the_servers_programs_know_the_option(server: Server, tmp_path: Path) -> None:
    """It is given at the start of the tests' own server, where that is the embedded one."""
    assert left_behind._file_system(Path("/proc")) == "proc"
    with server.database() as database, psycopg.connect(database.owner_url) as connection:
        row = connection.execute(
            "select setting, source from pg_settings where name = 'recovery_init_sync_method'"
        ).fetchone()
        assert row is not None
        assert row[0] == "syncfs" or row[1] != "command line"
