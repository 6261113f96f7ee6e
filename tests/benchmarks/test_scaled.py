"""The made counties of the benchmarks: whole submissions, revised, and read back by the queries that pages use."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select, text

from benchmarks.databases import READER
from benchmarks.scaled import in_a_tree, load_scaled_plan, revise_everything, write_history
from benchmarks.trust import STAND_INS
from metrics.cli.plan import CITY_PLAN
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import make_engine, read_session, use_engine, write_session
from metrics.models import Figure, Observation, SubmissionEvent
from metrics.plan.files import read_plan, source_text
from metrics.plan.model import UnitKind
from metrics.plan.rules import check_plan
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.view import view_at
from tests.databases import Server

COUNTIES, MONTHS = 2, 3


def test_scaled_history_is_whole_and_can_be_revised(server: Server) -> None:
    with server.database(plan=False) as database, use_engine(make_engine(database.url)):
        plan = load_scaled_plan(COUNTIES)
        figures = COUNTIES * MONTHS * len(plan.elements)
        assert write_history(plan, months=MONTHS) == figures
        revise_everything(plan)
        with read_session(READER) as session:
            counted = [session.scalar(select(func.count()).select_from(table)) for table in (Figure, Observation)]
            events = session.scalar(select(func.count()).select_from(SubmissionEvent))
            periods = known_periods(session, view_at(session))
    assert (counted, events) == ([figures, 2 * figures], 2 * COUNTIES * MONTHS)
    assert periods is not None
    assert (periods[1].year - periods[0].year) * 12 + periods[1].month - periods[0].month == MONTHS - 1


def test_what_stands_in_for_entries_can_be_signed(server: Server) -> None:
    """The signer holds hashes against entries: a benchmark of a ledger that it refuses measures nothing."""
    with server.database(plan=False) as database, use_engine(database.engine):
        plan = load_scaled_plan(2)
        with write_session() as session:
            issue_checkpoint(session)
        write_history(plan, months=2)
        revise_everything(plan)
        with write_session() as session:
            session.execute(text(STAND_INS), {"entries": 600})
        with write_session() as session:
            assert issue_checkpoint(session).size == 600


def test_a_scaled_tree_is_a_plan_whose_every_county_stands_below_a_city_of_a_province() -> None:
    plan = in_a_tree(read_plan(CITY_PLAN), 200)
    assert check_plan(plan, source_text(CITY_PLAN)) == ()
    kinds = Counter(unit.kind for unit in plan.units)
    assert (kinds[UnitKind.NATION], kinds[UnitKind.PROVINCE], kinds[UnitKind.CITY]) == (1, 2, 26)
    by_code = plan.unit_by_code
    above = {by_code[by_code[str(u.parent)].parent or ""].kind for u in plan.reporting_units}
    assert above == {UnitKind.PROVINCE}
    assert len(plan.reporting_units_under(plan.document.root_unit)) == 200 + 12
