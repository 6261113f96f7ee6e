"""What is remembered of the past: read by one at a time, and nobody waits for it with a connection in hand for long."""

from __future__ import annotations

import pytest

from metrics.database import WriteSession
from metrics.errors import Unavailable
from metrics.queries import remembered_courses
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from tests.metrics.queries.test_views import post


def test_while_another_reads_long_a_reader_is_told_to_come_back(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(session, items_online=850)
    monkeypatch.setattr(remembered_courses, "_PATIENCE", 0.01)
    with remembered_courses._alone(), pytest.raises(Unavailable) as told:
        progress_by_unit(session, view_at(session))
    assert told.value.code == "courses_being_read"
    assert progress_by_unit(session, view_at(session)).progress
