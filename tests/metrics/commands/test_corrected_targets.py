"""Revisions that are in force already are corrected from today on; a clause is looked for in all texts of the plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics.database import WriteSession
from metrics.errors import Invalid
from metrics.plan.store import plan_at
from tests.metrics.commands.test_own_targets import DUANZHOU, in_force, own, revise
from tests.metrics.commands.test_revise_target import problems, revision


def test_what_has_been_in_force_is_corrected_from_today_and_the_refusal_says_so(session: WriteSession) -> None:
    held = revise(session, own(DUANZHOU, threshold="60"))
    today = f"{datetime.now(UTC).astimezone(ZoneInfo('Asia/Shanghai')).date()}"
    with pytest.raises(Invalid) as refused:
        revise(session, own(DUANZHOU, threshold="61", replaces=held.revision))
    assert ("replaces_in_force", "/replaces") in problems(refused)
    assert today in refused.value.problems[0].message.zh
    assert today in refused.value.problems[0].message.en
    late = {"effective_from": today, "due_on": "2036-01-01"}
    first = revise(session, own(DUANZHOU, threshold="61") | late)  # as the refusal says
    again = revise(session, own(DUANZHOU, threshold="62", replaces=first.revision) | late)  # what holds from today
    assert in_force(plan_at(session), DUANZHOU, date.fromisoformat(today)).revision == again.revision
    day_before = date.fromisoformat(today) - timedelta(days=1)
    assert in_force(plan_at(session), DUANZHOU, day_before).revision == held.revision


@pytest.mark.parametrize(
    ("cited", "code", "said_so"),
    [
        ({"task": 1}, "quote_not_in_task", "It stands in: the deadline of task 5"),
        ({"task": 1, "quote": "没有这样的话"}, "quote_not_in_task", "Looked in: the texts of 50 tasks, the deadlines"),
        (
            {"where": "肇府函〔2019〕83号 二", "quote": "没有这样的话"},
            "quote_not_in_plan",
            "clauses that the plan cites",
        ),
        ({"task": 5, "line": 4711}, "quote_not_on_line", "stands not on line 4711 of the plan's text, but on 82"),
        ({"where": "肇府函〔2019〕83号"}, "quote_not_on_line", "stands not on line 1 of the plan's text, but on"),
    ],
)
def test_a_clause_said_to_be_the_plans_is_looked_for_in_all_its_texts(
    session: WriteSession, cited: dict[str, object], code: str, said_so: str
) -> None:
    clause = {"where": "二", "line": 1, "quote": "政务服务事项网上可办率不低于70%"} | cited
    with pytest.raises(Invalid) as refused:
        revise(session, own(DUANZHOU, due_on="2019-12-31") | {"citations": [clause]})
    assert [problem.code for problem in refused.value.problems] == [code]
    assert said_so in refused.value.problems[0].message.en


def test_a_unit_and_an_element_are_left_out_or_named_once(session: WriteSession) -> None:
    texts = {name: {"zh": "例外", "en": "exception"} for name in ("name", "effect", "evidence")}
    twice = [{"code": code, "element": "exempt_online", **texts} for code in ("A", "B")]
    with pytest.raises(Invalid) as refused:
        revise(session, own(DUANZHOU, due_on="2019-12-31") | {"exclusions": twice})
    assert ("exclusion_element_twice", "/exclusions/1/element") in problems(refused)
    with pytest.raises(Invalid) as refused:
        revise(session, revision(scope_units=[DUANZHOU, DUANZHOU]))
    assert ("unit_twice", "/scope_units/1") in problems(refused)
