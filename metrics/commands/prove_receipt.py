"""A receipt with its proof. It is a command, not a query, because the checkpoint it leads to is issued and kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import WriteSession
from metrics.ledger.tiles import stored_tree
from metrics.models import LedgerEntry
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.submissions import Receipt, submission_receipt


@dataclass(frozen=True, slots=True)
class ProvedReceipt:
    """`path` leads from `leaf` to the root that `checkpoint`, a signed note over the first `size` entries, states."""

    receipt: Receipt
    leaf: str
    size: int
    path: list[bytes]
    checkpoint: str


def prove_receipt(session: WriteSession, submission_id: int, *, plan: Plan, principal: Principal) -> ProvedReceipt:
    """The receipt for the newest revision of a submission. Raises NotFound if there is none the principal may see."""
    receipt = submission_receipt(session, submission_id, plan=plan, principal=principal)
    checkpoint = issue_checkpoint(session)
    leaf = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.seq == receipt.seq)).one()
    path = stored_tree(session, size=checkpoint.size).inclusion(receipt.seq - 1)
    return ProvedReceipt(receipt, leaf, checkpoint.size, path, checkpoint.note)
