"""The settings as they are in force, and where each comes from; secrets are said to be set and never shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from urllib.parse import urlsplit

from pydantic import SecretStr

from metrics.settings import PREFIX, Settings

MASK = "••••••"


class SettingSource(StrEnum):
    """Where a value comes from: the environment of the process, or the program."""

    ENVIRONMENT = "environment"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """`name` as the environment has it. `value` as text, JSON for lists and mappings; None where nothing is set."""

    name: str
    value: str | None
    source: SettingSource
    secret: bool


def settings_in_force(configured: Settings) -> tuple[SettingInForce, ...]:
    """Every setting, in the order of their declaration."""
    given = configured.model_fields_set
    return tuple(
        SettingInForce(
            name=f"{PREFIX}{name.upper()}",
            value=_shown(getattr(configured, name)),
            source=SettingSource.ENVIRONMENT if name in given else SettingSource.DEFAULT,
            secret=is_secret(name),
        )
        for name in Settings.model_fields
    )


def is_secret(name: str) -> bool:
    """True if the field `name` holds what is never shown."""
    return "SecretStr" in str(Settings.model_fields[name].annotation)


def _shown(value: object) -> str | None:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict):
        return json.dumps({str(key): str(one) for key, one in value.items()}, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return json.dumps([str(one) for one in value], ensure_ascii=False) if value else None
    if isinstance(value, PurePath):
        return str(value)
    text = "" if value is None else str(value)
    return without_password(text) or None


def without_password(text: str) -> str:
    """An address whose user and password, should somebody have put them there, are left out; another text as it is."""
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
