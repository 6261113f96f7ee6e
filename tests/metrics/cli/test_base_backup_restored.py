"""`biaochi restore` of a base backup: the files of a cluster, without whoever was signed in."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from metrics.backups.base_backup import back_up_cluster
from metrics.backups.folder import Retention
from metrics.database import Sessions, make_engine
from metrics.server.embedded import embedded_server
from metrics.server.migration import migrate
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
