"""`biaochi import --bulk`: loads history, also in several goes, however the ones before ended."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from metrics.database import Sessions, use_sessions, write_session
from metrics.ledger.checking.walk import check_ledger
from metrics.models import Observation, Submission
from metrics.principal import Role
from tests.databases import Database
from tests.histories import history_file, history_lines
from tests.metrics.cli.conftest import Run
from tests.people import person
from tests.serving import fork_program

UNITS = ("441202", "441203", "441204", "441223", "441224", "441225", "441226", "441284")
PERIODS = tuple(f"{year}-{month:02d}" for year in (2016, 2017, 2018) for month in range(1, 13))


@pytest.fixture
def bureau(clean_database: Database) -> str:
    """A reviewer."""
    with use_sessions(Sessions(clean_database.engine)), write_session() as session:
        person(session, "bureau", role=Role.REVIEWER)
    return "bureau"


def counted(database: Database) -> tuple[int, int]:
    """How many submissions and observations are there."""
    with database.engine.connect() as connection:
        submissions = connection.scalar(select(func.count()).select_from(Submission)) or 0
        return submissions, connection.scalar(select(func.count()).select_from(Observation)) or 0


def test_a_file_is_tried_loaded_and_found_there(
    run: Run, clean_database: Database, bureau: str, tmp_path: Path
) -> None:
    file = str(history_file(tmp_path, history_lines()))
    code, output, _ = run("import", "--bulk", file, "--as", bureau, "--dry-run")
    assert (code, counted(clean_database)) == (0, (0, 0))
    assert "试运行,未保存" in output
    code, output, _ = run("import", "--bulk", file, "--as", bureau, "--json", "--received-at", "2019-10-08")
    assert (code, json.loads(output)["submissions"], counted(clean_database)) == (0, 1, (1, 45))
    code, output, _ = run("import", "--bulk", file, "--as", bureau)
    assert (code, counted(clean_database)) == (0, (1, 45))
    assert "Nothing was left to store" in output


def test_a_refusal_names_its_places_and_other_options_are_wrong_usage(
    run: Run, clean_database: Database, bureau: str, tmp_path: Path
) -> None:
    file = str(history_file(tmp_path, history_lines(items_instant="x")))
    code, _, errors = run("import", "--bulk", file, "--as", bureau)
    assert code == 1
    assert "D32" in errors
    assert "value_not_a_number" in errors
    assert run("import", "--bulk", file, "--as", bureau, "--reason", "x")[0] == 2
    assert run("import", file, "--as", bureau, "--received-at", "2019-10-08")[0] == 2
    assert counted(clean_database) == (0, 0)


def test_a_load_that_is_killed_leaves_whole_submissions_and_the_same_command_goes_on(
    clean_database: Database, bureau: str, tmp_path: Path
) -> None:
    file = history_file(
        tmp_path, [line for unit in UNITS for period in PERIODS for line in history_lines(unit, period)]
    )
    command = ["import", "--bulk", str(file), "--as", bureau]
    environment = {**os.environ, **clean_database.environment()}
    whole = len(UNITS) * len(PERIODS)
    kills = 0
    while True:
        before = counted(clean_database)[0]
        process = fork_program(command, variables=environment)
        while process.poll() is None and (kills == 2 or counted(clean_database)[0] == before):
            time.sleep(0.05)  # asking costs as much as loading
        ended = process.poll() is not None
        process.kill()
        process.wait()
        submissions, observations = counted(clean_database)
        assert observations == 45 * submissions
        if ended:
            break
        kills += 1
    assert (process.returncode, counted(clean_database)) == (0, (whole, 45 * whole))
    assert kills > 0
    with Sessions(clean_database.engine).read() as session:
        assert [*check_ledger(session)] == []
