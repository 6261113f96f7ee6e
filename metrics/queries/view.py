"""What a reader looks at: the plan, the place in the ledger up to which things are known, and the basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import BadRequest, Message, NotFound
from metrics.ledger.entry import newest_seq, seq_at
from metrics.models import LedgerEntry
from metrics.moments import local_text
from metrics.periods import day_end
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.results import Basis

_CLOCKS_DIFFER = timedelta(minutes=5)  # that of the database and of whoever asks may be ahead of ours


@dataclass(frozen=True, slots=True)
class View:
    """`seq`: everything up to and with this sequence number is known, nothing after it.

    `is_now` says that nothing was recorded after `seq` when the view was made, so that current figures may be read
    instead of history. `recorded_at` is the moment of `seq`, None before the first entry. `public`: what is read may
    be shown to anyone, so who sent or checked a submission, and why, stays out, and so does every count that no rate
    is made of. `revealed`: the cells (unit, period, indicator) whose reported value the reader may see, None for all.
    `own`: the units of a reader who is told of those alone why somebody decided something, what a third party measured
    and the counts that no rate is made of, None for all units.
    """

    plan: Plan
    seq: int
    is_now: bool
    basis: Basis
    recorded_at: datetime | None
    public: bool = False
    revealed: frozenset[tuple[str, date, str]] | None = None
    own: frozenset[str] | None = None

    @property
    def shows_every_count(self) -> bool:
        """True if all elements of all units are shown: to the bureau and to assessors.

        Else those of :attr:`own` and, of every unit, what rates are made of (`Plan.published_elements`).
        """
        return not self.public and self.own is None

    def tells_why(self, unit: str) -> bool:
        """True if the reader is told why, and by whom, something about `unit` was decided."""
        return not self.public and (self.own is None or unit in self.own)


def view_at(session: ReadSession, *, as_of: datetime | int | None = None, basis: Basis = Basis.SUBMITTED) -> View:
    """The view at `as_of`: None for now, an aware moment, or a sequence number.

    Raises BadRequest for a sequence number that has not been given yet or a moment that has not come, and NotFound if
    no plan was loaded by then.
    """
    newest = newest_seq(session)
    if isinstance(as_of, datetime):
        refuse_the_future(session, as_of)
    seq = newest if as_of is None else as_of if isinstance(as_of, int) else seq_at(session, as_of)
    if seq > newest or seq < 0:
        raise BadRequest(
            code="as_of_unknown",
            message=Message(
                f"截至序号 {seq} 尚不存在,最新序号为 {newest}。",
                f"There is no entry {seq} yet; the newest is {newest}.",
            ),
        )
    if seq == 0 and newest > 0:
        raise NotFound(
            code="as_of_before_everything",
            message=Message("该时点之前尚无任何记录。", "Nothing was recorded by that moment."),
        )
    recorded_at = session.scalar(select(LedgerEntry.recorded_at).where(LedgerEntry.seq == seq))
    return View(plan=plan_at(session, seq=seq), seq=seq, is_now=seq == newest, basis=basis, recorded_at=recorded_at)


def refuse_the_future(session: ReadSession, moment: datetime) -> None:
    """Raise BadRequest for a moment that has not come: the same question would be answered otherwise then.

    The end of the present day is let through, since a day stands for its end.
    """
    now = datetime.now(UTC)
    if moment <= now + _CLOCKS_DIFFER:
        return
    timezone = plan_at(session).document.timezone
    today = now.astimezone(ZoneInfo(timezone)).date()
    if moment != day_end(today, timezone=timezone) - datetime.resolution:
        raise BadRequest(
            code="as_of_unknown",
            message=Message(
                f"截至时点 {local_text(moment, timezone=timezone)} 尚未到来,届时所知无人知道。",
                f"The moment {local_text(moment, timezone=timezone)} has not come: nobody knows what is known then.",
            ),
        )
