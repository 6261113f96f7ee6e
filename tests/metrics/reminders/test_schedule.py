"""Reminding by itself while the service runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from metrics.database import make_engine, use_engine
from metrics.reminders.schedule import look, note, reminding
from metrics.settings import settings
from tests.mailboxes import Mailbox
from tests.serving import PATIENCE


@pytest.fixture
def switched_on(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The operator has switched everything on."""
    with monkeypatch.context() as patch:
        for name, value in {"REMINDERS": "1", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(box.port)}.items():
            patch.setenv(f"BIAOCHI_{name}", value)
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.mark.usefixtures("session", "switched_on")
def test_the_service_looks_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, noted = threading.Event(), threading.Event()
    monkeypatch.setattr("metrics.reminders.schedule.look", looked.set)
    monkeypatch.setattr("metrics.reminders.schedule.note", noted.set)
    with reminding():
        assert looked.wait(PATIENCE)
        assert noted.wait(PATIENCE)


def test_turns_are_noted_though_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    noted = threading.Event()
    monkeypatch.setattr("metrics.reminders.schedule.note", noted.set)
    with reminding():
        assert noted.wait(PATIENCE)


@pytest.mark.usefixtures("switched_on")
def test_a_database_that_is_away_is_looked_for_again() -> None:
    with use_engine(make_engine("postgresql://nobody@127.0.0.1:9/nothing")), capture_logs() as logged:
        look()
        note()
    assert logged == [
        {"event": "reminders_not_looked_at", "reason": "OperationalError", "log_level": "warning"},
        {"event": "turns_not_noted", "reason": "OperationalError", "log_level": "warning"},
    ]
