from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from metrics.settings import Settings, settings
from tests.callers import caller

ADDRESS = "/api/v1/settings"


def test_an_administrator_reads_the_settings_without_their_secrets(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_SMTP_PASSWORD", "hush-hush")
    settings.cache_clear()
    answer = client.get(ADDRESS, headers=caller(client, session, "wang", Role.ADMIN).headers)
    assert answer.status_code == 200
    found = {one["name"]: one for one in answer.json()["settings"]}
    assert len(found) == len(Settings.model_fields)
    assert found["BIAOCHI_SMTP_PASSWORD"] == {
        "name": "BIAOCHI_SMTP_PASSWORD",
        "value": "••••••",
        "source": "environment",
        "secret": True,
    }
    assert found["BIAOCHI_DEMO"]["source"] == "default"
    assert "hush-hush" not in answer.text
    monkeypatch.undo()
    settings.cache_clear()
    headers = caller(client, session, "zhao", Role.REVIEWER).headers
    assert client.get(ADDRESS, headers=headers).status_code == 403
    assert client.get(ADDRESS).status_code == 401
