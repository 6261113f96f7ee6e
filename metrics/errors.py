"""What can go wrong, as a tree. Nothing here knows of HTTP; `api/problems.py` maps it once.

BiaochiError
├── NotFound        the thing asked for does not exist
│   └── PlanMissing no plan is loaded yet; nothing can be asked for
├── Invalid         what was sent cannot be accepted; may name many places
│   ├── BadRequest  the request itself is malformed: unknown parameter, unreadable body
│   ├── KeyReused   an idempotency key came back with another body
│   └── Unconfirmed what a file was read as is to be confirmed before it counts
├── Conflict        the thing changed, or is in a state that forbids this
│   ├── Stale       the version named is not the current one
│   └── VersionMissing  a revision must name the version it revises
├── Unauthenticated nobody, or nobody known, is asking
├── Forbidden       the one who asks may not
├── TooMany         asked too often; `retry_after` says when to come back
└── Unavailable     the database is away
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from metrics.in_print import in_print


@dataclass(frozen=True)
class Message:
    """One sentence in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """As people read it; what machines are given is :meth:`as_dict`, as it is written here."""
        return self.en if language == "en" else in_print(self.zh)

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Problem:
    """One bad place in what was sent.

    `pointer` is a JSON pointer into the body; in files `sheet` (None in CSV), `row` (1-based) and `column` (its letter,
    as spreadsheets show it) say where it stands. `given` is the offending value as it was read, `expected` what would
    be accepted there.
    """

    code: str
    message: Message
    pointer: str = ""
    row: int | None = None
    column: str | None = None
    given: str | None = None
    sheet: str | None = None
    expected: Message | None = None

    @property
    def cell(self) -> str:
        """The place in a file as spreadsheets write it, `月报!D7`; empty for a problem that stands in no cell."""
        return cell_name(self.sheet, self.row, self.column)


def cell_name(sheet: str | None, row: int | None, column: str | None) -> str:
    """`月报!D7`, `D7` without a sheet, `7` without a column; empty without a row."""
    if row is None:
        return sheet or ""
    return (f"{sheet}!" if sheet is not None else "") + f"{column or ''}{row}"


@dataclass
class BiaochiError(Exception):
    """Base of all refusals. `code` is stable and machine-readable.

    `kept_file` is the number under which the refused file is kept, for a while, with its bad cells to be marked.
    `questions`, as JSON: what a refused file leaves to its sender to say. `problems_total` is how many places there are
    where `problems` does not hold them all.
    """

    code: str
    message: Message
    problems: Sequence[Problem] = field(default_factory=tuple)
    kept_file: int | None = field(default=None, kw_only=True)
    questions: Sequence[Mapping[str, object]] = field(default=(), kw_only=True)
    problems_total: int | None = field(default=None, kw_only=True)

    def __str__(self) -> str:
        places = "; ".join(
            f"{p.cell or p.pointer or p.column or ''} {p.code}: {p.message.en}" for p in self.problems[:5]
        )
        return f"{self.code}: {self.message.en}" + (f" ({places})" if places else "")


class NotFound(BiaochiError): ...


class PlanMissing(NotFound):
    """No plan is loaded yet, so that there is nothing to ask about; the message says how to load one."""

    def __init__(self) -> None:
        super().__init__(
            code="plan_missing",
            message=Message(
                "尚未载入方案。请在服务器上执行 biaochi plan load 方案文件夹(例如 biaochi plan load seed/plan),"
                "或设置 BIAOCHI_PLAN=方案文件夹 后重新启动服务。",
                "No plan is loaded yet. On the server, run biaochi plan load FOLDER (biaochi plan load seed/plan, for "
                "instance), or set BIAOCHI_PLAN=FOLDER and start the service again.",
            ),
        )


class Invalid(BiaochiError): ...


class BadRequest(Invalid): ...


class KeyReused(Invalid): ...


class Unconfirmed(Invalid): ...


class Conflict(BiaochiError): ...


class Stale(Conflict): ...


class VersionMissing(Conflict): ...


class Unauthenticated(BiaochiError): ...


class Forbidden(BiaochiError): ...


class TooLarge(BiaochiError): ...


class WrongKind(BiaochiError):
    """A body of another content type than the one that is taken."""


@dataclass
class TooMany(BiaochiError):
    retry_after: int = 60


class Unavailable(BiaochiError): ...
