"""What a clerk has typed and not yet sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant


class Draft(Base):
    """The draft of one unit's return for one period, shared by the unit's clerks. Changed in place; never a figure.

    ``441202 | 2019-09-01 | 4 | chen | 9f31… | {"values":{"items_total":"1000"},"reason":"","note":"",…} | 10:32``

    `typed` keeps the texts as they were typed. `editor` is the page that saved last: each opening of the form has its
    own, so that a page knows its own saving again.
    """

    __tablename__ = "drafts"
    __table_args__ = (CheckConstraint("extract(day from period) = 1", name="period"),)

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int]
    username: Mapped[str]
    editor: Mapped[str]
    typed: Mapped[dict[str, Any]]
    updated_at: Mapped[Instant]
