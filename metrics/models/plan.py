"""The plan as it became known: every part, every version."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Sequence


class PlanRecord(Base):
    """One version of one part of the plan.

    ``target | TG-05A | 2 | 31 | revision | {"code":"TG-05A","threshold":"75",…} | false``

    `content` has the shape of the class in :mod:`metrics.plan.model` that `kind` names. The version known at a
    sequence number S is the one with the greatest `version` among those with `seq` ≤ S; of targets every version
    that is not superseded by a removal counts. `origin` is `plan` for what a plan folder said and `revision` for
    what an evaluator revised.
    """

    __tablename__ = "plan_records"
    __table_args__ = (Index("ix_plan_records_seq", "seq"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[Sequence] = mapped_column(ForeignKey("ledger_entries.seq"))
    origin: Mapped[str]
    content: Mapped[dict[str, Any]]
    removed: Mapped[bool] = mapped_column(default=False)
