"""`biaochi plan check` and `plan load`: what is wrong, what would change, what changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from metrics.cli.plan import CITY_PLAN
from tests.databases import Database
from tests.metrics.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the city's plan, to change."""
    return Path(shutil.copytree(CITY_PLAN, tmp_path / "plan"))


def replace(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def ledger_entries(database: Database) -> int:
    with database.engine.connect() as connection:
        return int(connection.scalar(text("select count(*) from ledger_entries")) or 0)


def test_a_sound_plan_is_counted(run: Run) -> None:
    code, output, errors = run("plan", "check", str(CITY_PLAN))
    assert (code, errors) == (0, "")
    assert "75 targets" in output
    assert "75 目标" in output


def test_an_unsound_plan_is_refused_with_its_place(run: Run, folder: Path) -> None:
    (folder / "targets.yaml").write_text("targets: [", encoding="utf-8")
    code, _, errors = run("plan", "check", str(folder))
    assert code == 1
    assert "targets.yaml" in errors
    assert "Refused" in errors
    assert "拒绝" in errors


def test_an_unsound_plan_is_not_loaded(run: Run, folder: Path, clean_database: Database) -> None:
    before = ledger_entries(clean_database)
    (folder / "units.yaml").unlink()
    assert run("plan", "load", str(folder))[0] == 1
    assert ledger_entries(clean_database) == before


def test_loading_the_same_plan_again_changes_nothing(run: Run, clean_database: Database) -> None:
    before = ledger_entries(clean_database)
    code, output, errors = run("plan", "load", str(CITY_PLAN))
    assert (code, errors) == (0, "")
    assert "0 changed" in output
    assert ledger_entries(clean_database) == before


def test_a_dry_run_shows_what_would_change_and_changes_nothing(
    run: Run, folder: Path, clean_database: Database
) -> None:
    before = ledger_entries(clean_database)
    replace(folder / "units.yaml", "端州区", "端州新区")
    code, output, errors = run("plan", "load", str(folder), "--dry-run")
    assert (code, errors) == (0, "")
    assert "~ unit 441202" in output
    assert "端州新区" in output
    assert "1 would change" in output
    assert ledger_entries(clean_database) == before


def test_a_changed_plan_is_one_ledger_entry(run: Run, folder: Path, clean_database: Database) -> None:
    before = ledger_entries(clean_database)
    replace(folder / "units.yaml", "端州区", "端州新区")
    code, output, _ = run("plan", "load", str(folder))
    assert code == 0
    assert "1 changed" in output
    assert ledger_entries(clean_database) == before + 1
    assert "0 changed" in run("plan", "load", str(folder))[1]


def test_a_new_folder_goes_through_a_workbook_and_back(run: Run, tmp_path: Path) -> None:
    mine, book, back = str(tmp_path / "mine"), str(tmp_path / "plan.xlsx"), str(tmp_path / "back")
    assert run("plan", "new", mine)[0] == 0
    assert run("plan", "to-xlsx", mine, book)[0] == 0
    assert run("plan", "from-xlsx", book, back)[0] == 0
    code, output, errors = run("plan", "check", back)
    assert (code, errors) == (0, "")
    assert "2 targets" in output
    for again in (("new", mine), ("to-xlsx", mine, book), ("from-xlsx", book, back)):
        code, _, errors = run("plan", *again)
        assert code == 1
        assert "Refused" in errors
    assert run("plan", "from-xlsx", book, back, "--overwrite")[0] == 0


def test_a_bad_workbook_is_refused_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(b"PK")
    code, _, errors = run("plan", "from-xlsx", str(tmp_path / "plan.xlsx"), str(tmp_path / "new"))
    assert code == 1
    assert "Refused" in errors
    assert not (tmp_path / "new").exists()
