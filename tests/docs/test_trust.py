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
from tests.serving import PATIENCE, LiveServer
from tests.trust.campaign import KEYS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "trust.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def surroundings(live_server: LiveServer, tmp_path: Path) -> dict[str, str]:
    """The variables that the page speaks of; a submission of 441202 is there."""
    with Sessions(live_server.database.engine).write() as session:
        person(session, "chen")
        clerk = token(session, "chen").secret
        person(session, "third", role=Role.ASSESSOR)
        assessor = token(session, "third").secret
    headers = bearer(clerk) | {"Idempotency-Key": "first"}
    posted = httpx2.post(
        f"{live_server.url}/api/v1/submissions", json=whole_submission(), headers=headers, timeout=PATIENCE
    )
    assert posted.status_code == 201, posted.text
    keys = httpx2.get(f"{live_server.url}/api/v1/ledger/keys", headers=bearer(assessor), timeout=PATIENCE).json()[
        "items"
    ]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    return {
        "BIAOCHI": live_server.url,
        "TOKEN": assessor,
        "CLERK": clerk,
        "KEY": keys[-1]["verifier_key"],
        "SUBMISSION": str(posted.json()["id"]),
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
    }


def run(script: str, folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-ec", script], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_the_page_can_be_followed_to_its_end(surroundings: dict[str, str], tmp_path: Path) -> None:
    done = run("\n".join(BLOCKS), tmp_path, surroundings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("RIGHT") == 5
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
