"""How a slip stands after what was done with it, held against a slow oracle that looks back over all acts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.supervision.slip_steps import Party, Step, open_duties, possible_steps
from metrics.supervision.slip_words import (
    ACTS_IN_WORDS,
    DONE_IN_WORDS,
    next_number,
    slip_etag,
    steps_in_words,
    written_number,
)
from metrics.supervision.slips import LATE, OPEN, OVER, Done, SlipAct, SlipState, as_handed_on, slip_after

UNIT, OTHER = "441202", "441203"
ISSUED = date(2019, 10, 8)
DUE = date(2019, 10, 31)
A = SlipAct
WALK = (
    Done(A.ISSUE, ISSUED, due_on=DUE),
    Done(A.RECEIVE, date(2019, 10, 9)),
    Done(A.DELEGATE, date(2019, 10, 10), to_unit=OTHER, due_on=date(2019, 10, 20)),
    Done(A.ASK_EXTENSION, date(2019, 10, 30), due_on=date(2019, 11, 15)),
    Done(A.GRANT_EXTENSION, date(2019, 10, 31), due_on=date(2019, 11, 15)),
    Done(A.RECEIVE, date(2019, 10, 11), part=1),
    Done(A.ANSWER, date(2019, 10, 21), part=1),
    Done(A.ANSWER, date(2019, 11, 18)),
    Done(A.RETURN, date(2019, 11, 19), due_on=date(2019, 11, 25)),
    Done(A.ANSWER, date(2019, 11, 22)),
    Done(A.REVIEW, date(2019, 11, 25)),
    Done(A.CLOSE, date(2019, 11, 26)),
)


def states(*acts: Done) -> list[str]:
    return [slip_after(acts[: n + 1]).state.value for n in range(len(acts))]


def test_a_slip_goes_its_way() -> None:
    assert states(*WALK) == [
        "issued",
        *["in_hand"] * 6,
        "answered",
        "returned",
        "answered",
        "reviewed",
        "closed",
    ]
    over = slip_after(WALK)
    assert (over.due_on, over.extensions, over.returns, over.acts) == (date(2019, 11, 25), 1, 1, 12)
    assert (over.age(date(2020, 1, 1)), over.days_late(date(2020, 1, 1)), over.days_left(DUE)) == (49, 0, None)


def test_late_slips_are_those_whose_unit_owes_an_answer_after_the_day() -> None:
    on = date(2019, 12, 24)
    late = [slip_after(WALK[: n + 1]).is_among(LATE, on=on) for n in range(len(WALK))]
    assert late == [*[True] * 7, False, True, False, False, False]
    assert not slip_after(WALK[:1]).is_among(LATE, on=DUE)
    opened = [slip_after(WALK[: n + 1]).is_among(OPEN, on=on) for n in range(len(WALK))]
    assert opened == [*[True] * 11, False]
    assert slip_after(WALK).is_among("closed", on=on)


def test_every_act_has_words_for_doing_it_and_for_having_done_it() -> None:
    assert set(ACTS_IN_WORDS) == set(DONE_IN_WORDS) == set(SlipAct)
    assert all(DONE_IN_WORDS[act].zh == ACTS_IN_WORDS[act].zh for act in SlipAct)


@pytest.mark.parametrize(
    ("until", "on", "left", "late"),
    [
        (2, "2019-10-31", 0, 0),
        (2, "2019-11-01", None, 1),
        (5, "2019-11-01", 14, 0),
        (8, "2019-12-24", None, 3),  # answered three days late, and late by no more while the bureau reviews
        (9, "2019-11-25", 0, 0),
        (9, "2019-11-26", None, 1),
    ],
)
def test_days_are_counted_to_the_due_day_in_force(until: int, on: str, left: int | None, late: int) -> None:
    slip, day = slip_after(WALK[:until]), date.fromisoformat(on)
    assert (slip.days_left(day), slip.days_late(day)) == (left, late)


@pytest.mark.parametrize(
    ("until", "on", "unit", "part", "bureau"),
    [
        (1, DUE, "sign for it", "", "withdraw it"),
        (2, DUE, "answer; hand on a part; ask for an extension", "", "withdraw it"),
        (2, DUE + timedelta(days=1), "answer; hand on a part", "", "withdraw it"),
        (
            4,
            DUE,
            "answer (part 1); hand on a part",
            "sign for it (part 1)",
            "grant the extension; refuse the extension; withdraw it",
        ),
        (
            6,
            DUE,
            "answer (part 1); hand on a part; ask for an extension",
            "answer (part 1)",
            "withdraw it",
        ),
        (7, date(2019, 11, 16), "answer; hand on a part", "", "withdraw it"),
        (8, DUE, "", "", "pass the review; send it back; withdraw it"),
        (11, DUE, "", "", "close it; send it back; withdraw it"),
        (12, DUE, "", "", ""),
    ],
)
def test_what_is_possible_is_said_to_each(until: int, on: date, unit: str, part: str, bureau: str) -> None:
    slip = slip_after(WALK[:until])
    parties = ((Party.UNIT, UNIT), (Party.PART, OTHER), (Party.BUREAU, ""))
    said = [steps_in_words(possible_steps(slip, party, on=on, unit=who)).en for party, who in parties]
    assert said == [unit, part, bureau]


def test_duties_say_who_owes_what_by_when() -> None:
    owed = [(duty.party, duty.act, duty.due_on, duty.part) for duty in open_duties(slip_after(WALK[:4]))]
    assert owed == [
        (Party.UNIT, A.ANSWER, DUE, None),
        (Party.PART, A.RECEIVE, date(2019, 10, 20), 1),
        (Party.BUREAU, A.GRANT_EXTENSION, None, None),
    ]
    assert [duty.act for duty in open_duties(slip_after(WALK[:8]))] == [A.REVIEW]
    assert open_duties(slip_after(WALK)) == ()


def test_numbers_run_on_within_a_year() -> None:
    assert next_number(2019, []) == "2019-1"
    assert next_number(2019, ["2018-40", "2019-2", "2019-10", "20190-11"]) == "2019-11"
    assert (written_number("2019-3"), slip_etag("2019-3", 7)) == ("督办〔2019〕3号", '"slip-2019-3-7"')


def looked_back(acts: list[Done]) -> SlipState:
    """The oracle: the newest act on the whole that changes how a slip stands says how it does."""
    means = {
        A.ISSUE: SlipState.ISSUED,
        A.RECEIVE: SlipState.IN_HAND,
        A.ANSWER: SlipState.ANSWERED,
        A.REVIEW: SlipState.REVIEWED,
        A.RETURN: SlipState.RETURNED,
        A.CLOSE: SlipState.CLOSED,
        A.WITHDRAW: SlipState.WITHDRAWN,
    }
    return [means[done.act] for done in acts if done.part is None and done.act in means][-1]


def may_follow(acts: list[Done], party: Party, step: Step, *, on: date) -> bool:
    """The oracle: whether an act may follow, from what has happened since and nothing else."""
    act, number = step
    state = looked_back(acts)
    asked = [done.act for done in acts if done.act in (A.ASK_EXTENSION, A.GRANT_EXTENSION, A.REFUSE_EXTENSION)]
    pending = asked[-1:] == [A.ASK_EXTENSION]
    due = [done.due_on for done in acts if done.act in (A.ISSUE, A.GRANT_EXTENSION, A.RETURN) and done.due_on][-1]
    handed = [done for done in acts if done.act is A.DELEGATE]
    of_part = [done.act for done in acts if done.part == number and number is not None]
    open_parts = [n for n in range(1, len(handed) + 1) if (A.ANSWER, n) not in {(d.act, d.part) for d in acts}]
    in_work = state in (SlipState.IN_HAND, SlipState.RETURNED)
    if state in OVER:
        return False
    if party is Party.BUREAU:
        follows = {
            A.REVIEW: state is SlipState.ANSWERED,
            A.CLOSE: state is SlipState.REVIEWED,
            A.RETURN: state in (SlipState.ANSWERED, SlipState.REVIEWED),
            A.GRANT_EXTENSION: pending,
            A.REFUSE_EXTENSION: pending,
            A.WITHDRAW: True,
        }
        return number is None and follows.get(act, False)
    if party is Party.PART:
        theirs = number is not None and number <= len(handed) and handed[number - 1].to_unit == OTHER
        follows = {A.RECEIVE: A.RECEIVE not in of_part, A.ANSWER: A.RECEIVE in of_part}
        return theirs and in_work and A.ANSWER not in of_part and follows.get(act, False)
    return {
        A.RECEIVE: number is None and state is SlipState.ISSUED,
        A.ANSWER: in_work and (number in open_parts if number is not None else not open_parts),
        A.DELEGATE: number is None and in_work and len(handed) < 20,
        A.ASK_EXTENSION: number is None and in_work and not pending and on <= due,
    }.get(act, False)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_what_is_possible_and_how_it_stands_agree_with_the_oracle(data: st.DataObject) -> None:
    acts, day = [Done(A.ISSUE, ISSUED, due_on=DUE)], ISSUED
    for _step in range(14):
        slip = slip_after(acts)
        assert slip.state is looked_back(acts)
        day += timedelta(days=data.draw(st.integers(0, 9)))
        possible = []
        for party in Party:
            steps = [(act, n) for act in A if act is not A.ISSUE for n in (None, *range(1, 15))]
            found = set(possible_steps(slip, party, on=day, unit=OTHER))
            assert found == {step for step in steps if may_follow(acts, party, step, on=day)}
            possible += sorted(found, key=str)
        if not possible:
            break
        act, part = data.draw(st.sampled_from(possible))
        to = data.draw(st.sampled_from([OTHER, ""])) if act is A.DELEGATE else ""
        sets = act in (A.DELEGATE, A.ASK_EXTENSION, A.GRANT_EXTENSION, A.RETURN)
        acts.append(Done(act, day, part, to, day + timedelta(days=9) if sets else None))


def test_whoever_has_parts_alone_sees_them_as_their_slip() -> None:
    handed = [
        Done(A.DELEGATE, date(2019, 10, 12), part=2, to_unit=OTHER, due_on=date(2019, 10, 20)),
        Done(A.DELEGATE, date(2019, 10, 13), part=4, to_unit=OTHER, due_on=date(2019, 10, 16)),
    ]
    begun = [Done(A.ISSUE, ISSUED, due_on=DUE), Done(A.RECEIVE, date(2019, 10, 11)), *handed]

    def seen(*more: Done) -> tuple[SlipState, date, date | None]:
        slip = as_handed_on(slip_after([*begun, *more]))
        assert [duty.party for duty in open_duties(slip)] in ([], [Party.PART], [Party.PART] * 2)
        return slip.state, slip.due_on, slip.answered_on

    received = [Done(A.RECEIVE, date(2019, 10, 14), part=number) for number in (2, 4)]
    answered = [Done(A.ANSWER, date(2019, 10, 15), part=4), Done(A.ANSWER, date(2019, 10, 22), part=2)]
    assert seen(received[0]) == (SlipState.ISSUED, date(2019, 10, 16), None)
    assert seen(*received) == (SlipState.IN_HAND, date(2019, 10, 16), None)
    assert seen(*received, answered[0]) == (SlipState.IN_HAND, date(2019, 10, 20), None)
    assert seen(*received, *answered) == (SlipState.ANSWERED, date(2019, 10, 16), date(2019, 10, 22))
    assert seen(Done(A.WITHDRAW, date(2019, 10, 15)))[0] is SlipState.WITHDRAWN
    slip = as_handed_on(slip_after([*begun, received[0]]))
    assert possible_steps(slip, Party.PART, on=ISSUED, unit=OTHER) == ((A.ANSWER, 2), (A.RECEIVE, 4))
