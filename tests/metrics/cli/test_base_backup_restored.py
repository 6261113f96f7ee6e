"""`biaochi restore` of a base backup: the files of a cluster, without whoever was signed in."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from metrics.backups.base_backup import back_up_cluster, base_manifest
from metrics.backups.folder import Retention
from metrics.database import Sessions, make_engine
from metrics.server.embedded import embedded_server
from metrics.server.migration import migrate
from metrics.settings import settings
from tests.clusters import archived, write
from tests.metrics.cli.conftest import Run
from tests.people import browser_session

_LEFT = "select (select count(*) from users), (select count(*) from sessions)"


def test_a_base_backup_comes_back_with_nobody_signed_in(
    run_alone: Run, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded_server(used) as addresses:
        engine = make_engine(addresses.owner, pool_size=1)
        migrate(engine)
        with Sessions(engine).write() as session:
            browser_session(session)
        engine.dispose()
        base = back_up_cluster(addresses.owner, folder=tmp_path / "base", keep=Retention(1), wal=None)
    place = used.parent / "restored"
    place.mkdir()
    (place / "postgres.json").write_bytes((used / "postgres.json").read_bytes())
    monkeypatch.setenv("BIAOCHI_HOME", str(place))
    code, said, errors = run_alone("restore", str(base), "--without-keys")
    assert (code, "所有人须重新登录" in said, "signs in again" in said) == (0, True, True), errors
    with embedded_server(place) as addresses, psycopg.connect(addresses.owner) as connection:
        assert connection.execute(_LEFT).fetchone() == (1, 0)
    code, _, errors = run_alone("restore", str(base / "base.tar.gz"), "--at", "2026-12-01T10:30:00+08:00")
    assert (code, "物理备份的文件夹" in errors) == (2, True), errors


def test_a_restored_database_leaves_the_archive_of_its_original_alone(
    run_alone: Run, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither it writes there nor does its backup remove what it needs not; the original goes on writing there."""
    wal, copies, place = (used.parent / name for name in ("wal 归档", "copies", "restored"))
    monkeypatch.setenv("BIAOCHI_WAL_ARCHIVE", str(wal))
    settings.cache_clear()
    with embedded_server(used) as addresses:
        engine = make_engine(addresses.owner, pool_size=1)
        migrate(engine)
        engine.dispose()
        base = back_up_cluster(addresses.owner, folder=tmp_path / "base", keep=Retention(1), wal=wal)
        write(addresses.owner, 1)
        archived(addresses.owner)
    before = {path.name for path in wal.iterdir()}
    place.mkdir()
    (place / "postgres.json").write_bytes((used / "postgres.json").read_bytes())
    monkeypatch.setenv("BIAOCHI_HOME", str(place))
    code, said, errors = run_alone("restore", str(base), "--without-keys")
    assert (code, "归档末尾之后" in said, "the end of the archived WAL" in said) == (0, True, True), errors
    assert f"{wal} stays the archive of the old database" in errors
    code, _, errors = run_alone("backup", "--physical", "--to", str(copies))
    assert (code, "of its own end only" in errors) == (0, True), errors
    assert "is the archive of another database" in run_alone("doctor")[1]
    assert {path.name for path in wal.iterdir()} == before
    monkeypatch.setenv("BIAOCHI_HOME", str(used))
    settings.cache_clear()
    with embedded_server(used) as addresses:
        write(addresses.owner, 2)
        archived(addresses.owner)
    assert {path.name for path in wal.iterdir()} > before


def test_without_an_archive_it_is_said_up_to_when_a_base_backup_was_restored(
    run_alone: Run, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded_server(used) as addresses:
        engine = make_engine(addresses.owner, pool_size=1)
        migrate(engine)
        engine.dispose()
        base = back_up_cluster(addresses.owner, folder=tmp_path / "base", keep=Retention(1), wal=None)
    ended = base_manifest(base).made_at.isoformat(timespec="seconds")
    place = tmp_path / "restored"
    place.mkdir()
    (place / "postgres.json").write_bytes((used / "postgres.json").read_bytes())
    monkeypatch.setenv("BIAOCHI_HOME", str(place))
    code, said, errors = run_alone("restore", str(base), "--without-keys")
    assert (code, said.count(ended), "nothing after it" in errors) == (0, 2, True), errors
