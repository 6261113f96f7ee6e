"""The declarative base and the column types the tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Tables to which rows are only ever added: the application role may INSERT and SELECT, triggers refuse the rest.
APPEND_ONLY = (
    "ledger_entries",
    "plan_records",
    "submission_events",
    "observations",
    "ledger_tiles",
    "ledger_keys",
    "ledger_checkpoints",
    "releases",
    "release_files",
    "release_parts",
    "assessments",
    "period_events",
    "people_records",
    "light_overrides",
    "samples",
    "sample_findings",
    "task_reports",
)

Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Sequence = Annotated[int, mapped_column(BigInteger)]


class Base(DeclarativeBase):
    """Texts are `text`, documents `jsonb`, instants `timestamptz`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, dict[str, Any]: JSONB, list[str]: ARRAY(Text)}  # noqa: RUF012  SQLAlchemy's own class attribute
