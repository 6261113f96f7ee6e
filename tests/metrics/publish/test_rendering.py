"""A pull that fails half way leaves no file open."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import replace

import pytest

from metrics.database import ReadSession, WriteSession
from metrics.publish.dataset import Pull, Row
from metrics.publish.rendering import MEDIA_TYPES, render
from metrics.queries.view import View
from tests.faults import FaultError
from tests.metrics.publish.made_up import edition_of


def failing(_: ReadSession, __: View, ___: Pull) -> Generator[Row, None, None]:
    """More rows than are kept in memory, and then nothing good."""
    for number in range(9):
        yield (f"{number}" + "x" * 30_000,)
    for _number in range(300):
        yield ("y" * 30_000,)
    raise FaultError


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_file_that_cannot_be_finished_is_closed(session: WriteSession, form: str) -> None:
    edition = edition_of("text")
    dataset = replace(edition.dataset, records=failing)
    assert form in MEDIA_TYPES
    before = sorted(os.listdir("/proc/self/fd"))
    with pytest.raises(FaultError):  # whose traceback still holds what render() had open
        render(dataset, session=session, view=edition.view, pull=Pull(), form=form)
    assert sorted(os.listdir("/proc/self/fd")) == before
