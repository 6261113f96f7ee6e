"""What the process in which files are taken apart loads: half a second for every file, if it loads what it does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from metrics.errors import Invalid
from metrics.intake.isolation import grid_of
from tests.workbooks import xlsx_bytes

pytestmark = pytest.mark.usefixtures("files_read_apart")

UNNEEDED = {"numpy", "pandas", "pydantic", "sqlalchemy", "structlog"}
WATCHED = """
import json, sys
from metrics.intake import isolated_process
sys.argv = ["isolated_process", "20"]
code = isolated_process.main()
print(json.dumps(sorted(name for name, module in sys.modules.items() if module is not None and "." not in name)), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", xlsx_bytes([["填报项", "数值"], ["甲", 1]])], ids=["csv", "xlsx"])
def test_reading_a_file_loads_neither_the_plan_nor_a_library_of_numbers(content: bytes) -> None:
    done = subprocess.run([sys.executable, "-c", WATCHED], input=content, capture_output=True, check=True)
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert {"metrics", "json"} <= loaded
    assert not loaded & UNNEEDED


def test_nothing_of_the_surroundings_is_given_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text('#!/bin/sh\n/usr/bin/env > "${0%/*}/given"\nexit 1\n')
    stand_in.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", "postgresql+psycopg://biaochi:secret@127.0.0.1/biaochi")
    with pytest.raises(Invalid, match="file_broken"):
        grid_of(b"a,b\n1,2\n")
    given = {line.partition("=")[0] for line in (tmp_path / "given").read_text().splitlines()}
    assert given <= {"PWD", "_", "SHLVL", "OLDPWD"}  # what a shell sets by itself
