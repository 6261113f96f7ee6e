"""Files that were refused, kept for a while so that their senders can have them back with the bad cells marked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Instant


class RefusedFile(Base):
    """One refused upload. ``12 | 3 | 九月.xlsx | xlsx | … | [{"code":"value_percentage","row":7,…}] | 2019-10-04T…``

    Changed by nobody, deleted by the next upload after its time.
    """

    __tablename__ = "refused_files"
    __table_args__ = (Index("ix_refused_files_user_id_recorded_at", "user_id", "recorded_at"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    recorded_at: Mapped[Instant]
