"""`biaochi remind`: what is due, shown or sent."""

from __future__ import annotations

import pytest

from tests.metrics.cli.conftest import Run


def test_without_a_channel_it_is_refused(run: Run) -> None:
    code, _, errors = run("remind")
    assert code == 1
    assert "BIAOCHI_SMTP_HOST" in errors


def test_a_dry_run_shows_and_stores_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_WEBHOOK_URL", "http://127.0.0.1:9/?key=the-secret-key")
    monkeypatch.setenv("BIAOCHI_REMINDER_HOUR", "0")
    monkeypatch.setenv("BIAOCHI_REMINDER_DAYS_BEFORE", "20")
    monkeypatch.setenv("BIAOCHI_REMINDER_DAYS_AFTER", "25")
    code, output, errors = run("remind", "--dry-run")
    assert (code, errors) == (0, "")
    assert "应发 / due: " in output
    assert "the-secret-key" not in output
