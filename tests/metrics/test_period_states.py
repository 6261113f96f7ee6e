"""Late, locked, excepted: how a period stands after any course of events, and the words for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.models import PeriodEvent
from metrics.period_states import (
    PeriodLock,
    PeriodState,
    UnitException,
    end_text,
    excepted_notice,
    expected_submissions,
    late_notice,
    locked_notice,
    period_locked,
)
from metrics.plan.model import Plan
from metrics.queries.period_states import replayed
from tests.plan_folders import LAKESIDE, SEED, plan_in

SEPTEMBER = date(2019, 9, 1)
START = datetime(2019, 10, 20, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"
UNITS = ("441202", "441203")

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["lock", "unlock", "except", "end_exception"]), st.sampled_from(UNITS), st.integers(1, 40)
    ),
    max_size=12,
)


def course(events: list[tuple[str, str, int]]) -> list[PeriodEvent]:
    """One event an hour, as the table would hold them; `lasts` in hours."""
    found = []
    for number, (action, unit, lasts) in enumerate(events):
        at = START + timedelta(hours=number)
        of_unit = action in ("except", "end_exception")
        found.append(
            PeriodEvent(
                seq=number + 1,
                period=SEPTEMBER,
                action=action,
                unit_code=unit if of_unit else None,
                until=at + timedelta(hours=lasts) if action == "except" else None,
                actor="bureau",
                reason="x",
                recorded_at=at,
            )
        )
    return found


@given(EVENTS, st.integers(0, 60), st.sampled_from(UNITS))
def test_the_newest_event_of_its_sort_decides(events: list[tuple[str, str, int]], hours: int, unit: str) -> None:
    """Against a look backwards: the newest lock or unlock, and the unit's newest exception or end of one."""
    recorded, moment = course(events), START + timedelta(hours=hours)
    state = replayed(recorded).get(SEPTEMBER, PeriodState(None, {}))
    of_period = [event for event in reversed(recorded) if event.unit_code is None]
    of_unit = [event for event in reversed(recorded) if event.unit_code == unit]
    locked = bool(of_period) and of_period[0].action == "lock"
    excepted = bool(of_unit) and of_unit[0].until is not None and moment < of_unit[0].until
    assert (state.lock is not None) == locked
    assert (state.exception_of(unit, at=moment) is not None) == excepted
    assert (state.lock_for(unit, at=moment) is not None) == (locked and not excepted)
    if state.lock is not None:
        assert state.lock.seq == of_period[0].seq


@pytest.mark.parametrize(
    ("until", "text"),
    [
        ("2019-10-31T16:00:00+00:00", "2019-10-31 24:00"),
        ("2019-10-31T10:00:00+00:00", "2019-10-31 18:00"),
        ("2019-10-31T15:59:59+00:00", "2019-10-31 23:59:59"),
        ("2019-10-31T16:00:00.5+00:00", "2019-11-01 00:00"),
    ],
)
def test_an_end_is_written_as_people_say_it(until: str, text: str) -> None:
    assert end_text(datetime.fromisoformat(until), timezone=ZONE) == text


def test_late_locked_and_excepted_have_three_messages_in_two_languages() -> None:
    lock = PeriodLock(START, "bureau", "", 7)
    exception = UnitException("441202", START + timedelta(days=3), "bureau", "故障", START, 8)
    found = [
        late_notice(days_late=1, received=False, due_on=date(2019, 10, 5)),
        late_notice(days_late=6, received=True, due_on=date(2019, 10, 5)),
        locked_notice(SEPTEMBER, lock, timezone=ZONE),
        excepted_notice(exception, timezone=ZONE),
    ]
    assert [(notice.code, notice.message.zh, notice.message.en) for notice in found] == [
        (
            "late",
            "逾期未报:应于 2019-10-05 前报送(含当日),已过 1 天。",
            "Late: it was due by 2019-10-05, 1 day ago, and has not come.",
        ),
        (
            "late",
            "逾期:应于 2019-10-05 前报送(含当日),迟报 6 天。",
            "Late: it was due by 2019-10-05 and came 6 days after that.",
        ),
        (
            "locked",
            "已锁定:2019-09 自 2019-10-20 09:00:00 起由 bureau 锁定,不接受报送和更正。",
            "Locked: bureau locked 2019-09 at 2019-10-20 09:00:00; it takes no submissions and no revisions.",
        ),
        (
            "excepted",
            "例外:本单位可报送和更正至 2019-10-23 09:00。是否逾期仍按期限判定。",
            "Excepted: this unit may send and revise its submission until 2019-10-23 09:00. "
            "Whether it is late is judged as ever.",
        ),
    ]
    refused = period_locked(SEPTEMBER, lock, ended=exception, timezone=ZONE)
    assert "本单位的例外已于 2019-10-23 09:00 到期" in refused.message.zh
    assert "this unit's exception ran out at 2019-10-23 09:00" in refused.message.en


SEPTEMBER = date(2019, 9, 1)


def changed(plan: Plan, code: str, **fields: object) -> Plan:
    body = plan.model_dump()
    units = [unit | fields if unit["code"] == code else unit for unit in body["units"]]
    return Plan.model_validate(body | {"units": units})


def test_eleven_units_owe_every_block_and_the_third_zone_owes_none() -> None:
    plan = plan_in(SEED)
    rows = expected_submissions(plan, SEPTEMBER)
    assert [row.unit for row in rows] == [unit.code for unit in plan.reporting_units]
    assert [row.unit for row in rows if not row.required] == ["ZQ-YUEGUI"]
    blocks = tuple(block.code for block in plan.blocks)
    assert {row.blocks for row in rows if row.required} == {blocks}
    assert [row.blocks for row in rows if not row.required] == [()]


def test_another_citys_units_owe_its_own_blocks() -> None:
    plan = plan_in(LAKESIDE)
    rows = expected_submissions(plan, date(2023, 12, 1))
    assert [(row.unit, row.blocks) for row in rows] == [
        ("OLD-TOWN", ("meters", "water")),
        ("NORTH-SHORE", ("meters", "water")),
    ]  # the third unit came later


def test_a_unit_owes_the_blocks_it_lists_in_the_forms_order() -> None:
    plan = changed(plan_in(SEED), "441202", blocks=("network", "items"))
    found = {row.unit: row.blocks for row in expected_submissions(plan, SEPTEMBER)}
    assert found["441202"] == ("items", "network")
    assert len(found["441203"]) == 17


def test_a_unit_owes_nothing_before_it_existed_and_after_it_ended() -> None:
    plan = changed(plan_in(SEED), "441202", valid_from=date(2019, 9, 30), valid_to=date(2019, 10, 30))
    owing = {
        month: "441202" in {row.unit for row in expected_submissions(plan, date(2019, month, 1))}
        for month in (8, 9, 10)
    }
    assert owing == {8: False, 9: True, 10: False}
