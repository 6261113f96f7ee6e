"""Writing what submissions mean: the rates of one event or of thousands, by one statement.

Every event of a submission that leaves it in another state or with other figures begins a row of `unit_rates` and ends
the one before it, at its sequence number. A plan whose formulas are others writes rows of its own formulas beside
those, which nobody reads before one row of `stored_formulas` says that they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, text

from metrics.database import ReadSession, WriteSession
from metrics.ledger.entry import hold_ledger, newest_seq
from metrics.models import PlanRecord, StoredFormulas
from metrics.plan.model import Plan
from metrics.queries.plan_versions import PlanVersion, plan_versions
from metrics.queries.said_rates import AS_KNOWN, OF_EVENTS, ROWS, SAID, forms_of

_AT_ONCE = 50  # units
_FEW = 200  # entries of the ledger whose rates are worked out in an instant
_ROUNDS = 8  # in which what was recorded meanwhile is worked out before the ledger is held
_COLUMNS = "unit_code, period, seq, until_seq, submission_id, state, numerators, denominators"
_RATES = f"rates ({_COLUMNS}) as ({ROWS})"
_DERIVE = text(f"""
{SAID.format(events=OF_EVENTS)},
held as (select number from stored_formulas where seq <= :first order by seq desc limit 1),
ended as (
    update unit_rates r set until_seq = n.seq
    from (select unit_code, period, min(seq) as seq from sent group by unit_code, period) n
    where r.unit_code = n.unit_code and r.period = n.period and r.until_seq is null
        and r.formulas = (select number from held)
),
{_RATES}
insert into unit_rates ({_COLUMNS}, formulas)
select {_COLUMNS}, (select number from held) from rates order by seq, unit_code, period
""")  # noqa: S608  statements of ours
# Of a submission that is there with these formulas already the row becomes what it says now: nobody has read it yet.
_DERIVE_AS_KNOWN = text(f"""
{SAID.format(events=AS_KNOWN)},
{_RATES},
moved as (
    update unit_rates r set seq = n.seq, submission_id = n.submission_id, state = n.state,
        numerators = n.numerators, denominators = n.denominators
    from rates n
    where :since > 0 and r.unit_code = n.unit_code and r.period = n.period and r.formulas = :number
    returning r.unit_code, r.period
)
insert into unit_rates ({_COLUMNS}, formulas)
select {_COLUMNS}, :number from rates n
where not exists (select from moved m where m.unit_code = n.unit_code and m.period = n.period)
order by unit_code, period
""")  # noqa: S608  statements of ours


def derive_rates(
    session: WriteSession, plan: Plan, *, first: int, last: int, units: Sequence[str] | None = None
) -> None:
    """Write the rates that follow from the submissions' events with sequence numbers `first` to `last`, both included.

    `plan` is the one known at those numbers; events, observations and submissions of them are written already, and the
    ledger's lock is held: one submission or thousands, always each event once. `units`: of these alone (None: of all).
    """
    _derive(session, forms_of(plan), first=first, last=last, units=units)


def derive_rates_anew(
    session: WriteSession, plan: Plan, *, number: int, at: int, since: int = 0, units: Sequence[str] | None = None
) -> None:
    """Write the rates of every submission known at the sequence number `at` by the formulas of `plan`, their `number`.

    `since`: of submissions with an event after that one alone; what is there of them with that number is replaced.
    """
    _derive_anew(session, forms_of(plan), number=number, at=at, since=since, units=units)


class RatesAhead:
    """The rates of every submission by a plan whose formulas are to hold soon, written while nobody holds the ledger.

    All of it is in the transaction of `session`: what breaks off leaves nothing, and no other transaction sees a row of
    it before the one that says from where it holds.
    """

    def __init__(self, session: WriteSession, plan: Plan) -> None:
        self._session, self._plan = session, plan
        self._number = (session.scalar(select(func.max(StoredFormulas.number))) or 0) + 1
        self._known = 0

    def work_out(self) -> None:
        """Write them as of now, and again what was recorded meanwhile, until that is little."""
        for _ in range(_ROUNDS):
            newest = newest_seq(self._session)
            self._catch_up(newest)
            if newest_seq(self._session) - newest <= _FEW:
                return

    def take_over(self, at: int) -> None:
        """Write what was recorded since, and that they hold from the place `at`; the ledger's lock is held."""
        self._catch_up(at)
        self._session.execute(insert(StoredFormulas).values(number=self._number, seq=at))

    def _catch_up(self, at: int) -> None:
        derive_rates_anew(self._session, self._plan, number=self._number, at=at, since=self._known)
        self._known = at


def parts_to_rebuild(session: ReadSession) -> list[list[str]]:
    """Every unit that sent a submission or has stored rates, a part at a time."""
    found = text("select unit_code from submissions union select unit_code from unit_rates order by unit_code")
    units = session.scalars(found).all()
    return [list(units[start : start + _AT_ONCE]) for start in range(0, len(units), _AT_ONCE)]


def rebuild_formulas(session: WriteSession) -> None:
    """Make `stored_formulas` anew from the versions of the plan. The session is the owner's."""
    versions = _held_with_versions(session)
    session.execute(delete(StoredFormulas))
    for version in versions:
        if version.is_new:
            session.execute(insert(StoredFormulas).values(number=version.formulas, seq=version.first))


def rebuild_rates(session: WriteSession, *, units: Sequence[str]) -> None:
    """Make the stored rates of `units` anew, as they followed from what the ledger tells entry by entry.

    `stored_formulas` is as it has to be. The session is the owner's: the application's role deletes no rates.
    """
    versions = _held_with_versions(session)
    session.execute(text("delete from unit_rates where unit_code = any(:units)"), {"units": list(units)})
    for version in versions:
        if version.is_new and version.formulas > 1:
            _derive_anew(session, version.forms, number=version.formulas, at=version.first, since=0, units=units)
        _derive(session, version.forms, first=version.first, last=version.last, units=units)


def _held_with_versions(session: WriteSession) -> list[PlanVersion]:
    """Every version of the plan, the ledger held: put together before, since that takes long where there are many.

    Where one was loaded in between they are gone through once more, most of them remembered by now.
    """
    versions = list(plan_versions(session))
    hold_ledger(session)
    newest = session.scalar(select(func.max(PlanRecord.seq)))
    known = versions[-1].first if versions else None
    return versions if known == newest else list(plan_versions(session))


def _derive(
    session: WriteSession, forms: Mapping[str, Any], *, first: int, last: int, units: Sequence[str] | None
) -> None:
    session.execute(_DERIVE, {"first": first, "last": last, "units": _as_list(units), **forms})


def _derive_anew(
    session: WriteSession, forms: Mapping[str, Any], *, number: int, at: int, since: int, units: Sequence[str] | None
) -> None:
    asked = {"at": at, "since": since, "number": number, "units": _as_list(units)}
    session.execute(_DERIVE_AS_KNOWN, {**asked, **forms})


def _as_list(units: Sequence[str] | None) -> list[str] | None:
    return None if units is None else list(units)
