"""What other tools read by SQL: `open.progress`, and up to where it is kept; views beside it: migrations 0045, 0046."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant, Sequence

PROGRESS_TABLE = "open.progress"


class OpenRefresh(Base):
    """Up to which place in the ledger a kept relation of the schema `open` is true, and when that was looked at.

    ``progress | 4711 | 2020-09-08 | true | 2020-09-08T02:00:03Z``

    `day`: the local day on which it was made; `synthetic`: whether the demonstration was loaded, which unit names say;
    `stands_on`: plan, lights set by hand and month judged, of which every row is made.
    """

    __tablename__ = "open_refreshes"

    relation: Mapped[str] = mapped_column(primary_key=True)
    as_of_seq: Mapped[Sequence]
    day: Mapped[date]
    synthetic: Mapped[bool]
    refreshed_at: Mapped[Instant]
    stands_on: Mapped[str]
