"""A base backup and its WAL bring the embedded server back to any moment, or leave the place empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from metrics.backups.base_backup import back_up_cluster, base_manifest, remove_cluster, restore_cluster
from metrics.backups.folder import Retention
from metrics.database import make_engine
from metrics.errors import Conflict, Invalid, NotFound, Unavailable
from metrics.server.archiving import archive_options
from metrics.server.embedded import embedded_server
from metrics.server.home import has_cluster
from metrics.server.migration import migrate
from metrics.server.programs import EmbeddedServerRefused
from metrics.settings import settings
from tests.clusters import archived, kept, write


@pytest.fixture
def wal(used: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Servers that are started now copy their WAL there."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_WAL_ARCHIVE", str(used.parent / "wal 归档"))
        settings.cache_clear()
        yield used.parent / "wal 归档"
    settings.cache_clear()


def now(address: str) -> datetime:
    with psycopg.connect(address) as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
        assert row is not None
        moment: datetime = row[0]
        return moment


def again(home: Path, place: Path, base: Path, wal: Path | None, at: datetime | None = None) -> list[int]:
    """What is there after restoring into `place`, with the secrets of `home`."""
    place.mkdir(exist_ok=True)
    (place / "postgres.json").write_bytes((home / "postgres.json").read_bytes())
    restore_cluster(place, base, wal=wal, at=at)
    with embedded_server(place) as addresses:
        return kept(addresses.owner)


def test_any_moment_after_a_base_backup_comes_back(used: Path, wal: Path) -> None:
    folder = used.parent / "b"
    with embedded_server(used) as addresses:
        engine = make_engine(addresses.owner, pool_size=1)
        migrate(engine)
        engine.dispose()
        write(addresses.owner, 1)
        base = back_up_cluster(addresses.owner, folder=folder, keep=Retention(1), wal=wal)
        write(addresses.owner, 2)
        moment = now(addresses.owner)
        write(addresses.owner, 3)
        archived(addresses.owner)
    assert (base.stat().st_mode & 0o777, base_manifest(base).entries) == (0o700, 0)
    places = [used.parent / f"restored{number}" for number in range(3)]
    assert again(used, places[0], base, wal, moment) == [1, 2]
    assert again(used, places[1], base, wal) == [1, 2, 3]
    with pytest.raises(Conflict):
        restore_cluster(used, base, wal=wal, at=None)
    for at in (moment + timedelta(days=9), moment - timedelta(days=9)):
        with pytest.raises(Unavailable) as refused:
            again(used, places[2], base, wal, at)
        assert (refused.value.code, has_cluster(places[2])) == ("moment_not_reached", False)
    with pytest.raises(Invalid):
        again(used, places[2], base, None, moment)
    for name in ("base.tar.gz", "pg_wal.tar.gz", "backup_manifest"):
        whole = (base / name).read_bytes()
        (base / name).write_bytes(whole[: len(whole) // 2] + b"\0" + whole[len(whole) // 2 + 1 :])
        with pytest.raises(Invalid) as damaged:
            again(used, places[2], base, wal)
        assert (damaged.value.code, has_cluster(places[2])) == ("base_backup_damaged", False)
        (base / name).write_bytes(whole)
    for archive, code in ((wal / "none", "no_wal_archive"), (folder, "wal_missing")):
        with pytest.raises(Invalid) as refused_archive:
            again(used, places[2], base, archive)
        assert (refused_archive.value.code, has_cluster(places[2])) == (code, False)
    assert again(used, places[2], base, None) == [1]  # as at its own end
    assert {path.name for path in places[2].iterdir() if path.name.startswith("postgres.new")} == set()


def test_of_files_that_are_taken_away_again_two_empty_locks_stay(tmp_path: Path) -> None:
    for name in ("postgres", "socket"):
        (tmp_path / name).mkdir()
    for name in ("postgres/PG_VERSION", "postgres.log", "socket/.s.PGSQL.1.lock", "postgres.json"):
        (tmp_path / name).write_text("{}", encoding="ascii")
    remove_cluster(tmp_path)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes == {"start.lock": 0, "users.lock": 0, "postgres.json": 2}  # the secrets were there before


def test_what_is_no_base_backup_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        base_manifest(tmp_path)
    with pytest.raises(NotFound):
        base_manifest(tmp_path / "gone")


def test_a_folder_that_cannot_be_named_to_the_server_is_refused(tmp_path: Path) -> None:
    assert archive_options(None, cluster=tmp_path) == ""
    for name in ("it's", 'a"b', "a$b", "50%"):
        with pytest.raises(EmbeddedServerRefused):
            archive_options(tmp_path / name, cluster=tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedServerRefused):
        archive_options(tmp_path / "file" / "below", cluster=tmp_path)
