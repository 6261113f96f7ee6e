"""Every setting of the program, read from the environment (`BIAOCHI_…`) in this one place."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from metrics.addresses import Network
from metrics.progress import LIGHTS
from metrics.results import Light, Status


def _listed(given: Any) -> Any:
    """`a, b` as its two parts; what is a list already stays."""
    return given.replace(",", " ").split() if isinstance(given, str) else given


def _from_json(given: Any) -> Any:
    """JSON as what it says; what is no text stays."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError as error:
        where = getattr(error, "pos", 0) + 1
        raise PydanticCustomError("json_unreadable", "not JSON at character {at}", {"at": where}) from error


def _of_postgresql(given: SecretStr) -> SecretStr:
    """An address of PostgreSQL; what is wrong is said without it, since it holds a password."""
    address = given.get_secret_value()
    kind, found, _ = address.partition("://")
    if not found or kind not in _POSTGRESQL:
        raise PydanticCustomError("no_postgresql", "not postgresql://user:password@host/database")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  raises where it is no number
    except ValueError as error:
        raise PydanticCustomError("port_unreadable", "its port is no number from 0 to 65535") from error
    if parts.query and not _are_options(parts.query):
        raise PydanticCustomError("option_unknown", "an option after ? that there is not")
    return given


def _are_options(query: str) -> bool:
    """True if PostgreSQL's client knows every option; whatever else it has to say it says when it connects."""
    from psycopg.pq import Conninfo

    options = dict(parse_qsl(query, keep_blank_values=True))
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    return options.keys() <= known and options.get("connect_timeout", "0").isdecimal()


_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
Address = Annotated[SecretStr, AfterValidator(_of_postgresql)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_listed)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Origin = Annotated[str, StringConstraints(pattern=r"^(self|https?://[a-z0-9.-]+(:[0-9]{1,5})?)$")]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_listed)]
Recipient = Annotated[str, StringConstraints(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+|https?://[^/?#\s]+(/[^?#\s]*)?)$")]
Recipients = Annotated[tuple[Recipient, ...], NoDecode, BeforeValidator(_listed)]
Json = (NoDecode, BeforeValidator(_from_json))
PREFIX = "BIAOCHI_"
OWN_HOME = Path(__file__).resolve().parents[1] / ".data"
"""The home that is used unless another one is named: the program's own, from whatever folder it is called."""


class Settings(BaseSettings):
    """What an operator can set. Field `x` is read from `BIAOCHI_X`; an empty one is as if it were not there."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    home: Path = OWN_HOME
    uploads: Path | None = None  # where a long upload lies while it is read; None: `home`/uploads
    database_url: Address | None = None  # None: the embedded PostgreSQL under `home`
    postgres_bin: Path | None = None  # the folder of the embedded server's programs; None: the wheel's
    read_database_url: Address | None = None  # a copy that follows the database, for pulls; None: there is none
    known_roles: Names = ()  # of the database's server, whom no guard holds and who are meant to be
    migration_url: Address | None = None  # the owner's address, where migrations need another role
    demo: bool = True
    plan: Path | None = None  # the plan's folder that a first start loads; None: the city's own with `demo`, else none
    public_read: bool = False
    blind_assessment: bool = False  # 无感评估: an assessor measures before seeing what was reported
    secure_cookies: bool = False  # True behind HTTPS
    pool_size: int = Field(default=10, ge=1)
    workers: int = Field(default=1, ge=1, le=64)  # processes in which `serve` answers; each gives its share of a limit
    trusted_proxies: Networks = ()  # whose X-Forwarded-For and -Proto are believed
    allowed_hosts: Names = ()  # by which the service may be called; (): any on loopback, its own names elsewhere
    embed_origins: Origins = ()  # whose pages may show ours in a frame; `self`: our own; (): nobody's
    header_seconds: float = Field(default=15, gt=0)  # for a request's headers to come
    connections_of_one: int = Field(default=512, ge=1)  # of one address, unless it is a trusted proxy
    body_seconds: float = Field(default=20, gt=0)  # for a body to come, and one more for every so many bytes of it
    body_bytes_per_second: int = Field(default=1024, ge=1)
    body_longest_seconds: float = Field(default=600, gt=0)  # for a whole upload; for history as much longer as larger
    requests_per_minute: int = Field(default=6000, ge=0)  # of one principal, or of one address without one; 0: any
    address_requests_per_minute: int = Field(default=30_000, ge=0)  # of one address, whoever asks; 0: any
    wait_seconds: float = Field(default=10, gt=0)  # for a place; thrice as long for files and whole pulls
    upload_places: int = Field(default=2, ge=1)  # files read at the same time
    pull_places: int = Field(default=2, ge=1)  # whole pulls at the same time
    statement_seconds: Annotated[dict[str, int], *Json] = Field(
        default_factory=dict
    )  # JSON, {"pull": 900}; the rest stays as it is
    sign_in_failures: int = Field(default=15, ge=1)  # of one address at once; then one every 10 s
    hashing_places: int = Field(default=1, ge=1)  # passwords compared at the same time
    hashing_waiting: int = Field(default=20, ge=0)  # how many may wait for that
    audit_days: int = Field(default=180, ge=180)  # what the law asks for at least (网络安全法第二十三条: six months)
    session_hours: int = Field(default=12, ge=1)
    idle_minutes: int = Field(default=60, ge=1)  # without a request, and a session has ended
    token_days: int = Field(default=366, ge=1, le=3650)  # that a token may last at most; 90 unless asked otherwise
    endless_tokens: bool = False  # True: one that never expires may be asked for
    password_profile: Literal["asvs", "mlps3"] = "asvs"  # noqa: S105  a name; metrics/password_rules.py
    oidc_issuer: str = ""  # empty: nobody signs in at an identity provider
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    second_factor_key: Path | None = None  # the file of the key that seals second factors; None: below `home`
    lights: Annotated[dict[Status, Light], *Json] = Field(
        default_factory=lambda: dict(LIGHTS)
    )  # JSON, {"behind": "red"}; the rest stays
    judged_share: Decimal = Field(default=Decimal("0.5"), gt=0, le=1)  # of units, whose submission makes a month judged
    ledger_origin: str = Field(
        default="biaochi", pattern=r"^[!-*,-~]{1,100}$"
    )  # the log's name; fixed by its first key
    ledger_key: Path | None = None  # the file of the key that signs checkpoints; None: `home`/ledger.key
    ledger_memory: Path | None = None  # the file in which the signer remembers what it signed; None: beside the key
    wal_archive: Path | None = None  # the folder into which the embedded server copies its WAL; None: it does not
    backups: bool = False  # True: `serve` backs up by itself every day
    backup_hour: int = Field(default=2, ge=0, le=23)  # in the plan's time zone; when it does
    backup_to: Path | None = None  # the folder of backups; None: `home`/backups
    backup_keys_to: Path | None = None  # the folder in which keys are saved with each backup; None: they are not
    backup_keep: int = Field(default=14, ge=1)  # how many backups stay
    backup_keep_days: int = Field(default=0, ge=0)  # for so many days all of them stay; 0: only the newest ones
    witnesses: Path | None = None  # a policy (C2SP tlog-policy) whose witnesses are asked at their addresses
    checkpoint_to: Recipients = ()  # e-mail and https addresses to which checkpoints are sent
    checkpoint_days: int = Field(default=1, ge=1, le=31)  # one in so many days
    map_geojson: Path | None = None  # the city's own approved map; None: the schematic one
    fonts: Path | None = None  # a folder with fonts for bulletins, beside the system's own
    log_format: Literal["console", "json"] = "console"
    metrics_from: Networks = (ip_network("127.0.0.0/8"), ip_network("::1/128"))  # who may read /metrics
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None  # a bearer token with which anybody may
    traces_to: str = Field(default="", pattern=r"^(|https?://\S+)$")  # where traces go (OTLP over HTTP); empty: none
    public_url: str = ""  # where people reach the service; links in reminders begin with it
    contact: str = Field(
        default="", pattern=r"^(|[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+)$"
    )  # e-mail or web address for questions about the data; stands in the catalogue and the API's description
    data_licence: str = Field(default="", pattern=r"^(|https?://\S+)$")  # IRI of the data's licence, if it has one
    confirmation_days: int = Field(default=7, ge=1, le=30)  # how long a link to confirm something holds
    reminders: bool = False  # True: `serve` reminds by itself
    reminder_days_before: int = Field(default=2, ge=0, le=20)
    reminder_days_after: int = Field(default=7, ge=1, le=25)
    reminder_hour: int = Field(default=9, ge=0, le=23)  # local; nothing is sent earlier in the day
    reminder_addresses: Annotated[dict[str, str], *Json] = Field(
        default_factory=dict
    )  # JSON, unit → e-mail, where no liaison has one
    reviewer_addresses: Annotated[list[str], *Json] = Field(default_factory=list)  # JSON, who gets the digest
    smtp_host: str = ""  # empty: no e-mail
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    webhook_url: SecretStr = SecretStr("")  # its query holds the robot's key; empty: no webhook
    webhook_shape: Literal["wecom", "dingtalk"] = "wecom"
    webhook_secret: SecretStr = SecretStr("")  # DingTalk's signature

    @property
    def of_verdicts(self) -> dict[str, Any]:
        """Those that verdicts depend on, as the ledger and releases say them."""
        lights = {status.value: light.value for status, light in self.lights.items()}
        return {"lights": lights, "judged_share": str(self.judged_share.normalize())}

    @field_validator("lights")
    @classmethod
    def _complete(cls, given: dict[Status, Light]) -> dict[Status, Light]:
        return {**LIGHTS, **given}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
