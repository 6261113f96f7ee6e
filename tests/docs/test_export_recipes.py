"""The recipes of docs/exports.md do what they say, one after the other, against a service with a submission in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx2
from sqlalchemy.engine import make_url

from metrics.database import Sessions
from metrics.principal import Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.power_query import power_query
from metrics.server.open_reader import let_in, shut_out
from tests.builders import whole_submission
from tests.people import bearer, person, token
from tests.serving import PATIENCE, LiveServer, fork_program

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
POWER_QUERIES = re.findall(r"^```m\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CLIENT = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
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
    with live_server.database.as_owner() as connection:
        let_in(connection, role="recipe_reader", password="recipe", service="biaochi")
    here = make_url(live_server.database.url).set(username="recipe_reader", password="recipe")
    open_sql = here.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = os.environ | {"TOKEN": assessor, "OPEN_SQL": open_sql, **generator_there()}
    (tmp_path / "client.yaml").write_text(CLIENT[0], encoding="utf-8")
    followed(f"{live_server.url}/readyz", seq=posted.json()["seq"])
    assert len(RECIPES) >= 6
    for language, recipe in RECIPES:
        here = recipe.replace("http://127.0.0.1:8000", live_server.url)
        code, told = (in_bash if language == "bash" else in_python)(here, folder=tmp_path, environment=environment)
        assert code == 0, f"{recipe}\n{told}"
    assert (tmp_path / "new.csv").read_text(encoding="utf-8").count("\n") == 46
    (held,) = tmp_path.glob("held.*.csv")
    assert int(held.name.split(".")[1]) == posted.json()["seq"]
    assert "441202" in (tmp_path / "rates.csv").read_text(encoding="utf-8")
    assert int((tmp_path / "progress.seq").read_text()) >= posted.json()["seq"]
    typed(next(recipe for _, recipe in RECIPES if "import AuthenticatedClient" in recipe), folder=tmp_path)
    with live_server.database.as_owner() as connection:
        shut_out(connection, role="recipe_reader", service="biaochi")
    (query,) = POWER_QUERIES
    address = re.findall(r'Web.Contents\("([^"]+)"', query)[0].replace("http://127.0.0.1:8000", live_server.url)
    pulled = httpx2.get(address, headers=bearer(assessor), timeout=PATIENCE)
    assert pulled.status_code == 200, pulled.text
    assert re.findall(r'{"(\w+)", ', query) == pulled.text.splitlines()[0].split(",")
    written = power_query(DATASETS["units"], "http://127.0.0.1:8000/api/v1/units.csv?lang=en")
    assert query == written + "\n"


def generator_there() -> dict[str, str]:
    """The environment in which the generator of clients is found, which stands beside what tests use (Makefile)."""
    home = Path(sys.prefix) / "generator"
    assert (home / "bin").is_dir(), "make test installs it: requirements-generator.lock"
    return {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(home)}


def in_bash(recipe: str, *, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """The exit code of the recipe, and what it says."""
    command = ["bash", "-euo", "pipefail", "-c", recipe]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, done.stdout + done.stderr


def in_python(recipe: str, *, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """The same in a Python that has loaded pandas already, which takes most recipes longest."""
    paths = ["", *environment["PYTHONPATH"].split(os.pathsep)]
    there = f"import os, sys\nos.chdir({str(folder)!r})\nsys.path[:0] = {paths!r}\n"
    script = there + f"exec({recipe!r}, {{'__name__': '__main__'}})"
    said = folder / "said.log"
    code = fork_program([], variables=environment, script=script, place=str(said)).wait(PATIENCE)
    return code, said.read_text(encoding="utf-8")


def typed(recipe: str, *, folder: Path) -> None:
    """The recipe and what it takes of the client that was made are as typed as our own code."""
    program = folder / "recipe.py"
    program.write_text(recipe, encoding="utf-8")
    alone = ("--config-file", os.devnull, "--cache-dir", os.devnull)
    command = [sys.executable, "-m", "mypy", "--strict", *alone, program.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout


def followed(address: str, *, seq: int) -> None:
    """Return when what is read by SQL is true for the entry `seq`: within 10 s, and some for a busy machine."""
    until = time.monotonic() + PATIENCE
    while (httpx2.get(address, timeout=PATIENCE).json()["open_sql"]["as_of_seq"] or 0) < seq:
        assert time.monotonic() < until
        time.sleep(0.2)
