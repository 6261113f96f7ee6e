"""The archive for machines without a network: what is pinned for which Python, and how it is installed."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serving import ROOT

pinned: Callable[..., str] = runpy.run_path(str(ROOT / "deploy" / "wheelhouse"))["pinned"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def entries(text: str) -> dict[str, int]:
    """What is pinned, each with how many hashes it has."""
    found = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return {one.split()[0]: one.count("--hash=sha256:") for one in found if "==" in one}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_python_gets_what_its_markers_say_with_every_hash_of_the_lock(machine: str) -> None:
    whole = entries(LOCK)
    for python in ("3.11", "3.12", "3.13"):
        kept = entries(pinned(LOCK, python=python, machine=machine))
        assert {name: whole[name] for name in kept} == kept
        assert all(kept.values())
        left_out = {name.partition("==")[0] for name in whole.keys() - kept.keys()}
        assert left_out <= {"colorama", "httpx2-jsfetch", "pywin32", "numpy"}
        assert [name for name in kept if name.startswith("numpy==")] == [
            name for name in whole if re.match(r"numpy==2\.4" if python == "3.11" else r"numpy==2\.5", name)
        ]


def test_without_wheels_for_a_python_that_is_here_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "wheels" / "2.7").mkdir(parents=True)
    script = shutil.copy(ROOT / "deploy" / "install-offline", tmp_path / "deploy")
    done = subprocess.run([script], capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
    assert (done.returncode, "2.7" in done.stderr, (tmp_path / ".venv").exists()) == (1, True, False)
