"""How tests are shared out among workers: by files, and what files share by folders; who waited is told at the end."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

TOGETHER = ("tests/seed/demonstration/",)  # folders whose tests read one database that takes long to make
_ended: dict[str, float] = {}  # by worker


def scope_of(test: str) -> str:
    """What a worker takes at once: a file, or a folder of which each worker would make the same once more."""
    return next((folder for folder in TOGETHER if test.startswith(folder)), test.partition("::")[0])


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Of the modules of tests each worker imports a share of its own first, and the others' when they are compiled.

    Making asserts tell what they compared takes longer than all else at a worker's start, and workers that read the
    files in one order all do it to each of them.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args != session.config.getini("testpaths"):
        return
    modules = sorted(Path("tests").rglob("test_*.py"))
    for module in modules[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
        import_module(".".join(module.with_suffix("").parts))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # it says no types

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = scope_of
    return scheduler


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    worker = getattr(report, "node", None)
    if worker is not None:
        _ended[worker.gateway.id] = time.monotonic()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How long each worker had nothing to do while another one still tested."""
    if len(_ended) > 1:
        idle = {worker: max(_ended.values()) - ended for worker, ended in sorted(_ended.items())}
        terminalreporter.write_line(
            "idle at the end: " + ", ".join(f"{w} {seconds:.0f} s" for w, seconds in idle.items())
        )
