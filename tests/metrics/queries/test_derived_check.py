"""A derived table that was changed is found and its row named; one that nobody touched raises no alarm."""

from __future__ import annotations

import random

from sqlalchemy import text

from metrics.commands.keep_far_past import keep_far_past
from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.plan.store import plan_at
from metrics.queries.derived_check import derived_findings
from metrics.queries.far_past_facts import facts_to_keep
from metrics.results import Basis
from tests.beginnings import beginning
from tests.metrics.commands.test_derive_rates import with_other_formula
from tests.metrics.queries.test_far_past import act

_FIRST = "(unit_code, period, seq) = (select unit_code, period, seq from unit_rates order by seq limit 1)"
_LAST = "(unit_code, period, seq) = (select unit_code, period, seq from unit_rates order by seq desc limit 1)"
_ENDED = "(unit_code, basis, seq) = (select unit_code, basis, seq from unit_turns where until_seq is not null limit 1)"
_CHANGES = (
    (f"update unit_rates set numerators[3] = numerators[3] + 1 where {_FIRST}", "unit_rates"),
    (f"update unit_rates set denominators[1] = null where {_FIRST}", "unit_rates"),
    ("update unit_rates set state = 'returned' where state = 'verified' and until_seq is null", "unit_rates"),
    (f"update unit_rates set until_seq = seq + 1000000 where {_FIRST}", "unit_rates"),
    (f"update unit_rates set seq = seq + 1000000 where {_LAST}", "unit_rates"),
    ("insert into unit_rates select 'nobody', period, seq, null, submission_id, state, numerators, denominators,"
     " formulas from unit_rates limit 1", "unit_rates"),
    ("with ended as (update unit_rates set until_seq = 1000000 where until_seq is null returning *)"
     " insert into unit_rates select unit_code, period, 1000000, null, submission_id, state, denominators,"
     " denominators, formulas from ended", "unit_rates"),
    ("insert into unit_rates select unit_code, period, 0, min(seq), min(submission_id), 'submitted', '{}', '{}', 1"
     " from unit_rates where formulas = 1 group by unit_code, period", "unit_rates"),
    ("insert into unit_rates select unit_code, period, seq, until_seq, submission_id, state, numerators,"
     " denominators, 3 from unit_rates limit 1", "unit_rates"),
    ("insert into unit_rates select unit_code, period, (select max(seq) from unit_rates), null, submission_id,"
     " state, numerators, denominators, 1 from unit_rates where formulas = 1 and until_seq is null limit 1",
     "unit_rates"),
    ("insert into stored_formulas values (3, 1000000)", "stored_formulas"),
    ("insert into unit_turns select unit_code, 'nobody', seq, until_seq, months from unit_turns limit 1",
     "unit_turns"),
    ("insert into rolled_up_rates select unit_code, 'nobody', period, seq, until_seq, numerators, denominators,"
     " states, reported, carried, expected from rolled_up_rates limit 1", "rolled_up_rates"),
    (f"update unit_turns set until_seq = null where {_ENDED}", "unit_turns"),
    (f"update unit_turns set until_seq = until_seq - 1 where {_ENDED}", "unit_turns"),
    ("update rolled_up_rates set until_seq = (select max(seq) from far_past) where until_seq is null and"
     " seq < (select max(seq) from far_past)", "rolled_up_rates"),
    ("update rolled_up_rates set seq = (select max(seq) from far_past) where until_seq is null and"
     " seq < (select max(seq) from far_past)", "rolled_up_rates"),
    ("delete from far_past where seq = (select max(seq) from far_past)", "far_past"),
    ("insert into far_past select 'nobody', seq, first, through, conditions from far_past limit 1", "far_past"),
    ("update unit_turns set months[2] = months[2] - 1 where basis = 'submitted' and unit_code = '441202'",
     "unit_turns"),
    ("delete from unit_turns where basis = 'verified' and unit_code = '441203'", "unit_turns"),
    ("update rolled_up_rates set expected[1] = 9 where basis = 'submitted'", "rolled_up_rates"),
    ("delete from rolled_up_rates where basis = 'verified'", "rolled_up_rates"),
    ("update far_past set seq = 1000000 where basis = 'submitted' and seq = (select max(seq) from far_past)",
     "far_past"),
    ("update far_past set conditions[1] = 'online_rate >= 1'", "far_past"),
)  # fmt: skip


@beginning
def history(session: WriteSession) -> WriteSession:
    """Submissions of several months, revised and verified, another formula, and the far past of them kept."""
    chance = random.Random("checked")
    for step in range(22):
        act(session, chance)
        if step == 12:
            load_plan(session, with_other_formula(plan_at(session)), actor="tests")
    newest = newest_seq(session)
    for basis in Basis:
        for seq in (newest, newest - 12):
            facts = facts_to_keep(session, basis, seq=seq)
            assert facts is not None
            keep_far_past(session, facts)
    act(session, chance)
    return session


def test_what_follows_from_the_ledger_raises_no_alarm(history: WriteSession) -> None:
    assert list(derived_findings(history)) == []


def test_a_changed_row_is_named(history: WriteSession) -> None:
    for change, table in _CHANGES:
        with history.begin_nested() as changed:
            assert history.connection().execute(text(change)).rowcount > 0, change
            found = {finding.table for finding in derived_findings(history)}
            changed.rollback()
        assert table in found, change
        # Where nothing is known of a place, what is said to begin there is named as well.
        assert found - {table} <= {"far_past", "unit_turns", "rolled_up_rates"}, change
        assert table != "unit_rates" or found == {table}, change
