"""docs/trust.md: every command on the page runs, in order, against a live service, and says what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from metrics.cli import ledger
from metrics.database import Sessions
from metrics.models.base import APPEND_ONLY, MADE_ANEW
from metrics.principal import Role
from tests.builders import whole_submission
from tests.people import bearer, person, token
from tests.serving import PATIENCE, ROOT, LiveServer
from tests.trust.campaign import KEYS

PAGE = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
(WALK,) = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
COMMANDS = 10


@pytest.fixture(scope="module")
def surroundings(live_server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables that the page speaks of; a submission of 441202 is there, and a release of it."""
    programs = tmp_path_factory.mktemp("bin")
    with Sessions(live_server.database.engine).write() as session:
        person(session, "chen")
        clerk = token(session, "chen").secret
        person(session, "third", role=Role.ASSESSOR)
        assessor = token(session, "third").secret
        person(session, "bureau", role=Role.REVIEWER)
        bureau = token(session, "bureau").secret
    headers = bearer(clerk) | {"Idempotency-Key": "first"}
    posted = httpx2.post(
        f"{live_server.url}/api/v1/submissions", json=whole_submission(), headers=headers, timeout=PATIENCE
    )
    assert posted.status_code == 201, posted.text
    body, headers = {"notes": "三季度"}, bearer(bureau) | {"Idempotency-Key": "release"}
    made = httpx2.post(f"{live_server.url}/api/v1/releases", json=body, headers=headers, timeout=PATIENCE)
    assert made.status_code == 201, made.text
    keys = httpx2.get(f"{live_server.url}/api/v1/ledger/keys", headers=bearer(assessor), timeout=PATIENCE).json()[
        "items"
    ]
    (programs / "python").symlink_to(sys.executable)
    return {
        "BIAOCHI": live_server.url,
        "TOKEN": assessor,
        "CLERK": clerk,
        "KEY": keys[-1]["verifier_key"],
        "SUBMISSION": str(posted.json()["id"]),
        "PATH": f"{programs}:{os.environ['PATH']}",
    }


def run(script: str, folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-ec", script], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_the_page_can_be_followed_to_its_end(surroundings: dict[str, str], tmp_path: Path) -> None:
    done = run("\n".join(BLOCKS), tmp_path, surroundings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("RIGHT") == 8
    assert done.stdout.count("every column is proved") == 7
    assert "All of this follows from the first" in done.stdout
    assert "45 行" in done.stdout
    walked = {name: (tmp_path / f"{name}.csv").read_bytes() for name in ("first", "then", "now", "flipped")}
    assert walked["first"] == walked["then"] != walked["now"] != walked["flipped"]
    assert done.stderr.count("不符 WRONG") == 1
    receipt = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["unit"] == "441202"
    file = tmp_path / "observations.csv"
    content = file.read_bytes()
    file.write_bytes(content.replace("端州".encode(), "端洲".encode(), 1))
    pulled = f"AS_OF=$(sed -n 2p checkpoint.txt)\n{BLOCKS[1]}"
    wrong = run(pulled, tmp_path, surroundings)
    assert wrong.returncode == 1
    assert "不符 WRONG" in wrong.stderr
    assert "端洲" in wrong.stderr


def test_an_outsider_proves_a_table_in_ten_commands(surroundings: dict[str, str], tmp_path: Path) -> None:
    """From the readme, word for word but for the address, in a checkout with the rehearsal's accounts."""
    assert 0 < len(WALK.splitlines()) <= COMMANDS
    for name, to in ((".venv/bin", Path(sys.executable).parent), ("metrics", ROOT / "metrics")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(to)
    (tmp_path / ".data").mkdir()
    accounts = [{"role": "assessor", "units": [], "token": surroundings["TOKEN"]}]
    (tmp_path / ".data" / "demo-accounts.json").write_text(json.dumps(accounts), encoding="utf-8")
    assert "http://127.0.0.1:8000/" in WALK
    done = run(WALK.replace("http://127.0.0.1:8000", surroundings["BIAOCHI"]), tmp_path, surroundings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "RIGHT: progress: 260 × 26 = 6760 cells" in done.stdout
    assert re.search(
        r"6760 cells, \d+ differ: row \[column\] file ≠ recomputed.*\[status\] 'met' ≠ 'no_data'", done.stderr, re.S
    )


def tables(heading: str) -> set[str]:
    """The tables that the section under `heading` names."""
    section = PAGE.partition(heading)[2].partition("\n## ")[0]
    return set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", section))


def test_the_tables_named_are_those_that_are_tampered_with() -> None:
    assert tables("## 逐行核查什么") == set(KEYS) - set(MADE_ANEW) >= set(APPEND_ONLY)
    assert tables("## 推算的表") == set(KEYS) & set(MADE_ANEW) == set(MADE_ANEW)


def test_every_command_that_is_named_is_there() -> None:
    there = {command.name for command in ledger.app.registered_commands}
    assert set(re.findall(r"`biaochi ledger (\w+)", PAGE)) == there
