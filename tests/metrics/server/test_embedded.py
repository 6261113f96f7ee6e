"""The embedded server, for real: what it is made of, where it listens, and when it is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import psycopg
import pytest

from metrics.server.embedded import EmbeddedServerRefused, embedded_server
from tests.clusters import AS_NOBODY, Holder, copy_cluster, kept, listening, postmaster, running, setting, write


def test_it_starts_answers_and_stops(home: Path) -> None:
    with embedded_server(home) as addresses:
        write(addresses.owner, 1)
        assert running(home).is_running()
    assert postmaster(home) is None


def test_what_was_written_is_there_after_a_restart(used: Path) -> None:
    with embedded_server(used) as addresses:
        write(addresses.owner, 1)
    with embedded_server(used) as addresses:
        assert kept(addresses.owner) == [1]


def test_pages_carry_checksums_and_commits_are_durable(used: Path) -> None:
    with embedded_server(used) as addresses:
        found = {name: setting(addresses.owner, name) for name in ("data_checksums", "fsync", "full_page_writes")}
        assert found == dict.fromkeys(found, "on")
        assert setting(addresses.owner, "synchronous_commit") == "on"


def test_it_listens_on_a_socket_only(used: Path) -> None:
    with embedded_server(used):
        assert listening(running(used)) == set()
        assert (used / "socket" / ".s.PGSQL.5432").is_socket()


def test_where_a_socket_path_is_too_long_it_listens_on_the_loopback_only(home: Path) -> None:
    deep = home / ("long" * 15) / ("longer" * 10)
    with embedded_server(deep) as addresses:
        assert listening(running(deep)) == {"127.0.0.1"}
        write(addresses.owner, 1)
        assert kept(addresses.owner) == [1]


@pytest.mark.parametrize("name", ["with space", "数据", "it's", "a,b", "100%"])
def test_any_name_of_a_home_will_do(home: Path, pristine: Path, name: str) -> None:
    home.mkdir()
    copy_cluster(pristine, home / name)
    with embedded_server(home / name) as addresses:
        write(addresses.owner, 1)
        assert kept(addresses.owner) == [1]


@pytest.mark.parametrize("name", ['double"quote', "$(id)", "`id`", "back\\slash"])
def test_a_name_the_shell_would_read_is_refused_in_words(home: Path, name: str) -> None:
    with pytest.raises(EmbeddedServerRefused, match="BIAOCHI_HOME"), embedded_server(home / name):
        pass


def test_a_moved_home_works(used: Path) -> None:
    with embedded_server(used) as addresses:
        write(addresses.owner, 1)
    moved = used.rename(used.with_name("moved"))
    with embedded_server(moved) as addresses:
        assert kept(addresses.owner) == [1]


def test_secrets_are_for_their_owner_only(home: Path) -> None:
    with embedded_server(home):
        assert (home / "postgres.json").stat().st_mode & 0o777 == 0o600
        assert (home / "postgres").stat().st_mode & 0o077 == 0
        assert (home / "postgres.log").stat().st_mode & 0o077 == 0


def test_a_wrong_password_is_refused(used: Path) -> None:
    with embedded_server(used) as addresses:
        secret = json.loads((used / "postgres.json").read_text(encoding="utf-8"))["owner_password"]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(addresses.owner.replace(secret, "guess"))


def test_the_service_enters_its_own_database_and_no_other(used: Path) -> None:
    """Elsewhere it could leave temporary tables and large objects; a cluster of before is shut at its next start."""
    with embedded_server(used) as addresses, psycopg.connect(addresses.owner, autocommit=True) as owner:
        for neighbour in ("postgres", "template1"):
            owner.execute(f"grant all on database {neighbour} to public")
    with embedded_server(used) as addresses:
        for neighbour in ("postgres", "template1"):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(addresses.application, dbname=neighbour)
            psycopg.connect(addresses.owner, dbname=neighbour).close()
        psycopg.connect(addresses.application).close()


def test_lost_secrets_are_refused_in_words(used: Path) -> None:
    (used / "postgres.json").write_text("{", encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match=r"postgres\.json cannot be read.*backup"), embedded_server(used):
        pass
    (used / "postgres.json").unlink()
    with pytest.raises(EmbeddedServerRefused, match=r"postgres\.json cannot be read"), embedded_server(used):
        pass


@pytest.mark.parametrize("content", ["[]", "{}", '{"socket_dir": 7, "port": "x"}'])
def test_odd_secrets_are_refused_in_words(used: Path, content: str) -> None:
    (used / "postgres.json").write_text(content, encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match=r"postgres\.json"), embedded_server(used):
        pass


def test_a_cluster_of_another_major_version_is_refused_in_words(used: Path) -> None:
    (used / "postgres" / "PG_VERSION").write_text("17\n", encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match="was written by PostgreSQL 17"), embedded_server(used):
        pass


def test_a_server_that_cannot_start_says_what_its_log_says(used: Path) -> None:
    with (used / "postgres" / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServerRefused, match="no_such_setting"), embedded_server(used):
        pass


def test_a_home_that_is_a_file_is_refused_in_words(home: Path) -> None:
    home.write_text("", encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match="BIAOCHI_HOME"), embedded_server(home):
        pass


def test_an_ordinary_user_can_run_it(home: Path) -> None:
    """Run as an ordinary user, every test here shows it; run as root, this one does."""
    if os.geteuid() != 0:
        with embedded_server(home):
            assert running(home).uids().effective == os.geteuid()
        return
    home.mkdir()
    home.parent.chmod(0o755)
    shutil.chown(home, 65534, 65534)
    holder = Holder(home, prefix=AS_NOBODY)
    try:
        write(holder.address(), 1)
        assert running(home).uids().effective == 65534
        holder.leave()
    finally:
        if holder.process.poll() is None:
            holder.kill()
    assert postmaster(home) is None
