"""Files of history to load: whole submissions of the city's form as tidy CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.builders import whole_values

HEADINGS = ("unit_code", "period", "element_code", "value")
Line = Sequence[object]


def history_lines(unit: str = "441202", period: str = "2019-09", *more: object, **changes: Any) -> list[Line]:
    """The rows of one submission of the whole form; `more` stands at the end of each. A change of None leaves out."""
    return [(unit, period, code, value, *more) for code, value in whole_values(**changes).items()]


def history_csv(lines: Iterable[Line], *, headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    """The file, its lines ended as spreadsheets do."""
    return "".join(",".join(map(str, line)) + "\r\n" for line in (headings, *lines)).encode(encoding)


def history_file(folder: Path, lines: Iterable[Line], **options: Any) -> Path:
    """The same on disk."""
    path = folder / "history.csv"
    path.write_bytes(history_csv(lines, **options))
    return path
