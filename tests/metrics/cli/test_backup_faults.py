"""A backup or a restore that fails says what it was and what became of the place, and that is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from metrics.backups.attempt import RestoreAttempt
from metrics.backups.manifest import MANIFEST, ArchiveKind, Manifest
from metrics.database import Sessions
from metrics.ledger.keys import key_file
from metrics.second_factor import key_path
from metrics.server.home import cluster_of, has_cluster
from tests.databases import Database
from tests.metrics.cli.backed_up import COMMITTING, CUT, DONE, STAYS, UNDONE, point_at, rows
from tests.metrics.cli.conftest import Backup, Run
from tests.posting import post

pytestmark = pytest.mark.usefixtures("own_keys")


def test_what_is_said_of_the_place_is_true_whenever_a_restore_fails(
    run: Run, backup: Backup, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault before, at and after the COMMIT: what is said, whether the rows are there, whether the keys are."""
    archive, saved = backup()
    point_at(elsewhere, monkeypatch)
    no_folder = tmp_path / "file" / "memory"
    no_folder.parent.touch()

    def cut(attempt: RestoreAttempt) -> None:
        commits(attempt)
        with elsewhere.as_owner() as connection:
            connection.execute(CUT)

    commits = RestoreAttempt.commits
    counts = "metrics.backups.restoring._compare_counts"
    faults: tuple[tuple[Callable[[pytest.MonkeyPatch], None], int, str, bool, bool], ...] = (
        (lambda patch: patch.setattr(counts, _interrupted), 130, UNDONE, False, False),
        (lambda patch: patch.setattr(RestoreAttempt, "commits", cut), 1, COMMITTING, False, True),
        (lambda patch: patch.setenv("BIAOCHI_LEDGER_MEMORY", str(no_folder)), 1, STAYS, True, True),
    )
    for fault, ended, said, there, keys in faults:
        key_file().unlink(missing_ok=True)
        key_path().unlink(missing_ok=True)
        with monkeypatch.context() as patch:
            fault(patch)
            code, _, errors = run("restore", str(archive), "--keys", str(saved))
        found = rows(elsewhere).get("ledger_entries", [])
        assert (code, bool(found), key_file().exists()) == (ended, there, keys), errors
        assert [one for one in (UNDONE, COMMITTING, STAYS) if one in errors] == [said]
    assert run("ledger", "restored", "--reason", "as was said")[0] == 0
    assert run("ledger", "check")[0] == 0


def test_a_restore_whose_words_cannot_be_printed_is_not_denied(
    run: Run, backup: Backup, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where its output goes to `head`: everything is there, and declared."""
    archive, saved = backup()
    point_at(elsewhere, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr("metrics.cli.restore.say_done", _interrupted)
        code, _, errors = run("restore", str(archive), "--keys", str(saved))
    assert (code, [one for one in (UNDONE, COMMITTING, STAYS, DONE) if one in errors]) == (130, [DONE]), errors
    assert run("ledger", "check")[0] == 0


def test_a_base_backup_whose_ledger_is_wrong_stays_only_where_that_is_accepted(
    run: Run, clean_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sessions(clean_database.engine).write() as session:
        post(session)
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql("set session_replication_role = replica")
        connection.exec_driver_sql("update observations set value = value + 1 where element_code = 'items_online'")
    home, base = tmp_path / "home", tmp_path / "base"
    base.mkdir()
    (base / MANIFEST).write_bytes(Manifest(ArchiveKind.DATA, datetime.now(UTC), "0", ()).as_bytes())
    monkeypatch.setenv("BIAOCHI_HOME", str(home))

    def files(home: Path, *_: object, **__: object) -> None:
        cluster_of(home).mkdir(parents=True)
        (cluster_of(home) / "PG_VERSION").touch()

    monkeypatch.setattr("metrics.backups.base_backup.restore_cluster", files)
    for accepted, stays in (((), False), (("--accept-findings",), True)):
        code, said, errors = run("restore", str(base), *accepted)
        assert (code, has_cluster(home), UNDONE in errors) == (1, stays, not stays), errors
        assert ("--accept-findings" in errors, "observations" in errors, "处不符" in said) == (not stays, True, stays)


def test_what_stands_of_a_backup_that_fails_is_said(
    run: Run, backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, _ = backup()
    folders = ("--to", str(tmp_path / "b"), "--keys-to", str(tmp_path / "k"))
    secret = key_file().read_bytes()
    key_file().unlink()
    key_file().mkdir()  # nobody can read that, not even root
    code, _, errors = run("backup", *folders)
    assert (code, str(key_file()) in errors, "The data are backed up as" in errors) == (1, True, True), errors
    assert [len(list((tmp_path / name).glob("*.zip*"))) for name in ("b", "k")] == [1, 0]
    key_file().rmdir()
    key_file().write_bytes(secret)
    archive.unlink()
    monkeypatch.setattr("metrics.backups.archive._DIGEST", 0)  # what is written then has no digest to be read
    code, _, errors = run("backup", "--to", str(archive.parent))
    assert (code, "is not what is read there" in errors, "restored" in errors) == (1, True, False), errors
    assert list(archive.parent.glob("*.zip*")) == []


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt
