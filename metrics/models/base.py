"""The declarative base and the column types the tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, MetaData, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from metrics.submission_states import Action, State

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
    "announcements",
    "bulletin_acts",
    "bulletin_files",
    "assessments",
    "period_events",
    "people_records",
    "light_overrides",
    "samples",
    "sample_findings",
    "task_reports",
    "attached_files",
    "task_checks",
    "task_sanctions",
    "gate_rules",
    "material_records",
    "work_plans",
    "fundings",
    "slip_acts",
    "inspection_findings",
    "self_assessments",
    "rectifications",
    "score_rules",
    "inquiry_scores",
)
# Added to only as well, by the same rights; the ledger says nothing of them. The owner removes what is past its days.
AUDIT = ("audit",)
# Added to only, by the same rights: each row is a signature, which whoever reads it checks for themselves.
WITNESSED = ("ledger_cosignatures",)
# Tables that follow from those: the application role writes them beside what they follow from, and deletes nothing.
DERIVED = ("unit_rates",)
# All that `biaochi rebuild` makes anew: nothing is lost with it.
MADE_ANEW = (*DERIVED, "stored_formulas", "far_past", "unit_turns", "rolled_up_rates")
# Says how far what other tools read by SQL is kept, and how witnesses stand; the service finds both anew when it runs.
KEPT_FOR_OTHERS = ("open_refreshes", "witness_troubles")
# Rows that are only held, and made where they are missing.
HELD = ("locks",)


class StateText(TypeDecorator[State]):
    """A column `text` that holds a :class:`metrics.submission_states.State`."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> State | None:
        return None if value is None else State(value)


class ActionText(TypeDecorator[Action]):
    """A column `text` that holds an :class:`metrics.submission_states.Action`."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Action | None:
        return None if value is None else Action(value)


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
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy's own class attribute
        State: StateText,
        Action: ActionText,
        str: Text,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(BigInteger),
    }
