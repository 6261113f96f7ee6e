"""Files taken apart in the process of the tests: starting another one takes longer than reading most of them.

What a process of its own may not do and costs is tried where a module asks for `files_read_apart`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from metrics.intake import isolation
from metrics.intake.annotation.annotated_workbook import annotate
from metrics.intake.file_problems import problem_from_json
from metrics.intake.grid import grid_to_json
from metrics.intake.isolated_process import read_bytes
from metrics.intake.refusals import FileRefused, refuse_file

_apart = isolation._run


def _here(task: Sequence[str], sent: bytes) -> bytes:
    try:
        if not task:
            return grid_to_json(read_bytes(sent))
        problems, _, content = sent.partition(b"\n")
        return annotate(content, [problem_from_json(problem) for problem in json.loads(problems)])
    except FileRefused as refused:
        raise refuse_file(refused.code, json.loads(json.dumps(refused.about))) from None
    except Exception:  # whatever it is: apart it ends that process, which is told so
        raise refuse_file("file_broken") from None


@pytest.fixture(autouse=True, scope="session")
def _files_read_here() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "_run", _here)
        yield


@pytest.fixture
def files_read_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the service does: in a process of its own, within its limits."""
    monkeypatch.setattr(isolation, "_run", _apart)
