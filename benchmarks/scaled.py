"""A national history, generated: the city's plan with hundreds of units, every element of every month.

The history itself is loaded in bulk, as any other is. The leaves of later revisions are stand-ins, written set-based
(what is measured reads figures, not what they say); everything else of them is as the service would have written it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.made_history import write_file
from metrics.cli.plan import CITY_PLAN
from metrics.commands.derive_rates import derive_rates
from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession, write_session
from metrics.history.load_history import load_history
from metrics.periods import add_months
from metrics.plan.files import read_plan
from metrics.plan.model import Plan, Text, Unit, UnitKind
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role

MONTHS = 120
NEWEST = date(2020, 5, 1)  # some targets are due, some are still ahead and projected
# The order of the first made unit of a kind; the city's own stand before them.
_FIRST_MADE = {UnitKind.PROVINCE: 1000, UnitKind.CITY: 2000, UnitKind.COUNTY: 10_000}
_NATION, _PROVINCES, _CITIES = "100000", 31, 340
_BUREAU = Principal(0, "benchmark", "benchmark", Role.REVIEWER)
_DERIVED_AT_ONCE = 5000  # submissions
_LEDGER = """
insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
select :before + n, 'submission', cast(:moment as timestamptz) + n * interval '1 second', leaf,
    sha256('\\000'::bytea || convert_to(leaf, 'utf8'))
from generate_series(1, :submissions) n, lateral (select format('{"n":%s}', :before + n)) made(leaf)
"""
_EVENTS = """
insert into submission_events (seq, submission_id, action, revision, actor, reason, note, detail, recorded_at)
select s.seq, s.id, 'submit', s.revision, 'benchmark', :reason, '', '{"changed": [], "warnings": []}', l.recorded_at
from submissions s join ledger_entries l using (seq) where s.seq > :before
"""
_OBSERVATIONS = """
insert into observations (unit_code, period, element_code, revision, value, seq, submission_id, recorded_at)
select s.unit_code, s.period, e.code, s.revision,
    ((s.id::bigint * 7919 + e.place * 104729 + s.revision) % 10000) * e.step, s.seq, s.id, v.recorded_at
from submissions s
join submission_events v on v.seq = s.seq
cross join unnest(cast(:elements as text[]), cast(:steps as numeric[])) with ordinality e(code, step, place)
where s.seq > :before
order by s.seq, e.place
"""
_FIGURES = """
insert into figures (unit_code, period, element_code, value, revision, seq, submission_id, recorded_at)
select unit_code, period, element_code, value, revision, seq, submission_id, recorded_at
from observations where seq > :before order by seq
on conflict (unit_code, period, element_code) do update
set value = excluded.value, revision = excluded.revision, seq = excluded.seq, recorded_at = excluded.recorded_at
"""
_REVISE = """
update submissions s set revision = s.revision + 1, seq = :before + n.place
from (select id, row_number() over (order by period, unit_code) place from submissions) n where n.id = s.id
"""


def load_scaled_plan(units: int, *, tree: bool = False) -> Plan:
    """The city's plan with `units` reporting counties more; loaded.

    They stand directly below the city or, in a `tree`, below the cities of a nation's provinces, the city one of them.
    """
    plan = read_plan(CITY_PLAN)
    flat = plan.model_copy(update={"units": (*plan.units, *_counties(plan, units))})
    scaled = in_a_tree(plan, units) if tree else flat
    with write_session() as session:
        load_plan(session, scaled, actor="benchmark")
    return scaled


def _counties(plan: Plan, units: int) -> Iterator[Unit]:
    for number in range(units):
        yield _made(f"9{number:05d}", UnitKind.COUNTY, number, zh="县", en="County", parent=plan.document.root_unit)


def in_a_tree(plan: Plan, units: int) -> Plan:
    """The plan of a nation: about 31 provinces, 340 cities and 2,850 counties where `units` is that."""
    cities = min(_CITIES, max(1, units // 8))
    provinces = min(_PROVINCES, max(1, cities // 11))
    nation = Unit(code=_NATION, kind=UnitKind.NATION, name=Text(zh="全国", en="The nation"), order=-1)
    made = [nation]
    for number in range(provinces):
        made.append(_made(f"7{number:05d}", UnitKind.PROVINCE, number, zh="省", en="Province", parent=_NATION))
    for number in range(cities):
        above = f"7{number * provinces // cities:05d}"
        made.append(_made(f"8{number:05d}", UnitKind.CITY, number, zh="市", en="City", parent=above))
    for county, number in zip(_counties(plan, units), range(units), strict=True):
        made.append(county.model_copy(update={"parent": f"8{number * cities // units:05d}"}))
    first = plan.document.root_unit
    own = [unit.model_copy(update={"parent": made[1].code}) if unit.code == first else unit for unit in plan.units]
    document = plan.document.model_copy(update={"root_unit": _NATION})
    return plan.model_copy(update={"document": document, "units": (*own, *made)})


def _made(code: str, kind: UnitKind, number: int, *, zh: str, en: str, parent: str) -> Unit:
    name = Text(zh=f"第{number}{zh}", en=f"{en} {number}")
    return Unit(code=code, kind=kind, name=name, parent=parent, order=_FIRST_MADE[kind] + number)


def write_history(plan: Plan, *, months: int = MONTHS) -> int:
    """One submission for every added county and month, with every element, loaded in bulk. Answers how many figures."""
    units = [unit.code for unit in plan.reporting_units if unit.order >= _FIRST_MADE[UnitKind.COUNTY]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        figures = write_file(path, plan, units, first=add_months(NEWEST, 1 - months), last=NEWEST)
        with path.open("rb") as content:
            load_history(write_session, content, principal=_BUREAU)
    return figures


def revise_everything(plan: Plan) -> None:
    """One more revision of every submission, which changes every figure."""
    with write_session() as session:
        submissions = session.scalar(text("select count(*) from submissions")) or 0
        given = _places(session, plan, submissions=submissions) | {"reason": "更正"}
        for statement in (_LEDGER, _REVISE, _EVENTS, _OBSERVATIONS, _FIGURES):
            session.execute(text(statement), given)
        _derive(session, before=given["before"], submissions=submissions)


def _derive(session: WriteSession, *, before: int, submissions: int) -> None:
    """The rates of what was just written, so many submissions at a time that the database sorts them in memory."""
    plan, end = plan_at(session), before + submissions
    for first in range(before + 1, end + 1, _DERIVED_AT_ONCE):
        derive_rates(session, plan, first=first, last=min(first + _DERIVED_AT_ONCE - 1, end))


def _places(session: WriteSession, plan: Plan, *, submissions: int) -> dict[str, Any]:
    before = session.scalar(text("select max(seq) from ledger_entries")) or 0
    moment = session.scalar(text("select max(recorded_at) from ledger_entries"))
    return {
        "before": before,
        "moment": moment,
        "submissions": submissions,
        "elements": [element.code for element in plan.elements],
        "steps": ["1" if element.decimals == 0 else "0.1" for element in plan.elements],
    }
