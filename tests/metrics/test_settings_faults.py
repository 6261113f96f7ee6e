"""Wrong settings: every one named at once, in both languages, no secret shown; and names that nobody reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from metrics.settings import Settings
from metrics.settings_faults import SettingFault, setting_faults, unknown_settings

ROOT = Path(__file__).resolve().parents[2]
HUSH = "hush-hush"
WRONG = {
    "PORT": "http",
    "POOL_SIZE": "0",
    "DEMO": "perhaps",
    "DATABASE_URL": f"sqlite:///{HUSH}",
    "MIGRATION_URL": f"postgresql://owner:{HUSH}@db:many/biaochi",
    "TRUSTED_PROXIES": "10.0.0.1, nowhere",
    "EMBED_ORIGINS": f"self http://u:{HUSH}@portal.example/path",
    "STATEMENT_SECONDS": '{"pull": "long"}',
    "LIGHTS": '{"behind": "blue"}',
    "REMINDER_ADDRESSES": '{"441202": ',
    "REVIEWER_ADDRESSES": "li@example.com",
    "JUDGED_SHARE": "0",
    "AUDIT_DAYS": "179",
    "WAIT_SECONDS": "soon",
    "LEDGER_ORIGIN": "two words",
    "CONTACT": "the office",
    "LOG_FORMAT": "xml",
    "WEBHOOK_SHAPE": "fax",
    "METRICS_FROM": "10.0.0.0/99",
    "METRICS_TOKEN": HUSH[:4],
    "DATA_LICENCE": "free",
    "TRACES_TO": "collector:4318",
    "CHECKPOINT_TO": "a@b.example, office",
}


def faults(monkeypatch: pytest.MonkeyPatch, **given: str) -> tuple[SettingFault, ...]:
    for name, value in given.items():
        monkeypatch.setenv(f"BIAOCHI_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    return setting_faults(refused.value)


def test_all_faults_are_named_at_once_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, **WRONG)
    assert {one.name for one in found} == {f"BIAOCHI_{name}" for name in WRONG}
    assert len(found) == len(WRONG)
    for one in found:
        assert any("\u4e00" <= character <= "\u9fff" for character in one.message.zh)
        assert one.message.zh != "不符合要求。"
        assert one.message.en[:1].isalnum() or one.message.en[:1] == "“"
        assert "{" not in one.message.zh + one.message.en or "JSON" in one.message.en
    places = {one.name.removeprefix("BIAOCHI_"): one.place for one in found if one.place}
    assert places == {
        "TRUSTED_PROXIES": "2",
        "EMBED_ORIGINS": "2",
        "STATEMENT_SECONDS": "pull",
        "LIGHTS": "behind",
        "METRICS_FROM": "1",
        "CHECKPOINT_TO": "2",
    }


def test_no_secret_is_in_what_is_said_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert HUSH not in repr(faults(monkeypatch, **WRONG))


@pytest.mark.parametrize(
    "address",
    [
        *("sqlite:///x.db", "http://127.0.0.1:8000", "mysql://u:p@h/d", "host=db dbname=biaochi", "db.example"),
        *("postgresql+asyncpg://u:p@h/d", "postgresql://u:p@h:70000/d", "postgresql://u:p@h:x/d"),
        *("postgresql://u:p@h/d?ssl=true", "postgresql://u:p@h/d?connect_timeout=soon", "postgresql://u:p?=@h/d"),
    ],
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "MIGRATION_URL"])
def test_an_address_that_is_none_of_postgresql_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    (found,) = faults(monkeypatch, **{name: address})
    assert (found.name, found.given) == (f"BIAOCHI_{name}", None)


@pytest.mark.parametrize("kind", ["postgresql", "postgres", "postgresql+psycopg"])
def test_addresses_of_postgresql_are_taken(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("BIAOCHI_DATABASE_URL", f"{kind}://u:p@h:5432/d?host=/tmp&sslmode=require&connect_timeout=3")
    assert Settings().database_url is not None


@pytest.mark.parametrize("name", Settings.model_fields)
def test_an_empty_variable_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(f"BIAOCHI_{name.upper()}", raising=False)
    without = getattr(Settings(), name)
    monkeypatch.setenv(f"BIAOCHI_{name.upper()}", "")
    assert getattr(Settings(), name) == without


def test_a_name_that_nobody_reads_is_told_with_the_nearest_one() -> None:
    given = {
        "BIAOCHI_PROT": "1",
        "BIAOCHI_PORT": "1",
        "biaochi_host": "h",
        "BIAOCHI_XQJ": "1",
        "HOME": "/",
        "BIAO": "1",
    }
    told = {one.name: one.nearest for one in unknown_settings(given)}
    assert told == {"BIAOCHI_PROT": "BIAOCHI_PORT", "BIAOCHI_XQJ": None}


def test_every_setting_is_known() -> None:
    assert unknown_settings({f"BIAOCHI_{name.upper()}": "" for name in Settings.model_fields}) == ()


def test_no_name_of_the_documentation_is_unknown() -> None:
    """Whoever sets what a page names is not told that it does not exist."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *(one for one in ROOT.glob("deploy/**/*") if one.is_file())]
    named = {name for page in pages for name in re.findall(rb"\bBIAOCHI_[A-Z0-9_]*[A-Z0-9]\b", page.read_bytes())}
    assert len(named) >= 50
    assert unknown_settings({name.decode(): "" for name in named}) == ()
