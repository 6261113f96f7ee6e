"""Whether the rules of calculation changed between the moment a reader asks for and now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.methods import method_numbered
from metrics.models import LedgerEntry
from metrics.plan.model import Text
from metrics.queries.view import View

METHOD_KIND = "method"  # of the entry that says when a database met a method: {before, method}


@dataclass(frozen=True, slots=True)
class MethodChange:
    """Method `after` took the place of `before` with the entry `seq`, after the moment asked for."""

    before: int
    after: int
    seq: int
    recorded_at: datetime

    def sentence(self, *, timezone: str) -> Text:
        """That verdicts are given by a method that was not in force at the moment asked for, and what it changed."""
        day = self.recorded_at.astimezone(ZoneInfo(timezone)).date().isoformat()
        numbers = range(self.before + 1, self.after + 1)
        changes = [method_numbered(number).changes for number in numbers]
        return Text(
            zh=f"计算方法已于 {day} 由方法 {self.before} 改为方法 {self.after}(账本第 {self.seq} 条),在所查时点之后;"
            f"此处的判定按方法 {self.after} 计算。{''.join(text.zh for text in changes)}",
            en=f"The method of calculation changed from {self.before} to {self.after} on {day} (entry {self.seq} of "
            f"the ledger), after the moment asked for; verdicts here are given by method {self.after}. "
            + " ".join(text.en for text in changes),
        )


def method_change(session: ReadSession, view: View) -> MethodChange | None:
    """The change of method after the moment of `view`, from the one in force then to the present one.

    None where there was none, and for what is known now.
    """
    if view.is_now:
        return None
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.recorded_at, LedgerEntry.leaf)
        .where(LedgerEntry.kind == METHOD_KIND, LedgerEntry.seq > view.seq)
        .order_by(LedgerEntry.seq)
    ).all()
    if not rows:
        return None
    first, newest = json.loads(rows[0].leaf), json.loads(rows[-1].leaf)
    return MethodChange(first["before"], newest["method"], rows[-1].seq, rows[-1].recorded_at)
