"""Settings come from the environment, and what is not said stays as it was."""

from __future__ import annotations

import pytest

from metrics.results import Light, Status
from metrics.settings import Settings


def test_a_light_that_is_set_changes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_LIGHTS", '{"behind": "red"}')
    lights = Settings().lights
    assert (lights[Status.BEHIND], lights[Status.MET], len(lights)) == (Light.RED, Light.GREEN, len(Status))


def test_a_light_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_LIGHTS", '{"behind": "blue"}')
    with pytest.raises(ValueError, match="behind"):
        Settings()


@pytest.mark.parametrize(("days", "right"), [("180", True), ("3650", True), ("179", False), ("0", False)])
def test_the_audit_is_kept_for_180_days_at_least(monkeypatch: pytest.MonkeyPatch, days: str, *, right: bool) -> None:
    monkeypatch.setenv("BIAOCHI_AUDIT_DAYS", days)
    if right:
        assert Settings().audit_days == int(days)
    else:
        with pytest.raises(ValueError, match="audit_days"):
            Settings()
