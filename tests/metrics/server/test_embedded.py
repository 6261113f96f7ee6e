"""The embedded server, for real: what it is made of, where it listens, and when it is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import psycopg
import pytest

from metrics.server.embedded import EmbeddedServerRefused, embedded_server
from metrics.server.home import server_says
from metrics.server.programs import program_path
from metrics.settings import settings
from tests.clusters import AS_NOBODY, Holder, copy_cluster, kept, listening, postmaster, running, setting, write

IN_GB18030 = os.fsdecode("数 据".encode("gb18030"))  # the bytes that such a path has on a system of that encoding


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


@pytest.mark.parametrize("name", ["with space", "数据", IN_GB18030, "it's", "a,b", "100%"])
def test_any_name_of_a_home_will_do(home: Path, pristine: Path, name: str) -> None:
    home.mkdir()
    copy_cluster(pristine, home / name)
    with embedded_server(home / name) as addresses:
        write(addresses.owner, 1)
        assert kept(addresses.owner) == [1]


@pytest.mark.parametrize("name", ['double"quote', "$(id)", "`id`", "back\\slash", os.fsdecode("乗".encode("gb18030"))])
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


def test_a_cluster_that_does_not_say_who_wrote_it_is_refused_in_words(used: Path) -> None:
    (used / "postgres" / "PG_VERSION").write_text("x\n", encoding="utf-8")
    with pytest.raises(EmbeddedServerRefused, match="PG_VERSION is damaged"), embedded_server(used):
        pass


@pytest.mark.parametrize(("written", "advice"), [(15, "biaochi upgrade-cluster"), (99, "BIAOCHI_POSTGRES_BIN")])
def test_a_cluster_of_another_major_version_is_refused_in_words(used: Path, written: int, advice: str) -> None:
    (used / "postgres" / "PG_VERSION").write_text(f"{written}\n", encoding="utf-8")
    with (
        pytest.raises(EmbeddedServerRefused, match=f"was written by PostgreSQL {written}") as refused,
        embedded_server(used),
    ):
        pass
    assert advice in refused.value.message.en
    assert advice in refused.value.message.zh


def test_programs_that_are_on_the_machine_serve_as_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel's own, named as others would be; `python -m benchmarks.other_programs` does so with Debian's."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_POSTGRES_BIN", str(Path(program_path("postgres")).parent))
        settings.cache_clear()
        with embedded_server(home) as addresses:
            write(addresses.owner, 1)
    settings.cache_clear()
    with embedded_server(home) as addresses:
        assert kept(addresses.owner) == [1]


@pytest.mark.parametrize("folder", ["数 据", IN_GB18030])
def test_what_a_server_says_of_itself_is_read_in_whatever_encoding_its_paths_are(tmp_path: Path, folder: str) -> None:
    socket = os.fsencode(tmp_path / folder / "socket")
    lines = [
        b"4711",
        os.fsencode(tmp_path / folder),
        b"1764600000",
        b"5432",
        socket,
        b"",
        b"  1234  5678",
        b"ready   ",
        b"",
    ]
    (tmp_path / "postmaster.pid").write_bytes(b"\n".join(lines))
    said = server_says(tmp_path)
    assert [os.fsencode(line) for line in said] == lines


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


def test_a_server_that_cannot_be_stopped_does_not_hide_what_went_wrong_before(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk: the reason is what the block says, and not that the server does not shut down."""

    def refused(*_: object) -> None:
        raise EmbeddedServerRefused("it does not shut down")

    def end_in(reason: Exception | None) -> None:
        with monkeypatch.context() as patch, embedded_server(used):
            patch.setattr("metrics.server.embedded.run_program", refused)
            if reason is not None:
                raise reason

    with pytest.raises(OSError, match="disk full"):
        end_in(OSError("disk full"))
    with pytest.raises(EmbeddedServerRefused, match="does not shut down"):
        end_in(None)
    with embedded_server(used):  # whoever comes next stops it
        pass
    assert postmaster(used) is None
