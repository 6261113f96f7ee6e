"""The recipes of docs/exports.md do what they say, one after the other, against a service with a submission in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2

from metrics.database import Sessions
from metrics.principal import Role
from tests.builders import whole_submission
from tests.people import bearer, person, token
from tests.serving import PATIENCE, LiveServer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^```(bash|python)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_recipes_run_as_they_stand(live_server: LiveServer, tmp_path: Path) -> None:
    with Sessions(live_server.database.engine).write() as session:
        person(session, "recipe.clerk")
        person(session, "recipe.assessor", role=Role.ASSESSOR)
        clerk, assessor = token(session, "recipe.clerk").secret, token(session, "recipe.assessor").secret
    headers = bearer(clerk) | {"Idempotency-Key": "recipes-1"}
    posted = httpx2.post(
        f"{live_server.url}/api/v1/submissions", json=whole_submission(), headers=headers, timeout=PATIENCE
    )
    assert posted.status_code == 201, posted.text
    environment = os.environ | {"TOKEN": assessor}
    assert len(RECIPES) >= 6
    for language, recipe in RECIPES:
        here = recipe.replace("http://127.0.0.1:8000", live_server.url)
        command = ["bash", "-euo", "pipefail", "-c", here] if language == "bash" else [sys.executable, "-c", here]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, f"{recipe}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "new.csv").read_text(encoding="utf-8").count("\n") == 46
    assert int((tmp_path / "last.seq").read_text()) == posted.json()["seq"]
    assert "441202" in (tmp_path / "rates.csv").read_text(encoding="utf-8")
