"""`biaochi import`: the same answers as the API, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select

from metrics.database import write_session
from metrics.models import Submission
from metrics.principal import Role
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.people import person
from tests.terminals import at_a_terminal
from tests.workbooks import csv_bytes, office_rows, tidy_rows, wide_rows, xlsx_bytes


@pytest.fixture
def clerk(clean_database: Database) -> str:
    """A clerk of 441202."""
    from metrics.database import use_engine

    with use_engine(clean_database.engine), write_session() as session:
        person(session, "chen", role=Role.CLERK)
    return "chen"


def commented(sheet: Worksheet) -> None:
    """A comment that says nothing of the figures: it is left out of the reading, and said so."""
    sheet["A2"].comment = Comment("已与科室核对", "chen")


def submissions(database: Database) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Submission)) or 0


def test_a_file_is_looked_over_posted_and_revised(
    run: Run, clean_database: Database, clerk: str, tmp_path: Path
) -> None:
    file = tmp_path / "九月.xlsx"
    file.write_bytes(xlsx_bytes(tidy_rows("端州", "2019年9月")))
    code, output, errors = run("import", str(file), "--as", clerk, "--dry-run")
    assert (code, errors, submissions(clean_database)) == (0, "", 0)
    assert "~ 月报!A2 unit: '端州' -> 441202" in output
    assert "441202 2019-09 r1: 45 项变化" in output
    reading = output.split()[-1]
    assert run("import", str(file), "--as", "Chen", "--reading", reading)[0] == 0
    assert submissions(clean_database) == 1
    code, output, _ = run("import", str(file), "--as", clerk, "--json", "--reading", reading)
    assert (code, json.loads(output)["returns"][0]["revision"]) == (0, 1)
    file.write_bytes(csv_bytes(tidy_rows(items_instant=351)))
    code, output, errors = run("import", str(file), "--as", clerk, "--reason", "漏报")
    assert (code, output) == (1, "")
    assert "version_missing" in errors
    _, output, _ = run("import", str(file), "--as", clerk, "--reason", "漏报", "--dry-run", "--json")
    ((name, etag),) = json.loads(output)["versions"].items()
    code, output, _ = run("import", str(file), "--as", clerk, "--reason", "漏报", "--version", f"{name}={etag}")
    assert code == 0
    assert "r2" in output


def test_bad_cells_end_in_1_and_are_named(run: Run, clean_database: Database, clerk: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.xlsx"
    file.write_bytes(xlsx_bytes(tidy_rows(items_instant="35%")))
    code, output, errors = run("import", str(file), "--as", clerk)
    assert (code, output, submissions(clean_database)) == (1, "", 0)
    assert "月报!D32 value_percentage" in errors
    file.write_bytes(xlsx_bytes(tidy_rows("441203")))
    assert "unit_forbidden" in run("import", str(file), "--as", clerk)[2]
    file.write_bytes(b"0" * (10 * 1024 * 1024 + 1))
    assert "10 MB" in run("import", str(file), "--as", clerk)[2]
    assert run("import", str(file), "--as", "nobody")[0] == 1


def test_wrong_usage_ends_in_2(run: Run, clerk: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_bytes(tidy_rows()))
    assert run("import", str(file))[0] == 2
    assert run("import", str(tmp_path / "nothing.csv"), "--as", clerk)[0] == 2
    assert run("import", str(file), "--as", clerk, "--version", "nonsense")[0] == 2


def test_warnings_are_acknowledged_and_shown(run: Run, clerk: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_bytes([*tidy_rows(materials_current=5500), ["441202", "2019-09", "items_instant", "350"]]))
    asked = ("import", str(file), "--as", clerk, "--acknowledged", "materials_grew=新增证明")
    reading = run(*asked, "--dry-run")[1].split()[-1]  # a figure that stands twice is looked over
    code, output, _ = run(*asked, "--key", "k", "--reading", reading)
    assert code == 0
    assert "? 441202 materials_grew" in output
    assert "! D47" in output


def test_without_a_terminal_the_reading_is_shown_and_refused_until_it_is_named(
    run: Run, clean_database: Database, clerk: str, tmp_path: Path
) -> None:
    file = tmp_path / "九月.xlsx"
    file.write_bytes(xlsx_bytes(wide_rows(items_instant="３５１")))
    code, output, errors = run("import", str(file), "--as", clerk)
    assert (code, submissions(clean_database)) == (1, 0)
    (row,) = [line for line in output.splitlines() if "items_instant" in line]
    assert [text for text in row.split() if text != "—"] == [
        "即办件事项数",
        "items_instant",
        "３５１",
        "351",
        "月报!AG2",
    ]
    assert "读出的每一个数" in errors
    (named,) = [line.split() for line in errors.splitlines() if line.startswith("--reading")]
    changed = tmp_path / "changed.xlsx"
    changed.write_bytes(xlsx_bytes(wide_rows(items_instant=352)))
    code, _output, errors = run("import", str(changed), "--as", clerk, *named)
    assert (code, "另一个文件" in errors, submissions(clean_database)) == (1, True, 0)
    code, output, _errors = run("import", str(changed), "--as", clerk, "--json")
    assert (code, json.loads(output)["confirmation"]["because"]) == (1, "layout_new")
    code, output, _errors = run("import", str(file), "--as", clerk, *named)
    assert (code, submissions(clean_database)) == (0, 1)
    assert "45 项变化" in output


def test_an_answer_to_what_is_not_asked_is_refused(run: Run, clerk: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_bytes(tidy_rows()))
    code, _output, errors = run("import", str(file), "--as", clerk, "--answer", "nonsense=yes")
    assert (code, "answer_unknown" in errors) == (1, True)


@pytest.mark.parametrize(("typed", "code", "stored"), [("y", 0, 1), ("n", 1, 0)])
def test_at_a_terminal_the_reading_is_shown_and_confirmed(
    clean_database: Database, clerk: str, tmp_path: Path, typed: str, code: int, stored: int
) -> None:
    file = tmp_path / "九月.xlsx"
    file.write_bytes(xlsx_bytes(wide_rows(items_instant="３５１"), commented))
    ended, seen = at_a_terminal(clean_database, ["import", str(file), "--as", clerk], {"报送?": typed})
    assert (ended, submissions(clean_database)) == (code, stored), seen
    assert "即办件事项数" in seen
    before = seen.partition("报送?")[0]
    assert "即办件事项数" in before
    assert "~ 月报!AG2 value: '３５１' -> 351" in before
    assert "! 月报!A2 批注未读取:“已与科室核对”。" in before


def test_at_a_terminal_questions_are_asked_before_the_reading_is_confirmed(
    clean_database: Database, clerk: str, tmp_path: Path
) -> None:
    file = tmp_path / "九月.xlsx"
    file.write_bytes(xlsx_bytes(office_rows(titled="2019-08", corrected={"items_instant": 351})))
    typed = {"choice (1-2): ": "first\n3\n1", "choice (1-1): ": "1", "报送?": "y"}
    ended, seen = at_a_terminal(clean_database, ["import", str(file), "--as", clerk], typed)
    assert (ended, submissions(clean_database)) == (0, 1), seen
    assert "月报!D3" in seen
    (row,) = [line for line in seen.splitlines() if "items_instant" in line]
    assert row.split()[2:5] == ["351", "351", "月报!D34"]


def test_without_a_terminal_the_questions_are_named_and_answered_by_options(
    run: Run, clean_database: Database, clerk: str, tmp_path: Path
) -> None:
    file = tmp_path / "九月.xlsx"
    file.write_bytes(xlsx_bytes(office_rows(titled="2019-08")))
    code, _output, errors = run("import", str(file), "--as", clerk)
    assert (code, submissions(clean_database)) == (1, 0)
    assert "--answer 'title_month@月报!A1=as_read'" in errors.splitlines()
    assert "月报!A1 question_open" in errors
    (named,) = [line.split() for line in errors.splitlines() if line.startswith("--reading")]
    code, _output, errors = run("import", str(file), "--as", clerk, *named)
    assert (code, "question_open" in errors, submissions(clean_database)) == (1, True, 0)
    answer = ("--answer", "title_month@月报!A1=as_read")
    assert run("import", str(file), "--as", clerk, *answer)[0] == 1
    assert run("import", str(file), "--as", clerk, *answer, *named)[0] == 0
    assert submissions(clean_database) == 1
