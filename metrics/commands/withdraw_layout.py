"""Withdrawing a layout that was confirmed: the next file of that layout is looked over again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from metrics.database import WriteSession
from metrics.errors import Message, NotFound
from metrics.models import ConfirmedLayout
from metrics.principal import Principal, Scope
from metrics.queries.confirmed_layouts import LayoutRow, layout_row


def withdraw_layout(session: WriteSession, layout_id: int, *, principal: Principal, now: datetime) -> LayoutRow:
    """Withdraw it; one that was withdrawn already stays as it was.

    Raises NotFound if there is none, Forbidden for a unit that is not the principal's.
    """
    principal.require(Scope.POST_SUBMISSION)
    row = session.scalar(select(ConfirmedLayout).where(ConfirmedLayout.id == layout_id).with_for_update())
    if row is None:
        message = Message(f"没有编号为 {layout_id} 的已确认版式。", f"There is no confirmed layout {layout_id}.")
        raise NotFound("layout_unknown", message)
    principal.require_unit(row.unit_code)
    if row.withdrawn_at is None:
        row.withdrawn_by, row.withdrawn_at = principal.username, now
        session.flush()
    return layout_row(row)
