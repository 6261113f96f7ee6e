from __future__ import annotations

import pytest
from pydantic import SecretStr

from metrics.settings import Settings
from metrics.settings_in_force import MASK, SettingSource, settings_in_force

HUSH = "hush-hush"
SECRET = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]


def test_a_setting_says_what_it_is_and_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIAOCHI_DATABASE_URL", raising=False)
    monkeypatch.setenv("BIAOCHI_SESSION_HOURS", "8")
    monkeypatch.setenv("BIAOCHI_TRUSTED_PROXIES", "10.0.0.2/32, ::1/128")
    found = {one.name: one for one in settings_in_force(Settings())}
    assert set(found) == {f"BIAOCHI_{name.upper()}" for name in Settings.model_fields}
    hours, workers = found["BIAOCHI_SESSION_HOURS"], found["BIAOCHI_WORKERS"]
    assert (hours.value, hours.source) == ("8", SettingSource.ENVIRONMENT)
    assert (workers.value, workers.source) == ("1", SettingSource.DEFAULT)
    assert found["BIAOCHI_TRUSTED_PROXIES"].value == '["10.0.0.2/32", "::1/128"]'
    assert found["BIAOCHI_DATABASE_URL"].value is None
    assert found["BIAOCHI_SMTP_HOST"].value is None


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_is_said_to_be_set_and_never_shown(name: str) -> None:
    found = {one.name: one for one in settings_in_force(Settings().model_copy(update={name: SecretStr(HUSH)}))}
    one = found[f"BIAOCHI_{name.upper()}"]
    assert (one.value, one.secret) == (MASK, True)
    assert HUSH not in repr(found)


def test_a_password_within_an_address_is_left_out() -> None:
    found = {one.name: one for one in settings_in_force(Settings(public_url=f"https://wang:{HUSH}@biaochi.example/x"))}
    assert found["BIAOCHI_PUBLIC_URL"].value == "https://biaochi.example/x"
