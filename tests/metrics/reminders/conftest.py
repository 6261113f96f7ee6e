"""Servers that take reminders, and settings that use them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mailboxes import Mailbox, Robot, mailbox, robot


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def group() -> Iterator[Robot]:
    with robot() as found:
        yield found
