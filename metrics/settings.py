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
    log_format: Literal["console", "json"] = "console"

    @field_validator("lights")
    @classmethod
    def _complete(cls, given: dict[Status, Light]) -> dict[Status, Light]:
        return {**LIGHTS, **given}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
