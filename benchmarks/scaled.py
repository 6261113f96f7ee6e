"""A national history, generated: the city's plan with hundreds of units, every element of every month, set-based.

The ledger's leaves are stand-ins (what is measured reads figures, not proofs); everything else is as the service would
have written it: one event, one submission and one sequence number a return, its figures beside its observations.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from metrics.cli.plan import CITY_PLAN
from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession, write_session
from metrics.plan.files import read_plan
from metrics.plan.model import Plan, Text, Unit, UnitKind

MONTHS = 120
NEWEST = date(2020, 5, 1)  # some targets are due, some are still ahead and projected
_LEDGER = """
insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
select :before + n, 'submission', cast(:moment as timestamptz) + n * interval '1 second', '{}',
    sha256(convert_to(gen_random_uuid()::text, 'utf8'))
from generate_series(1, :returns) n
"""
_SUBMISSIONS = """
insert into submissions (unit_code, period, revision, state, seq, first_recorded_at)
select u.code, p.period, 1, 'submitted', :before + row_number() over (order by p.period, u.place),
    cast(:moment as timestamptz) + row_number() over (order by p.period, u.place) * interval '1 second'
from unnest(cast(:units as text[])) with ordinality u(code, place),
    generate_series(
        cast(:newest as date) - (:months - 1) * interval '1 month', cast(:newest as date), '1 month'
    ) p(period)
order by p.period, u.place
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


def load_scaled_plan(units: int) -> Plan:
    """The city's plan with `units` reporting counties more; loaded."""
    plan = read_plan(CITY_PLAN)
    counties = tuple(
        Unit(
            code=f"9{number:05d}",
            kind=UnitKind.COUNTY,
            name=Text(zh=f"第{number}县", en=f"County {number}"),
            parent=plan.document.root_unit,
            order=1000 + number,
        )
        for number in range(units)
    )
    scaled = plan.model_copy(update={"units": (*plan.units, *counties)})
    with write_session() as session:
        load_plan(session, scaled, actor="benchmark")
    return scaled


def write_history(plan: Plan, *, months: int = MONTHS) -> int:
    """One return for every added county and month, with every element. Answers the number of observations."""
    units = [unit.code for unit in plan.units if unit.order >= 1000]
    with write_session() as session:
        given = _places(session, plan, returns=len(units) * months) | {
            "units": units,
            "months": months,
            "newest": NEWEST,
            "reason": "",
        }
        for statement in (_LEDGER, _SUBMISSIONS, _EVENTS, _OBSERVATIONS, _FIGURES):
            session.execute(text(statement), given)
    return len(units) * months * len(plan.elements)


def revise_everything(plan: Plan) -> None:
    """One more revision of every return, which changes every figure."""
    with write_session() as session:
        returns = session.scalar(text("select count(*) from submissions")) or 0
        given = _places(session, plan, returns=returns) | {"reason": "更正"}
        for statement in (_LEDGER, _REVISE, _EVENTS, _OBSERVATIONS, _FIGURES):
            session.execute(text(statement), given)


def _places(session: WriteSession, plan: Plan, *, returns: int) -> dict[str, object]:
    before = session.scalar(text("select max(seq) from ledger_entries")) or 0
    moment = session.scalar(text("select max(recorded_at) from ledger_entries"))
    return {
        "before": before,
        "moment": moment,
        "returns": returns,
        "elements": [element.code for element in plan.elements],
        "steps": ["1" if element.decimals == 0 else "0.1" for element in plan.elements],
    }
