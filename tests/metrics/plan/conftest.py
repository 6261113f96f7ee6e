"""Plans of tests are copies of two folders with one file changed: what did not change is parsed once."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from metrics.plan import files
from metrics.plan.problems import PlanProblem


@pytest.fixture(autouse=True, scope="package")
def _unchanged_files_are_parsed_once() -> Iterator[None]:
    """Every caller gets values of its own. Where there is no such file, it is read as ever."""
    parse, parsed = files._read_file, dict[tuple[str, bytes], bytes]()

    def read(path: Path) -> tuple[dict[str, Any], list[PlanProblem]]:
        if not path.is_file():
            return parse(path)
        key = (path.name, path.read_bytes())
        if key not in parsed:
            parsed[key] = pickle.dumps(parse(path))
        found: tuple[dict[str, Any], list[PlanProblem]] = pickle.loads(parsed[key])  # noqa: S301  made here
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_read_file", read)
        yield
