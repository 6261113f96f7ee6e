"""What is wrong with the settings, all of it at once and in both languages; and names that no setting has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from metrics.errors import Message
from metrics.settings import PREFIX, Settings
from metrics.settings_in_force import is_secret, without_password

# No settings: read by docker-compose.yml (deploy/compose.env.example), by the tests, and by `biaochi mcp` alone.
OF_OTHERS = frozenset(
    f"{PREFIX}{name}"
    for name in (
        *("APP_PASSWORD", "OWNER_PASSWORD", "DATABASE_AT", "SUBNET", "NAME", "TLS", "UPSTREAMS", "CERTIFICATES"),
        *("HTTP_PORT", "HTTPS_PORT", "BACKUP_FOLDER", "KEYS_FOLDER", "IMAGE", "PYTHON_IMAGE", "DATABASE_IMAGE"),
        *("CADDY_IMAGE", "PGBOUNCER_IMAGE", "TEST_DATABASE_URL", "TOKEN"),
    )
)
_LONGEST_SHOWN = 60  # characters of what was given
_WHOLE = Message("应为整数。", "A whole number is wanted.")
_NUMBER = Message("应为数。", "A number is wanted.")
_YES_OR_NO = Message("应为 1 或 0。", "1 or 0 is wanted.")
# Pydantic's kind of error -> sentence, with what the error says of the limits; its own sentences are English only.
_KNOWN: Mapping[str, Message] = {
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_parsing": _YES_OR_NO,
    "bool_type": _YES_OR_NO,
    "greater_than_equal": Message("不得小于 {ge}。", "At least {ge} is wanted."),
    "greater_than": Message("应大于 {gt}。", "More than {gt} is wanted."),
    "less_than_equal": Message("不得大于 {le}。", "At most {le} is wanted."),
    "literal_error": Message("应为以下之一:{expected}。", "One of {expected} is wanted."),
    "enum": Message("应为以下之一:{expected}。", "One of {expected} is wanted."),
    "dict_type": Message('应为 JSON 对象,如 {{"a": 1}}。', 'A JSON object is wanted, as {{"a": 1}}.'),
    "list_type": Message('应为 JSON 列表,如 ["a"]。', 'A JSON list is wanted, as ["a"].'),
    "string_type": Message("应为文字。", "A text is wanted."),
    "json_unreadable": Message(
        "不是 JSON:第 {at} 个字符起无法读取。", "Not JSON: it cannot be read from character {at} on."
    ),
    "no_postgresql": Message(
        "不是 PostgreSQL 的地址:应为 postgresql://用户:口令@主机/数据库。",
        "No address of PostgreSQL: it begins postgresql://user:password@host/database.",
    ),
    "port_unreadable": Message(
        "地址中的端口应为 0 至 65535 的整数。", "The port in it is to be a number from 0 to 65535."
    ),
    "option_unknown": Message(
        "地址中“?”之后有 PostgreSQL 没有的选项,或 connect_timeout 不是整数;"
        "写法如 ?sslmode=verify-full。口令中的“?”写作 %3F。",
        "After the ? in it stands an option that PostgreSQL does not have, or a connect_timeout that is no whole "
        "number; it is written as ?sslmode=verify-full. A ? in a password is written %3F.",
    ),
}
# Where pydantic has no words of its own that help: what the setting is.
_NETWORK = Message(
    "应为地址或网络,如 192.0.2.7 或 10.0.3.0/24。",
    "An address or a network is wanted, as 192.0.2.7 or 10.0.3.0/24.",
)
_WEB = Message("应为 http(s) 网址。", "An http(s) address is wanted.")
_WANTED: Mapping[str, Message] = {
    "ledger_origin": Message(
        "应为 1 至 100 个可见的 ASCII 字符,不含空格与“+”。",
        "1 to 100 visible ASCII characters, without spaces and “+”.",
    ),
    "contact": Message("应为电子邮箱或 http(s) 网址。", "An e-mail address or an http(s) address is wanted."),
    "trusted_proxies": _NETWORK,
    "metrics_from": _NETWORK,
    "metrics_token": Message("至少 16 个字符。", "At least 16 characters are wanted."),
    "data_licence": _WEB,
    "traces_to": _WEB,
    "checkpoint_to": Message(
        "应为电子邮箱或 http(s) 网址,以逗号分隔。", "E-mail or http(s) addresses are wanted, with commas between them."
    ),
    "embed_origins": Message(
        "应为 self 或 https://主机[:端口],不含路径。", "self or https://host[:port] is wanted, without a path."
    ),
}


@dataclass(frozen=True, slots=True)
class SettingFault:
    """`name` as the environment has it, `place` within its value (empty: the whole); `given` is None for a secret."""

    name: str
    place: str
    given: str | None
    message: Message


@dataclass(frozen=True, slots=True)
class UnknownSetting:
    """A variable that begins as settings do and is none. `nearest`: the setting that may be meant, if one is near."""

    name: str
    nearest: str | None


def setting_faults(refused: ValidationError) -> tuple[SettingFault, ...]:
    """Everything that is wrong, in the order of the settings' declaration; each place once."""
    found: dict[tuple[str, str], SettingFault] = {}
    for error in refused.errors(include_url=False):
        fault = _fault(error)
        found.setdefault((fault.name, fault.place), fault)
    return tuple(found.values())


def unknown_settings(environment: Mapping[str, str]) -> tuple[UnknownSetting, ...]:
    """What the environment sets and nobody reads, by name."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    strange = sorted(name for name in environment if name.upper().startswith(PREFIX))
    return tuple(
        UnknownSetting(name, next(iter(get_close_matches(name.upper(), known, n=1, cutoff=0.75)), None))
        for name in strange
        if name.upper() not in known | OF_OTHERS
    )


def _fault(error: ErrorDetails) -> SettingFault:
    field, within = str(error["loc"][0]), error["loc"][1:]
    known, context = _KNOWN.get(error["type"]), error.get("ctx", {})
    if known is not None:
        message = Message(known.zh.format(**context), known.en.format(**context))
    else:
        message = _WANTED.get(field) or Message("不符合要求。", f"{error['msg'].removeprefix('Value error, ')}.")
    # What stands at a place counts from 1, as people do; kinds of values that were tried are no places.
    parts = [str(part + 1) if isinstance(part, int) else part for part in within]
    place = ".".join(part for part in parts if part.isidentifier() or part.isdigit())
    given = None if is_secret(field) else _shown(error["input"])
    return SettingFault(f"{PREFIX}{field.upper()}", place, given, message)


def _shown(given: object) -> str:
    text = without_password(str(given))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
