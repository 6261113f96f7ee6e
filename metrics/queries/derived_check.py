"""The derived tables held against what they follow from: stored rates, and what is kept of the far past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, func, select, text, true

from metrics.database import ReadSession
from metrics.errors import Message
from metrics.ledger.checking.finding import Finding, missing, unaccounted
from metrics.ledger.entry import newest_seq
from metrics.models import FarPast, PlanRecord, RolledUpRates, StoredFormulas, UnitTurns
from metrics.queries.far_past_facts import facts_to_keep
from metrics.queries.plan_versions import PlanVersion, plan_versions
from metrics.queries.said_rates import AS_KNOWN, OF_EVENTS, ROWS, SAID
from metrics.results import Basis

Kept = UnitTurns | RolledUpRates
_KEYS: Mapping[type[Kept], tuple[str, ...]] = {
    UnitTurns: ("unit_code", "basis"),
    RolledUpRates: ("unit_code", "basis", "period"),
}
_ENTRIES_AT_ONCE = 20_000
_COMPARE = """
{said},
said (unit_code, period, seq, until_seq, submission_id, state, numerators, denominators) as ({rows})
select coalesce(s.unit_code, r.unit_code) as unit_code, coalesce(s.period, r.period) as period,
    coalesce(s.seq, r.seq) as seq, :number as formulas,
    s.unit_code is null as unaccounted, r.unit_code is null as missing
from said s
full join (select * from unit_rates where formulas = :number and seq between :low and :high) r
    on r.unit_code = s.unit_code and r.period = s.period and r.seq = s.seq
where (s.submission_id, s.state, s.numerators, s.denominators)
    is distinct from (r.submission_id, r.state, r.numerators, r.denominators)
order by 3, 1, 2
"""
_BY_EVENTS, _ANEW = (
    text(_COMPARE.format(said=SAID.format(events=events), rows=ROWS)) for events in (OF_EVENTS, AS_KNOWN)
)
# Rows are compared entry by entry: one from before the first plan, or from beyond the last entry of the formulas that
# it is by, would be with none.
_BEYOND = text(
    "select unit_code, period, seq, formulas from unit_rates r where seq < :first or not exists (select from"
    " unnest(cast(:numbers as integer[]), cast(:ends as bigint[])) held(number, last)"
    " where held.number = r.formulas and r.seq <= held.last) order by seq, unit_code, period"
)
_SPANS = text(
    "select unit_code, period, seq, formulas from (select unit_code, period, seq, formulas, until_seq,"
    " lead(seq) over (partition by unit_code, period, formulas order by seq) as following from unit_rates) spans"
    " where until_seq is distinct from following order by seq, unit_code, period"
)


def derived_findings(session: ReadSession) -> Iterator[Finding]:
    """Every row of a derived table that does not follow from observations, events and plan. `biaochi rebuild` mends it.

    To be asked once those are known to be what the ledger tells. What is kept of the far past follows from stored rates
    and is looked at where those are right.
    """
    wrong = False
    for finding in _rates(session):
        wrong = True
        yield finding
    for basis in () if wrong else Basis:
        yield from _far_past(session, basis)
    known = [str(basis) for basis in Basis]
    for place in session.scalars(select(FarPast).where(FarPast.basis.not_in(known))):
        yield unaccounted("far_past", f"basis={place.basis} seq={place.seq}")
    for table in (UnitTurns, RolledUpRates):
        for found in session.execute(select(*table.__table__.c).where(table.basis.not_in(known))).mappings():
            yield unaccounted(table.__tablename__, _named(table, found))


def _rates(session: ReadSession) -> Iterator[Finding]:
    newest, versions = newest_seq(session), list(plan_versions(session))
    yield from _formulas(session, versions)
    ends = {version.formulas: min(version.last, newest) for version in versions}
    first = versions[0].first if versions else 1
    beyond = session.execute(_BEYOND, {"first": first, "numbers": list(ends), "ends": list(ends.values())})
    for row in beyond.mappings():
        yield unaccounted("unit_rates", _key(row))
    for version in versions:
        low = version.first
        if version.is_new and version.formulas > 1:
            yield from _compared(session, _ANEW, version, low=0, high=low)
            low += 1
        last = min(version.last, newest)
        for first in range(low, last + 1, _ENTRIES_AT_ONCE):
            yield from _compared(session, _BY_EVENTS, version, low=first, high=min(first + _ENTRIES_AT_ONCE - 1, last))
    for row in session.execute(_SPANS).mappings():
        message = Message("有效期止于何处与下一行不符。", "It does not end where the next row begins.")
        yield Finding("unit_rates", _key(row), message)


def _formulas(session: ReadSession, versions: list[PlanVersion]) -> Iterator[Finding]:
    said = {version.formulas: version.first for version in versions if version.is_new}
    found = {row.number: row.seq for row in session.scalars(select(StoredFormulas))}
    for number in sorted(said.keys() | found.keys()):
        key = f"number={number}"
        if number not in said:
            yield unaccounted("stored_formulas", key)
        elif number not in found:
            yield missing("stored_formulas", key)
        elif said[number] != found[number]:
            message = Message("与方案各版本的公式不符。", "Not what follows from the formulas of the plan's versions.")
            yield Finding("stored_formulas", key, message)


def _compared(session: ReadSession, statement: Any, version: PlanVersion, *, low: int, high: int) -> Iterator[Finding]:
    given = {"first": low, "last": high, "since": 0, "at": high, "low": low, "high": high, "units": None}
    asked = {**given, "number": version.formulas, **version.forms}
    for row in session.execute(statement, asked).mappings():
        if row["unaccounted"] or row["missing"]:
            yield unaccounted("unit_rates", _key(row)) if row["unaccounted"] else missing("unit_rates", _key(row))
        else:
            yield _other("unit_rates", _key(row))


def _far_past(session: ReadSession, basis: Basis) -> Iterator[Finding]:
    newest, first = newest_seq(session), session.scalar(select(func.min(PlanRecord.seq))) or 1
    places = session.scalars(select(FarPast).where(FarPast.basis == str(basis)).order_by(FarPast.seq)).all()
    known = [kept.seq for kept in places]
    for kept in places:
        key = f"basis={basis} seq={kept.seq}"
        facts = facts_to_keep(session, basis, seq=kept.seq) if first <= kept.seq <= newest else None
        if facts is None:
            yield unaccounted("far_past", key)
            continue
        if any(getattr(kept, name) != said for name, said in facts.far_past.items()):
            yield _other("far_past", key)
        yield from _kept_rows(session, UnitTurns, facts.turns, basis, kept.seq)
        yield from _kept_rows(session, RolledUpRates, facts.rolled_up, basis, kept.seq)
    yield from _between_places(session, basis, known)


def _kept_rows(
    session: ReadSession, table: type[Kept], rows: list[dict[str, Any]], basis: Basis, place: int
) -> Iterator[Finding]:
    """What is wrong with the rows that hold at a place: there has to be one of each key."""
    expected, name = {_row_key(table, row): row for row in rows}, table.__tablename__
    until = func.coalesce(table.until_seq > place, true())
    held = _rows(table, basis).where(table.seq <= place, until).order_by(table.seq.desc())
    for found in session.execute(held).mappings():
        said = expected.pop(_row_key(table, found), None)
        if said is None:
            yield unaccounted(name, _named(table, found))
        elif not _says(found, said):
            yield _other(name, _named(table, found))
    if expected:
        ended = session.execute(_rows(table, basis).where(table.until_seq <= place).order_by(table.seq)).mappings()
        before = {_row_key(table, found): found for found in ended}
        for key, row in expected.items():
            if key in before and _says(before[key], row):
                message = Message("在其仍然成立时就已止。", "It ends where it still holds.")
                yield Finding(name, _named(table, before[key]), message)
            else:
                yield missing(name, _named(table, row | {"seq": place}))


def _between_places(session: ReadSession, basis: Basis, places: list[int]) -> Iterator[Finding]:
    """Rows that begin or end where nothing is kept, and the places that they say."""
    said: set[int] = set()
    for table in (UnitTurns, RolledUpRates):
        ends = table.until_seq.is_not(None) & table.until_seq.not_in(places)
        for found in session.execute(_rows(table, basis).where(table.seq.not_in(places) | ends)).mappings():
            said |= {found["seq"], found["until_seq"]}
            yield unaccounted(table.__tablename__, _named(table, found))
    for seq in sorted(said - {None, *places}):
        yield missing("far_past", f"basis={basis} seq={seq}")


def _rows(table: type[Kept], basis: Basis) -> Select[Any]:
    return select(*table.__table__.c).where(table.basis == str(basis))


def _says(found: Mapping[Any, Any], said: Mapping[str, Any]) -> bool:
    return all(found[name] == amount for name, amount in said.items())


def _row_key(table: type[Kept], row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEYS[table])


def _named(table: type[Kept], row: Mapping[Any, Any]) -> str:
    return " ".join(f"{name}={row[name]}" for name in (*_KEYS[table], "seq"))


def _other(table: str, key: str) -> Finding:
    return Finding(table, key, Message("与已报数据算得的不符。", "Not what follows from what was reported."))


def _key(row: Mapping[Any, Any]) -> str:
    return " ".join(f"{name}={row[name]}" for name in ("unit_code", "period", "seq", "formulas"))
