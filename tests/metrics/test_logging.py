"""Where every line is JSON, so are warnings, what no thread caught, what a finalizer raised, and the end itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.ports import free_port
from tests.serving import PATIENCE, ROOT, environment, fork_serve

_GOES_WRONG = """
import threading, warnings
from metrics.logging import every_line_as_json, say
every_line_as_json()
say("启动", "Starting")
warnings.warn("old")
def fails(secret="hunter2"):
    raise ValueError("in a thread")
thread = threading.Thread(target=fails)
thread.start(); thread.join()
class Finalized:
    def __del__(self):
        raise ValueError("in a finalizer")
Finalized()
raise ValueError("at the end")
"""


def test_every_line_is_json_whatever_goes_wrong() -> None:
    done = subprocess.run([sys.executable, "-c", _GOES_WRONG], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["level"] for line in lines] == ["info", "warning", "critical", "critical", "critical"]
    assert (lines[0]["zh"], lines[0]["en"]) == ("启动", "Starting")
    raised = [line["exception"][0]["exc_value"] for line in lines[2:]]
    assert raised == ["in a thread", "in a finalizer", "at the end"]
    assert "hunter2" not in done.stderr.replace('secret="hunter2"', "")


def test_a_start_that_is_refused_ends_in_a_line_of_json(tmp_path: Path) -> None:
    nowhere = {"BIAOCHI_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing", "BIAOCHI_LOG_FORMAT": "json"}
    nowhere["BIAOCHI_PORT"] = str(free_port())  # the usual one may be taken, which is told first
    log = tmp_path / "serve.log"
    assert fork_serve(variables=environment(tmp_path, **nowhere), log=log).wait(PATIENCE) == 1
    *_, last = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert (last["event"], last["level"]) == ("database_unreachable", "error")
    assert last["zh"]
    assert last["en"]
