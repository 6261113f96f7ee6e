"""`python -m metrics.intake.isolated_process SECONDS [annotate]`: the process in which files are taken apart.

Bytes on standard input; on standard output the grid as JSON, the annotated workbook, or why it was refused, as JSON. It
limits its own memory, and its processor time to SECONDS, before it reads a byte, and whatever happens to it happens to
it alone: an ending that is none of ours means that the file is damaged. It is not part of `isolation`, which starts it:
what that needs takes half a second to load, for every file; a test names what must not be loaded here.
"""

from __future__ import annotations

import json
import resource
import signal
import sys

from metrics.intake import limits
from metrics.intake.grid import Grid, grid_to_json
from metrics.intake.refusals import FileRefused

_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: .xls, .et, encrypted workbooks
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"GIF8")
REFUSED = 4  # exit code; the refusal's code and what it is about are on standard output


def read_bytes(content: bytes) -> Grid:
    """The grid of a file, whatever its name says. Raises FileRefused."""
    if not content:
        raise FileRefused("file_empty")
    if content.startswith(b"PK"):
        from metrics.intake.workbook.workbook_grid import read_workbook  # what it needs is not loaded for CSV

        return read_workbook(content)
    if content.startswith(_OLD_FORMAT):
        raise FileRefused("file_old_format")
    if content.startswith(_OTHERS):
        raise FileRefused("file_not_a_workbook")
    from metrics.intake.csv_grid import read_csv

    return read_csv(content)


def main() -> int:
    """Do one task with one file; the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY, limits.MEMORY))
    seconds, *rest = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXCPU, _out_of_time)
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl loads it where it is there, and needs it for nothing
    task = _annotated if rest == ["annotate"] else _grid
    try:
        answer = task()
    except FileRefused as refused:
        return _refused(refused)
    except MemoryError:
        return _refused(FileRefused("file_too_demanding", what="memory"))
    sys.stdout.buffer.write(answer)
    return 0


def _refused(refused: FileRefused) -> int:
    sys.stdout.write(json.dumps({"code": refused.code, "about": refused.about}))
    return REFUSED


def _out_of_time(*_: object) -> None:
    raise FileRefused("file_too_demanding", what="processor")


def _grid() -> bytes:
    return grid_to_json(read_bytes(sys.stdin.buffer.read(limits.LARGEST_FILE + 1)))


def _annotated() -> bytes:
    """The first line is the problems as JSON, what follows the file."""
    from metrics.intake.annotation.annotated_workbook import annotate
    from metrics.intake.file_problems import problem_from_json

    kept = json.loads(sys.stdin.buffer.readline())
    return annotate(sys.stdin.buffer.read(limits.LARGEST_FILE + 1), [problem_from_json(problem) for problem in kept])


if __name__ == "__main__":
    sys.exit(main())
