"""Queries as they are of a large plan: what they read of the past is taken in parts, however little there is."""

from __future__ import annotations

import pytest

from metrics.queries import courses


@pytest.fixture(autouse=True)
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' plan is small enough to be read whole, as every other folder's tests read it."""
    monkeypatch.setattr(courses, "_FEW", 0)
