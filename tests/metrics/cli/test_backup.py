"""`biaochi backup` and `biaochi restore`: every row comes back, and whatever fails leaves the place empty."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import DiskFull, InsufficientPrivilege
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from metrics import disk_room
from metrics.backups.archive import ArchiveWriter, opened_archive
from metrics.backups.restoring import restore, told_in_a_sentence
from metrics.database import Sessions, make_engine
from metrics.errors import Message, Unavailable
from metrics.ledger.epochs import NamedHead, epochs
from metrics.ledger.keys import key_file
from metrics.ledger.tiles import stored_tree
from metrics.second_factor import key_path
from metrics.settings import settings
from tests.databases import Database
from tests.memories import hand_on, memory_of
from tests.metrics.cli.backed_up import CUT, UNDONE, point_at, rows
from tests.metrics.cli.conftest import Backup, Run
from tests.people import PASSWORD
from tests.posting import post

EARLIER = "0049"
ENDED = {"sessions", "sign_in_steps"}
pytestmark = pytest.mark.usefixtures("own_keys")


def head(database: Database, size: int) -> str:
    with Sessions(database.engine).read() as session:
        return stored_tree(session, size=size).root().hex()


def test_every_row_comes_back_and_the_restore_is_declared(
    run: Run, backup: Backup, clean_database: Database, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(clean_database)
    assert sum(bool(found) for found in before.values()) > 25
    archive, saved = backup()
    for name in ("ledger.key", "second-factor.key"):
        (key_file().parent / name).unlink()  # the disk is lost
    with opened_archive(archive) as found:
        entries = found.manifest.entries
    point_at(elsewhere, monkeypatch)
    code, said, errors = run("restore", str(archive), "--keys", str(saved), "--reason", "磁盘损坏")
    assert code == 0, errors
    assert f"账本 {entries} 条,全部相符" in said
    after = rows(elsewhere)
    added = {"audit": 1, "ledger_entries": 1, "ledger_checkpoints": 1}  # by this command
    for table, there in before.items():
        lost = set(there) - set(after[table])
        assert (table, lost) == (table, set(there) if table in ENDED else set())
        assert (table, len(after[table]) - len(there)) == (table, added.get(table, -len(lost)))
    with Sessions(elsewhere.engine).read() as session:
        (declared,) = [epoch for epoch in epochs(session) if epoch.cause == "restored"]
    assert (declared.number, declared.reason, declared.remembered) == (2, "磁盘损坏", None)
    assert declared.found == NamedHead(entries, head(clean_database, entries))
    assert run("ledger", "check")[0] == 0
    assert run("ledger", "checkpoint")[1] in said  # it signs, and the same
    assert run("user", "add", "wang", "--role", "admin", "--password-stdin", typed=PASSWORD)[0] == 0  # numbers go on
    refused = run("restore", str(archive))
    assert (refused[0], "不是空的" in refused[2]) == (1, True)


def test_a_backup_of_an_earlier_migration_is_brought_up_to_date(
    run: Run, clean_database: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sessions(clean_database.engine).write() as session:
        post(session)
    assert run("migrate", "--revision", EARLIER, "--lose-data")[0] == 0
    assert run("backup", "--to", str(tmp_path / "data"))[0] == 0
    before = rows(clean_database)
    assert before["observations"]
    (archive,) = (tmp_path / "data").glob("*.zip")
    with opened_archive(archive) as found:
        assert found.manifest.migration == EARLIER
    point_at(elsewhere, monkeypatch)
    code, said, errors = run("restore", str(archive), "--without-keys")
    assert (code, "全部相符" in said) == (0, True), errors
    after = {table: len(there) for table, there in rows(elsewhere).items()}
    for table in ("observations", "figures", "submissions", "unit_rates", "plan_records"):
        assert (table, after[table]) == (table, len(before[table]))
    assert run("user", "list")[0] == run("ledger", "check")[0] == 0  # its schema is the newest


def test_what_was_recorded_after_the_backup_is_named_where_the_signer_remembers_it(
    run: Run, backup: Backup, clean_database: Database, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, _ = backup()
    assert run("ledger", "rotate", "--reason", "later")[0] == 0
    later = json.loads(memory_of(clean_database.name).read_bytes())
    hand_on(clean_database.name, elsewhere.name)
    point_at(elsewhere, monkeypatch)
    refused = run("restore", str(archive))
    assert (refused[0], "另一本账的密钥" in refused[2]) == (1, True)  # it was replaced since
    code, _, errors = run("restore", str(archive), "--without-keys")
    assert code == 0, errors
    with Sessions(elsewhere.engine).read() as session:
        (declared,) = [epoch for epoch in epochs(session) if epoch.cause == "restored"]
    assert declared.remembered == NamedHead(later["size"], later["root"])
    assert declared.found.size < later["size"]


def test_whatever_fails_is_a_sentence_and_leaves_the_place_empty(
    run: Run, backup: Backup, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, saved = backup()
    point_at(elsewhere, monkeypatch)
    newer, wrong = tmp_path / "newer.zip", tmp_path / "wrong.zip"
    copy(archive, newer, migration="9999")
    copy(
        archive, wrong, change=lambda name, content: content.replace(b"441202", b"441203") if "obs" in name else content
    )
    secret = key_file().read_bytes()
    for said, arguments in (
        ("这是密钥的备份", (saved,)),
        ("不是密钥的备份", (archive, "--keys", archive)),
        ("较新的版本", (newer,)),
        ("处不符", (wrong,)),
        ("没有文件", (tmp_path / "gone.zip",)),
    ):
        code, _, errors = run("restore", *map(str, arguments))
        assert (code, said in errors, "Refused: " in errors, UNDONE in errors) == (1, True, True, True), errors
        assert rows(elsewhere) == {}
    key_file().unlink()
    for said, before in (("缺少密钥文件", None), ("另一本账的密钥", secret[::-1])):
        if before is not None:
            key_file().write_text("A" * 43 + "=\n")
        code, _, errors = run("restore", str(archive))
        assert (code, said in errors) == (1, True), errors
    key_file().write_bytes(secret)
    key_path().write_text("A" * 43 + "=\n")
    code, _, errors = run("restore", str(archive))
    assert (code, "第二因素的密钥文件" in errors) == (1, True), errors
    assert rows(elsewhere) == {}
    # An archive whose ledger is wrong can be had, for whoever has no other; the command says so by its exit code.
    code, said, errors = run("restore", str(wrong), "--accept-findings", "--without-keys")
    assert (code, "处不符" in said, "row_wrong" in errors) == (1, True, True)


def test_for_an_archive_that_cannot_be_restored_no_database_is_made(
    run: Run, backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, saved = backup()
    newer, home = tmp_path / "newer.zip", tmp_path / "new"
    copy(archive, newer, migration="9999")
    for name in ("BIAOCHI_DATABASE_URL", "BIAOCHI_MIGRATION_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BIAOCHI_HOME", str(home))
    for refused in (newer, saved):
        code, _, errors = run("restore", str(refused), "--keys", str(saved))
        assert (code, UNDONE in errors, list(home.glob("*"))) == (1, True, []), errors


def test_a_restore_that_is_cut_off_leaves_the_place_empty(
    backup: Backup, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the connection in the midst of it, as it does when the program is killed."""
    archive, _ = backup()

    def kill(said: Message) -> None:
        if said.en.startswith("Looking"):
            with elsewhere.as_owner() as connection:
                connection.execute(CUT)

    owner = make_engine(elsewhere.owner_url, pool_size=1)
    with opened_archive(archive) as found, pytest.raises(DBAPIError):
        restore(
            owner,
            found,
            application=make_url(elsewhere.url),
            accept=False,
            without_keys=False,
            tell=kill,
            progress=None,
        )
    owner.dispose()
    assert rows(elsewhere) == {}


@pytest.mark.parametrize(
    ("refused", "code"), [(DiskFull("no space"), "disk_full"), (InsufficientPrivilege("no"), "restore_not_allowed")]
)
def test_what_the_server_cannot_do_is_said(refused: psycopg.Error, code: str) -> None:
    with pytest.raises(Unavailable) as told, told_in_a_sentence():
        raise refused
    assert told.value.code == code


@pytest.mark.parametrize(("free", "elsewhere"), [(0, False), (disk_room.LEAST_FREE, False), (0, True)])
def test_a_database_that_ends_half_way_on_a_disk_without_room_is_told_with_that(
    free: int, elsewhere: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends itself where it cannot write its log, and the connection is lost: nothing else tells why."""
    address = SecretStr("postgresql://localhost/elsewhere") if elsewhere else None
    here = settings().model_copy(update={"home": tmp_path, "database_url": address})
    monkeypatch.setattr("metrics.backups.restoring.settings", lambda: here)
    monkeypatch.setattr(disk_room, "disk_room", lambda _: disk_room.DiskRoom(free=free, total=10**9))
    lost = psycopg.OperationalError("server closed the connection unexpectedly")
    with pytest.raises((Unavailable, psycopg.OperationalError)) as told, told_in_a_sentence():
        raise lost
    assert (getattr(told.value, "code", None) == "disk_full") == (not free and not elsewhere)


def test_keys_go_beside_the_data_only_where_that_is_said(run: Run, tmp_path: Path) -> None:
    code, _, errors = run("backup", "--to", str(tmp_path / "b"), "--keys-to", str(tmp_path / "b" / "keys"))
    assert (code, "--keys-beside-data" in errors, (tmp_path / "b").exists()) == (1, True, False)
    code, _, errors = run("backup", "--to", str(tmp_path / "b"), "--keys-to", str(tmp_path / "b"), "--keys-beside-data")
    assert code == 0, errors
    assert len(list((tmp_path / "b").glob("*.zip"))) == 2
    without = run("backup", "--to", str(tmp_path / "c"))
    assert (without[0], "未保存密钥" in without[2]) == (0, True)


def test_an_interrupt_after_an_archive_got_its_name_does_not_deny_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded server is stopped yet, and what was made is told: exit code 0 says that it is there."""

    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("metrics.cli.backup._say_content", interrupted)
    code, said, _ = run("backup", "--to", str(tmp_path))
    assert code == 0
    assert next(path.name for path in tmp_path.glob("*.zip")) in said
    assert signal.getsignal(signal.SIGINT) is before


def test_an_archive_is_checked_without_a_database(run: Run, backup: Backup) -> None:
    archive, saved = backup()
    code, said, _ = run("backup", "check", str(archive))
    assert (code, "完好" in said, "head" in said) == (0, True, True)
    assert "ledger.key" in run("backup", "check", str(saved))[1]
    archive.write_bytes(archive.read_bytes()[:-1])
    code, _, errors = run("backup", "check", str(archive))
    assert (code, "已损坏" in errors) == (1, True)


def copy(
    archive: Path, place: Path, *, migration: str | None = None, change: Callable[[str, bytes], bytes] | None = None
) -> None:
    """The archive once more, well made, with another migration or other contents."""
    with opened_archive(archive) as old, place.open("w+b") as file, ArchiveWriter(file) as new:
        for part in old.manifest.parts:
            with new.part(part.name, table=part.table) as made:
                content = b"".join(old.read(part))
                made.write(content if change is None else change(part.name, content))
                made.rows = part.rows
        changed = replace(old.manifest, parts=tuple(new.parts))
        new.finish(changed if migration is None else replace(changed, migration=migration))
