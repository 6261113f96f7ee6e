"""Loads history in tests, and says what was refused and what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from metrics.database import read_session, write_session
from metrics.errors import BiaochiError, Conflict, Invalid
from metrics.history.load_history import LoadedHistory, load_history
from metrics.principal import Principal, Role
from tests.histories import HEADINGS, Line, history_file

BUREAU = Principal(1, "bureau", "局", Role.REVIEWER)
RECEIVED = (*HEADINGS, "received_at")


def load(folder: Path, lines: Sequence[Line], *, headings: Sequence[str] = HEADINGS, **options: Any) -> LoadedHistory:
    with history_file(folder, lines, headings=headings).open("rb") as content:
        return load_history(write_session, content, principal=BUREAU, **options)


def refused(folder: Path, lines: Sequence[Line], **options: Any) -> BiaochiError:
    with pytest.raises((Invalid, Conflict)) as found:
        load(folder, lines, **options)
    return found.value


def places(error: BiaochiError) -> list[tuple[int | None, str | None, str, str | None]]:
    return [(problem.row, problem.column, problem.code, problem.given) for problem in error.problems]


def counted() -> tuple[int, ...]:
    """How many rows there are of everything that a submission writes."""
    tables = ("submissions", "submission_events", "observations", "figures", "unit_rates")
    with read_session() as session:
        return tuple(session.scalar(text(f"select count(*) from {table}")) or 0 for table in tables)
