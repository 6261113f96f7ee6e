"""A pull of what is new goes on from what the reader holds: only where that is still what the ledger has.

A number given twice, because the database was set back in between, would otherwise be a gap that nobody sees.
"""

from __future__ import annotations

from metrics.database import ReadSession
from metrics.errors import Conflict, Message, Problem
from metrics.ledger.epochs import present_epoch
from metrics.publish.dataset import Pull
from metrics.queries.ledger import ledger_hash
from metrics.queries.view import View


def refuse_other_history(session: ReadSession, pull: Pull, view: View) -> None:
    """Raise Conflict where `after_seq` is beyond what is known, or `after_hash` is not the ledger's hash there.

    So where a page is asked for whose first one was read in another history.
    """
    if pull.after_seq is not None:
        require_same_history(session, seq=pull.after_seq, known=view.seq, held=pull.after_hash, parameter="after_seq")
    if pull.page_hash is not None:
        require_same_history(session, seq=view.seq, known=view.seq, held=pull.page_hash, parameter="cursor")


def require_same_history(session: ReadSession, *, seq: int, known: int, held: str | None, parameter: str) -> None:
    """Raise Conflict where a reader who holds the first `seq` entries, with the hash `held`, holds others than these.

    `known`: how many entries there are; `parameter`: the one that says `seq`.
    """
    if seq > known:
        raise _refusal(
            "after_seq_unknown",
            Message(
                f"账本在此只到第 {known} 条,没有第 {seq} 条:账本可能被退回过。请从头重新下载全部。",
                f"What is known here ends at entry {known}, so there is no entry {seq}: the ledger may have been set "
                "back. Pull everything anew, from the beginning.",
            ),
            parameter,
            str(seq),
        )
    if held is not None and held != ledger_hash(session, seq):
        epoch = present_epoch(session)
        raise _refusal(
            "after_hash_differs",
            Message(
                f"账本前 {seq} 条已不是您手中的内容:账本被退回或改写过(现为第 {epoch} 期)。"
                "请从头重新下载全部,并留好手中的旧件以便对照。",
                f"The first {seq} entries are not those you hold: the ledger was set back or rewritten (this is epoch "
                f"{epoch}). Pull everything anew, from the beginning, and keep what you hold to compare it with.",
            ),
            "cursor" if parameter == "cursor" else "after_hash",
            held,
        )


def _refusal(code: str, message: Message, parameter: str, given: str) -> Conflict:
    return Conflict(code, message, [Problem(code, message, f"?{parameter}", given=given)])
