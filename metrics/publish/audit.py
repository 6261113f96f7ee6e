"""Rows of the audit as CSV and JSON, the words of acts and outcomes beside their names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from metrics.audit_acts import OUTCOME_WORDS, AuditAction, AuditOutcome
from metrics.errors import Message
from metrics.models import AuditEntry
from metrics.publish.as_csv import BYTE_ORDER_MARK, lines, neutralised

COLUMNS: dict[str, Message] = {
    "id": Message("编号", "Number of the row"),
    "at": Message("发生时间(多次时为首次)", "When; of a count the first"),
    "until": Message("末次时间", "When, of a count the last"),
    "count": Message("次数", "How often"),
    "actor": Message("账号;命令行为系统用户;空为未登录", "Account; of commands the system's user; else nobody known"),
    "user_id": Message("账号编号", "Number of the account"),
    "role": Message("角色", "Role"),
    "token": Message("所用令牌的名称", "Name of the token that was used"),
    "address": Message("来源地址", "From which address"),
    "channel": Message("途径:api、page、command、service", "By which way: api, page, command or service"),
    "action": Message("行为", "The act"),
    "action_words": Message("行为名称", "The act in words"),
    "subject": Message("对象", "What it was about"),
    "outcome": Message("结果:done、refused、failed", "Outcome: done, refused or failed"),
    "outcome_words": Message("结果名称", "The outcome in words"),
    "code": Message("拒绝或失败的代码", "Code of the refusal or failure"),
    "request_id": Message("请求编号", "Id of the request"),
}
_TEXTS = frozenset({"actor", "token", "address", "subject", "action_words", "outcome_words", "request_id", "code"})

Cell = str | int | None


def audit_cells(row: AuditEntry, *, language: str) -> dict[str, Cell]:
    """One row's cells by column; instants in UTC."""
    return {
        "id": row.id,
        "at": _instant(row.at),
        "until": _instant(row.until),
        "count": row.count,
        "actor": row.actor,
        "user_id": row.user_id,
        "role": row.role,
        "token": row.token,
        "address": row.address,
        "channel": row.channel,
        "action": row.action,
        "action_words": action_words(row.action, language=language),
        "subject": row.subject,
        "outcome": row.outcome,
        "outcome_words": OUTCOME_WORDS[AuditOutcome(row.outcome)].in_language(language),
        "code": row.code,
        "request_id": row.request_id,
    }


def action_words(action: str, *, language: str) -> str:
    """An act in words; one that a later program recorded by its name."""
    return AuditAction(action).words.in_language(language) if action in list(AuditAction) else action


def audit_csv(rows: Iterable[AuditEntry], *, language: str, bom: bool = False) -> Iterator[bytes]:
    """The file: the heading line, then a line a row; texts are harmless in a spreadsheet."""
    yield (BYTE_ORDER_MARK if bom else "").encode() + lines([list(COLUMNS)])
    for row in rows:
        cells = audit_cells(row, language=language)
        yield lines([[neutralised(cell) if name in _TEXTS else cell for name, cell in cells.items()]])


def audit_json(rows: Iterable[AuditEntry], *, language: str) -> Iterator[bytes]:
    """An array of objects with the columns as keys, in their order."""
    separator = "[\n"
    for row in rows:
        yield (separator + json.dumps(audit_cells(row, language=language), ensure_ascii=False)).encode()
        separator = ",\n"
    yield b"[]\n" if separator == "[\n" else b"\n]\n"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
