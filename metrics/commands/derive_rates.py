"""Writing what submissions mean: the rates of one event or of thousands, by one statement.

Every event of a submission that leaves it in another state or with other figures begins a row of `unit_rates` and ends
the one before it, at its sequence number. So does a plan whose formulas are others, of every submission there is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text

from metrics.database import ReadSession, WriteSession
from metrics.ledger.entry import hold_ledger, newest_seq
from metrics.models import PlanRecord
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.queries.said_rates import AS_KNOWN, OF_EVENTS, ROWS, SAID, forms_of
from metrics.stored_rates import formulas
from metrics.submission_states import Action

_AT_ONCE = 50  # units
_DERIVE = """
{said},
ended as (
    update unit_rates r set until_seq = n.seq
    from (select unit_code, period, min(seq) as seq from sent group by unit_code, period) n
    where r.unit_code = n.unit_code and r.period = n.period and r.until_seq is null
)
insert into unit_rates (unit_code, period, seq, until_seq, submission_id, state, numerators, denominators)
{rows}
order by e.seq, e.unit_code, e.period
"""
_DERIVE_EVENTS, _DERIVE_AS_KNOWN = (
    text(_DERIVE.format(said=SAID.format(events=events), rows=ROWS)) for events in (OF_EVENTS, AS_KNOWN)
)
_LOAD = "cast(cast(pg_current_xact_id() as text) as bigint)"  # whose rows these are: another load sees none of them
_FORGET = text(f"delete from new_rates where load = {_LOAD}")  # noqa: S608  statements of ours
_FORGET_UNITS = text(f"delete from new_rates where load = {_LOAD} and unit_code = any(:units)")  # noqa: S608
_WORK_OUT = text(f"""
{SAID.format(events=AS_KNOWN)},
rates (unit_code, period, seq, until_seq, submission_id, state, numerators, denominators) as ({ROWS})
insert into new_rates select {_LOAD}, unit_code, period, submission_id, state, numerators, denominators from rates
""")  # noqa: S608  statements of ours
_CHANGED_SINCE = text(
    "select distinct s.unit_code from submission_events v join submissions s on s.id = v.submission_id"
    " where v.seq > :known and v.action <> :nothing"
)
_TAKE_OVER = text(f"""
with ended as (
    update unit_rates r set until_seq = :at from new_rates n
    where n.load = {_LOAD} and r.unit_code = n.unit_code and r.period = n.period and r.until_seq is null
)
insert into unit_rates (unit_code, period, seq, submission_id, state, numerators, denominators)
select unit_code, period, :at, submission_id, state, numerators, denominators from new_rates where load = {_LOAD}
order by unit_code, period
""")  # noqa: S608  statements of ours


def derive_rates(
    session: WriteSession, plan: Plan, *, first: int, last: int, units: Sequence[str] | None = None
) -> None:
    """Write the rates that follow from the submissions' events with sequence numbers `first` to `last`, both included.

    `plan` is the one known at those numbers; events, observations and submissions of them are written already, and the
    ledger's lock is held: one submission or thousands, always each event once. `units`: of these alone (None: of all).
    """
    session.execute(_DERIVE_EVENTS, {"first": first, "last": last, "units": _as_list(units)} | forms_of(plan))


def derive_rates_anew(session: WriteSession, plan: Plan, *, at: int, units: Sequence[str] | None = None) -> None:
    """Write the rates of every submission known at the sequence number `at` by the formulas of `plan`, new from it."""
    session.execute(_DERIVE_AS_KNOWN, {"at": at, "units": _as_list(units)} | forms_of(plan))


def work_out_rates(session: WriteSession, plan: Plan) -> int:
    """Work out the rates of every submission by the formulas of `plan`, and keep them for :func:`take_over_rates`.

    The ledger is held by nobody meanwhile, however many submissions there are. Answers the sequence number up to which
    submissions are counted.
    """
    session.execute(_FORGET)
    known = newest_seq(session)
    session.execute(_WORK_OUT, {"at": known, "units": None} | forms_of(plan))
    return known


def take_over_rates(session: WriteSession, plan: Plan, *, at: int, known: int) -> None:
    """Write what :func:`work_out_rates` kept, new from the sequence number `at`; the ledger's lock is held.

    Units that sent something after `known` are worked out once more.
    """
    units = session.scalars(_CHANGED_SINCE, {"known": known, "nothing": Action.SIGN_OFF}).all()
    if units:
        session.execute(_FORGET_UNITS, {"units": list(units)})
        session.execute(_WORK_OUT, {"at": at, "units": list(units)} | forms_of(plan))
    session.execute(_TAKE_OVER, {"at": at})
    session.execute(_FORGET)


def parts_to_rebuild(session: ReadSession) -> list[list[str]]:
    """Every unit that sent a submission or has stored rates, a part at a time."""
    found = text("select unit_code from submissions union select unit_code from unit_rates order by unit_code")
    units = session.scalars(found).all()
    return [list(units[start : start + _AT_ONCE]) for start in range(0, len(units), _AT_ONCE)]


def rebuild_rates(session: WriteSession, *, units: Sequence[str]) -> None:
    """Make the stored rates of `units` anew, as they followed from what the ledger tells entry by entry.

    The session is the owner's: the application's role deletes no rates.
    """
    hold_ledger(session)
    session.execute(text("delete from unit_rates where unit_code = any(:units)"), {"units": list(units)})
    versions = session.scalars(select(PlanRecord.seq).distinct().order_by(PlanRecord.seq)).all()
    before: Plan | None = None
    for seq, following in zip(versions, [*versions[1:], None], strict=True):
        plan = plan_at(session, seq=seq)
        if before is not None and formulas(before) != formulas(plan):
            derive_rates_anew(session, plan, at=seq, units=units)
        derive_rates(session, plan, first=seq, last=2**63 - 1 if following is None else following - 1, units=units)
        before = plan


def _as_list(units: Sequence[str] | None) -> list[str] | None:
    return None if units is None else list(units)
