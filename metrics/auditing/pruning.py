"""Removing what is past its days: whole months, by the owner of the table, with an entry that says what went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from metrics.commands.record_audit import record_change
from metrics.database import Sessions
from metrics.present_act import about

_REMOVE = text(
    "with gone as (delete from audit where until < :end returning until)"
    " select to_char(until at time zone 'UTC', 'YYYY-MM') as month, count(*) from gone group by 1 order by 1"
)


@dataclass(frozen=True, slots=True)
class PrunedMonth:
    """A month, by UTC, whose rows are gone, and how many they were."""

    month: str
    rows: int


def prune_audit(owner: Engine, *, days: int, now: datetime) -> tuple[PrunedMonth, ...]:
    """Remove the rows of every month that ended more than `days` days before `now`, and record that.

    `owner` connects as the owner of the table; days are at least 180, below which the table itself refuses.
    """
    past = (now - timedelta(days=days)).astimezone(UTC)
    end = datetime(past.year, past.month, 1, tzinfo=UTC)
    with Sessions(owner).write() as session:
        gone = tuple(PrunedMonth(month, rows) for month, rows in session.execute(_REMOVE, {"end": end}))
        told = ", ".join(f"{pruned.month}: {pruned.rows}" for pruned in gone)
        about(f"before {end:%Y-%m}: {told or 0}")
        record_change(session)
    return gone
