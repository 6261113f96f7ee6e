"""Every setting of the program, read from the environment (`BIAOCHI_…`) in this one place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from metrics.progress import LIGHTS
from metrics.results import Light, Status


class Settings(BaseSettings):
    """What an operator can set. Field `x` is read from `BIAOCHI_X`."""

    model_config = SettingsConfigDict(env_prefix="BIAOCHI_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    home: Path = Path(".data")
    database_url: SecretStr | None = None  # None: the embedded PostgreSQL under `home`
    migration_url: SecretStr | None = None  # the owner's address, where migrations need another role
    demo: bool = True
    plan: Path | None = None  # the plan's folder that a first start loads; None: the city's own with `demo`, else none
    public_read: bool = False
    blind_assessment: bool = False  # 无感评估: an assessor measures before seeing what was reported
    secure_cookies: bool = False  # True behind HTTPS
    pool_size: int = Field(default=10, ge=1)
    session_hours: int = Field(default=12, ge=1)
    lights: dict[Status, Light] = Field(default_factory=lambda: dict(LIGHTS))  # JSON, {"behind": "red"}; the rest stays
    ledger_origin: str = Field(
        default="biaochi", pattern=r"^[!-*,-~]{1,100}$"
    )  # the log's name; fixed by its first key
    ledger_key: Path | None = None  # the file of the key that signs checkpoints; None: `home`/ledger.key
    map_geojson: Path | None = None  # the city's own approved map; None: the schematic one
    log_format: Literal["console", "json"] = "console"
    public_url: str = ""  # where people reach the service; links in reminders begin with it
    confirmation_days: int = Field(default=7, ge=1, le=30)  # how long a link to confirm something holds
    reminders: bool = False  # True: `serve` reminds by itself
    reminder_days_before: int = Field(default=2, ge=0, le=20)
    reminder_days_after: int = Field(default=7, ge=1, le=25)
    reminder_hour: int = Field(default=9, ge=0, le=23)  # local; nothing is sent earlier in the day
    reminder_addresses: dict[str, str] = Field(default_factory=dict)  # JSON, unit → e-mail, where no liaison has one
    reviewer_addresses: list[str] = Field(default_factory=list)  # JSON, who gets the digest
    smtp_host: str = ""  # empty: no e-mail
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    webhook_url: SecretStr = SecretStr("")  # its query holds the robot's key; empty: no webhook
    webhook_shape: Literal["wecom", "dingtalk"] = "wecom"
    webhook_secret: SecretStr = SecretStr("")  # DingTalk's signature

    @field_validator("map_geojson", "plan", mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        return None if given == "" else given

    @field_validator("lights")
    @classmethod
    def _complete(cls, given: dict[Status, Light]) -> dict[Status, Light]:
        return {**LIGHTS, **given}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
