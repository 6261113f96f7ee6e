"""`biaochi ledger …` and `biaochi verify`: exit codes, what is named, and the keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.settings import settings
from tests.databases import Database
from tests.metrics.cli.conftest import Run


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of the key that signs in this test."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_LEDGER_KEY", str(tmp_path / "ledger.key"))
        settings.cache_clear()
        yield tmp_path / "ledger.key"
    settings.cache_clear()


def test_an_untouched_ledger_is_right_and_a_changed_one_names_the_row(run: Run, clean_database: Database) -> None:
    code, output, _ = run("ledger", "check")
    assert (code, "全部相符" in output) == (0, True)
    with clean_database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(
            text("update plan_records set origin = 'revision' where kind = 'target' and code = 'TG-05A'")
        )
    code, _, errors = run("ledger", "check")
    assert code == 1
    assert "plan_records kind=target code=TG-05A version=1 row_wrong" in errors
    assert "origin" in errors


def test_what_the_service_may_no_longer_read_is_named_and_the_rest_said_to_be_unread(
    run: Run, clean_database: Database
) -> None:
    role = make_url(clean_database.url).username
    with clean_database.as_owner() as connection:
        connection.exec_driver_sql(f"revoke select on ledger_entries from {role}")
    try:
        code, _, errors = run("ledger", "check")
    finally:
        with clean_database.as_owner() as connection:
            connection.exec_driver_sql(f"grant select on ledger_entries to {role}")
    assert code == 1
    assert f"right select on ledger_entries for {role} guard_wrong" in errors
    assert "ledger_unread: 服务角色读不了全部内容" in errors
    assert "BIAOCHI_MIGRATION_URL" not in errors


@pytest.mark.parametrize("said", ["0042", "9999"])
def test_a_version_that_was_changed_by_hand_is_named_and_the_rest_looked_at(
    run: Run, clean_database: Database, said: str
) -> None:
    with clean_database.as_owner() as connection:
        made = connection.scalar(text("select version_num from alembic_version"))
        connection.exec_driver_sql(f"update alembic_version set version_num = '{said}'")
        connection.exec_driver_sql("set session_replication_role = replica")
        connection.exec_driver_sql("delete from plan_records where kind = 'target' and code = 'TG-05A'")
    code, _, errors = run("ledger", "check")
    assert code == 1
    assert "migration alembic_version guard_wrong" in errors
    assert f"它写着 {said},应为 {made}" in errors
    assert f"It says {said}; it is to be {made}" in errors
    assert "plan_records kind=target code=TG-05A" in errors


def test_a_database_that_is_to_be_migrated_first_is_told_so_with_both_versions(
    run: Run, clean_database: Database
) -> None:
    with clean_database.as_owner() as connection:
        made = connection.scalar(text("select version_num from alembic_version"))
        connection.exec_driver_sql("update alembic_version set version_num = '0042'")
        connection.exec_driver_sql("drop table witness_troubles")
    code, _, errors = run("ledger", "check")
    assert code == 1
    assert f"它写着 0042,本程序为 {made}" in errors
    assert f"it says 0042, this program makes {made}" in errors


def test_a_ledger_that_is_another_one_than_was_signed_is_named_although_all_of_it_fits(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    monkeypatch.setenv("BIAOCHI_LEDGER_MEMORY", str(memory))
    said = "was not looked at"
    assert said in run("ledger", "check")[1]  # nothing was signed yet
    run("ledger", "checkpoint")
    code, output, _ = run("ledger", "check")
    assert (code, said in output) == (0, False)
    right = json.loads(memory.read_text(encoding="ascii"))
    others = {
        "ledger_rewritten": json.dumps({**right, "root": "00" * 32}),
        "ledger_set_back": json.dumps({**right, "size": right["size"] + 1}),
        "ledger_memory_unreadable": "{",
    }
    for code_named, content in others.items():
        memory.write_text(content, encoding="ascii")
        code, _, errors = run("ledger", "check")
        assert (code, f"{memory.name} {code_named}" in errors) == (1, True), errors
    memory.unlink()
    code, output, _ = run("ledger", "check")
    assert (code, said in output) == (0, True)


def test_the_key_is_readable_by_its_owner_alone_and_made_once(run: Run, own_key: Path) -> None:
    first, again = run("ledger", "checkpoint")[1], run("ledger", "checkpoint")[1]
    assert first == again
    assert own_key.stat().st_mode & 0o777 == 0o600
    listed = run("ledger", "keys")[1].splitlines()
    assert listed[0] == "since\tuntil\tverifier_key\thanded_over"
    assert open_checkpoint(first.encode(), [listed[1].split("\t")[2]]).origin == "biaochi"


def test_a_new_key_is_vouched_for_by_the_old_one(run: Run) -> None:
    run("ledger", "checkpoint")
    old = run("ledger", "keys")[1].splitlines()[1].split("\t")[2]
    code, new, _ = run("ledger", "rotate", "--reason", "每年更换")
    assert code == 0
    checkpoint = run("ledger", "checkpoint")[1].encode()
    assert open_checkpoint(checkpoint, [old]) == open_checkpoint(checkpoint, [new.strip()])
    listed = [line.split("\t") for line in run("ledger", "keys")[1].splitlines()[1:]]
    assert [(line[1] == "", line[2]) for line in listed] == [(False, old), (True, new.strip())]
    assert run("ledger", "check")[0] == 0


def test_a_lost_key_is_said_and_replaced(run: Run, own_key: Path) -> None:
    run("ledger", "checkpoint")
    own_key.unlink()
    code, _, errors = run("ledger", "checkpoint")
    assert (code, "biaochi ledger rotate" in errors) == (1, True)
    own_key.write_text("no key", encoding="ascii")
    assert run("ledger", "checkpoint")[0] == 1
    own_key.unlink()
    code, new, _ = run("ledger", "rotate", "--reason", "lost")
    assert code == 0
    assert open_checkpoint(run("ledger", "checkpoint")[1].encode(), [new.strip()]).size > 0
    assert run("ledger", "check")[0] == 0


def test_a_kept_checkpoint_is_held_against_the_ledger(run: Run, tmp_path: Path, clean_database: Database) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(run("ledger", "checkpoint")[1], encoding="utf-8")
    assert run("ledger", "check", "--checkpoint", str(kept))[0] == 0
    forged = tmp_path / "forged.txt"
    forged.write_text(kept.read_text(encoding="utf-8").replace("\n2\n", "\n3\n"), encoding="utf-8")
    code, _, errors = run("ledger", "check", "--checkpoint", str(forged))
    assert (code, "forged.txt checkpoint_false" in errors) == (1, True)
    key = run("ledger", "keys")[1].splitlines()[1].split("\t")[2]
    with clean_database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        for table in ("ledger_checkpoints", "ledger_keys"):
            connection.execute(text(f"delete from {table}"))
        connection.execute(text("delete from ledger_entries where kind = 'key'"))
    code, _, errors = run("ledger", "check")
    assert (code, "ledger_set_back" in errors) == (1, True)  # what the signer remembers beside the key
    code, _, errors = run("ledger", "check", "--checkpoint", str(kept), "--key", key)
    assert (code, "kept.txt checkpoint_beyond" in errors) == (1, True)


def test_verify_refuses_what_it_cannot_check(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "observations.csv"
    file.write_text("seq\r\n", encoding="utf-8")
    code, _, errors = run("verify", str(file), "--key", "x")
    assert (code, "--entries" in errors) == (2, True)
    assert run("verify", str(file))[0] == 2
