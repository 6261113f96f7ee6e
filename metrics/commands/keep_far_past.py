"""Keeping the few facts of the far past that verdicts need, so that a country's overview reads months, not decades.

They are kept as known at a few places in the ledger, spread over all of it: whoever looks at what was known before
thousands of corrections finds a place near by (:mod:`metrics.queries.far_past`). A row that is the same at several
places is there once. What is recorded meanwhile comes after these places, and readers look for it: nobody has to wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from sqlalchemy import Engine, delete, func, insert, select, text, update

from metrics.authority import SYSTEM
from metrics.database import ReadSession, WriteSession, write_session
from metrics.ledger.entry import newest_seq
from metrics.locks import Lock, hold, hold_if_free
from metrics.models import FarPast, PlanRecord, RolledUpRates, Submission, UnitTurns
from metrics.periods import add_months
from metrics.queries.far_past import kept_far_past
from metrics.queries.far_past_facts import NEAR, FarPastFacts, facts_to_keep
from metrics.queries.first_months import conditions_of
from metrics.queries.view import view_at
from metrics.results import Basis

_FEW = 1000  # submissions; up to that, what is not kept is read in an instant
_CHANGED = 100  # of how many submissions of the months kept one may have changed since
_PLACES = 12  # of one basis
_WIDE = 1000  # entries; between two places as near as that nothing more is kept
# What is to be kept at a place stands there until the next one; then what was the same before goes on instead.
_GOES_ON = """
insert into {table} ({key}, seq, until_seq, {values})
select {key}, :next, until_seq, {values} from {table} t
where {covers} and coalesce(until_seq > :next, true) and not {same}
"""
_ENDS = "update {table} t set until_seq = :seq where {covers} and not {same}"
_IS_THERE = "delete from {table} f where f.basis = :basis and f.seq = :seq and exists (select from {table} t where {t})"
# What goes on after the place as it is there: one row from the place on.
_LASTS = """
update {table} f set until_seq = t.until_seq from {table} t
where f.basis = :basis and f.seq = :seq and f.until_seq = :next and t.seq = :next and {f}
"""
_LASTED = """
delete from {table} t using {table} f
where f.basis = :basis and f.seq = :seq and t.seq = :next and {f_key} and coalesce(f.until_seq > :next, true)
"""
_COVERS = "t.basis = :basis and t.seq < :seq and coalesce(t.until_seq > :seq, true)"
_SAME = "exists (select from {table} f where f.seq = :seq and ({key}, {values}) = ({t_key}, {t_values}))"


def bring_far_past_up_to_date(*, always: bool = False) -> bool:
    """Keep the far past as it is known now or, where that is kept, at one place more; True if that was worth while.

    In a transaction of its own; not while another process does it, or makes the derived tables anew. `always`: as it is
    known now, however few submissions there are and however little changed.
    """
    with write_session(SYSTEM) as session:
        if not hold_if_free(session, Lock.FAR_PAST):
            return False
        newest = newest_seq(session)
        is_stale = always or _is_worth_while(session)
        kept = [
            _kept_at_first(session, basis, (newest,) if is_stale else _between(session, basis, newest=newest))
            for basis in Basis
        ]
        return any(kept) or always


def _kept_at_first(session: WriteSession, basis: Basis, places: Sequence[int]) -> bool:
    """Keep the far past at the first of `places` at which there is any; False if there is at none."""
    found = (facts_to_keep(session, basis, seq=seq) for seq in places)
    facts = next((one for one in found if one is not None), None)
    if facts is None:
        return False
    keep_far_past(session, facts)
    return True


@contextmanager
def far_past_held(owner: Engine) -> Iterator[None]:
    """While the block lasts nobody keeps anything of the far past: who does it just now is waited for."""
    with owner.begin() as connection:
        hold(connection, Lock.FAR_PAST)
        yield


def rebuild_far_past(session: WriteSession) -> None:
    """Keep the far past anew, at the places where it was kept and as it is known now; to be held meanwhile."""
    newest, first = newest_seq(session), _first_plan(session)
    found = session.execute(select(FarPast.basis, FarPast.seq)).all()
    places = {(Basis(basis), seq) for basis, seq in found if basis in set(Basis) and first <= seq <= newest}
    for table in (FarPast, UnitTurns, RolledUpRates):
        session.execute(delete(table))
    for basis, seq in sorted(places | {(basis, newest) for basis in Basis if newest}):
        facts = facts_to_keep(session, basis, seq=seq)
        if facts is not None:
            keep_far_past(session, facts)


def keep_far_past(session: WriteSession, facts: FarPastFacts) -> None:
    """Keep `facts` at their place; where it is kept already nothing changes. One of too many places gives way."""
    basis, seq = str(facts.basis), facts.seq
    places = _places(session, facts.basis)
    if seq in places:
        return
    following = next((place for place in places if place > seq), None)
    session.execute(insert(FarPast), [facts.far_past])
    for table, rows in ((UnitTurns, facts.turns), (RolledUpRates, facts.rolled_up)):
        if rows:
            session.execute(insert(table), [row | {"seq": seq, "until_seq": following} for row in rows])
        names = _names(table)
        given = {"basis": basis, "seq": seq}
        if following is not None:
            session.execute(text(_GOES_ON.format(**names)), given | {"next": following})
        session.execute(text(_ENDS.format(**names)), given)
        session.execute(text(_IS_THERE.format(**names)), given)
        if following is not None:
            session.execute(text(_LASTS.format(**names)), given | {"next": following})
            session.execute(text(_LASTED.format(**names)), given | {"next": following})
    places = sorted((*places, seq))
    while len(places) > _PLACES:
        gone = min(range(len(places) - 1), key=lambda at: places[at + 1] - (places[at - 1] if at else 0))
        _give_up(session, basis, places[gone], following=places[gone + 1])
        del places[gone]


def _give_up(session: WriteSession, basis: str, seq: int, *, following: int) -> None:
    """Keep nothing at `seq` any more: what began or ended there does so at the `following` place."""
    session.execute(delete(FarPast).where(FarPast.basis == basis, FarPast.seq == seq))
    for table in (UnitTurns, RolledUpRates):
        of_basis = table.basis == basis
        session.execute(delete(table).where(of_basis, table.seq == seq, table.until_seq == following))
        session.execute(update(table).where(of_basis, table.seq == seq).values(seq=following))
        session.execute(update(table).where(of_basis, table.until_seq == seq).values(until_seq=following))


def _names(table: type[UnitTurns | RolledUpRates]) -> dict[str, str]:
    """What the statements name of a table."""
    keys = [column.name for column in table.__table__.primary_key if column.name != "seq"]
    values = [name for name in table.__table__.c.keys() if name not in (*keys, "seq", "until_seq")]  # noqa: SIM118
    key, value = ", ".join(keys), ", ".join(values)
    names = {"table": table.__tablename__, "key": key, "values": value}
    of_t = {"t_key": ", ".join(f"t.{name}" for name in keys), "t_values": ", ".join(f"t.{name}" for name in values)}
    same = _SAME.format(**names, **of_t)
    of_f = " and ".join(f"t.{name} = f.{name}" for name in (*keys, *values))
    f_key = " and ".join(f"t.{name} = f.{name}" for name in keys)
    # What is the same was not ended at the place, and covers it.
    return names | {"covers": _COVERS, "same": same, "t": f"{_COVERS} and {of_f}", "f": of_f, "f_key": f_key}


def _places(session: ReadSession, basis: Basis) -> list[int]:
    """Where the far past is kept, oldest first."""
    return list(session.scalars(select(FarPast.seq).where(FarPast.basis == str(basis)).order_by(FarPast.seq)))


def _first_plan(session: ReadSession) -> int:
    return session.scalar(select(func.min(PlanRecord.seq))) or 1


def _between(session: ReadSession, basis: Basis, *, newest: int) -> Sequence[int]:
    """The places in the middle of gaps so wide that something is to be kept there, that of the widest first."""
    gaps = pairwise([_first_plan(session), *_places(session, basis)])
    wide = [(high - low, (low + high) // 2) for low, high in gaps if high - low > max(_WIDE, 2 * newest // _PLACES)]
    return [middle for _, middle in sorted(wide, reverse=True)]


def _is_worth_while(session: ReadSession) -> bool:
    """True if there is much to read and little of it kept: nothing, by another plan, or before much was recorded."""
    submissions = session.scalar(select(func.count()).select_from(Submission)) or 0
    newest = session.scalar(select(func.max(Submission.period)))
    if submissions <= _FEW or newest is None:
        return False
    view = view_at(session)
    kept = kept_far_past(session, view)
    if kept is None or kept.through < add_months(newest, -2 * NEAR) or not kept.sums_alike(view.plan):
        return True
    wanted = {condition.key for condition in conditions_of(view.plan)}
    return not wanted <= set(kept.conditions) or len(kept.changed) * _CHANGED > submissions
