"""What is done with a slip after it was issued: signed for, handed on, answered; extended, reviewed, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from metrics.commands.issue_slip import due_problems, local_day, refuse_slip, text_problems
from metrics.commands.record_slip_act import SlipRecorded, record_slip_act
from metrics.database import WriteSession
from metrics.errors import Conflict, Message, Problem
from metrics.evidence import evidence_problems, is_visible
from metrics.forms import as_given
from metrics.if_match import require_named
from metrics.ledger.entry import next_place
from metrics.models import SlipActRecord
from metrics.periods import parse_day, rolled_forward
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.attachments import files_to_carry
from metrics.queries.slips import SlipRow, slip_numbered
from metrics.submissions import unit_problems
from metrics.supervision.slip_steps import Party, possible_steps
from metrics.supervision.slip_words import ACTS_IN_WORDS, STATES_IN_WORDS, steps_in_words
from metrics.supervision.slips import BUREAU_ACTS, Slip, SlipAct

_LONGEST_NAME = 60
_SAID = frozenset(  # acts that need words; to sign for it, to grant, to pass and to close may do without
    {
        SlipAct.DELEGATE,
        SlipAct.ANSWER,
        SlipAct.ASK_EXTENSION,
        SlipAct.REFUSE_EXTENSION,
        SlipAct.RETURN,
        SlipAct.WITHDRAW,
    }
)


@dataclass(frozen=True, slots=True)
class ActGiven:
    """What is done. `due_on`, as written: of a part, the day asked for or granted, the new day of what is sent back;
    empty where the day in force stays. `part`: the one that is signed for or answered. `to_name`: in words, to whom a
    part is handed that is no unit here.
    """

    act: SlipAct
    text: str = ""
    due_on: str = ""
    part: int | None = None
    to_unit: str = ""
    to_name: str = ""
    evidence: str = ""
    attachments: Sequence[int] = ()


def act_on_slip(
    session: WriteSession,
    number: str,
    *,
    principal: Principal,
    given: ActGiven,
    if_match: str | None,
    simulated_at: datetime | None = None,
) -> SlipRecorded:
    """Record the act on the slip `number`; `if_match` names the slip as its actor saw it.

    Raises Forbidden for another role, NotFound for a slip that is not the principal's to see, VersionMissing or Stale,
    Conflict `slip_act_impossible` with what is possible now, Invalid with every problem found.
    """
    principal.require(Scope.SUPERVISE if given.act in BUREAU_ACTS else Scope.ANSWER_SLIP)
    plan = plan_at(session)
    place = next_place(session, simulated=simulated_at)
    found = slip_numbered(session, number, timezone=plan.document.timezone, principal=principal)
    _require_seen(found, if_match)
    today = local_day(plan, place.recorded_at)
    unit = _acting_unit(found, principal, given)
    _require_possible(found.stands, given, unit=unit, addressed=found.unit, on=today)
    due_on = _read(plan, found, given, today=today)
    files = files_to_carry(session, given.attachments, unit=unit)
    row = SlipActRecord(
        seq=place.seq,
        slip=number,
        act=given.act.value,
        unit_code=unit,
        part=len(found.stands.parts) + 1 if given.act is SlipAct.DELEGATE else given.part,
        to_unit=given.to_unit,
        to_name=given.to_name,
        title="",
        text=given.text,
        due_on=due_on,
        origin="",
        target_code="",
        task_number=None,
        period=None,
        finding="",
        evidence=given.evidence,
        attachments=[file.seq for file in files],
        actor=principal.username,
        recorded_at=place.recorded_at,
    )
    return record_slip_act(
        session, plan, row, principal=principal, place=place, files=files, synthetic=simulated_at is not None
    )


def _require_seen(found: SlipRow, if_match: str | None) -> None:
    require_named(
        if_match,
        found.etag,
        missing=Message(
            f"办理{found.written}须在 If-Match 中写明所依据的版本。",
            f"Whoever acts on slip {found.number} names in If-Match how they saw it.",
        ),
        changed=lambda: Message(
            f"{found.written}在此期间已有新的办理,现为“{STATES_IN_WORDS[found.stands.state].zh}”,请核对后再办。",
            f"Something was done with slip {found.number} meanwhile; it is "
            f"{STATES_IN_WORDS[found.stands.state].en} now. Look at it and do yours again.",
        ),
    )


def _acting_unit(found: SlipRow, principal: Principal, given: ActGiven) -> str:
    """The unit that acts: the slip's own if the principal is of it, else the part's; the slip's for the bureau."""
    if given.act in BUREAU_ACTS or found.unit in principal.units:
        return found.unit
    part = found.stands.part(given.part) if given.part is not None else None
    if part is not None and part.to_unit in principal.units:
        return part.to_unit
    return min(found.units & principal.units, default=found.unit)


def _require_possible(slip: Slip, given: ActGiven, *, unit: str, addressed: str, on: date) -> None:
    """Raise Conflict, with what is possible now, unless the act is."""
    party = Party.BUREAU if given.act in BUREAU_ACTS else Party.UNIT if unit == addressed else Party.PART
    possible = possible_steps(slip, party, on=on, unit=unit)
    if (given.act, given.part) in possible:
        return
    state, asked = STATES_IN_WORDS[slip.state], ACTS_IN_WORDS[given.act]
    raise Conflict(
        "slip_act_impossible",
        Message(
            f"督办单现为“{state.zh}”,不能{asked.zh};"
            + (f"现在可以:{steps_in_words(possible).zh}。" if possible else "现在无须办理。"),
            f"The slip is {state.en}; you cannot {asked.en} now. "
            + (f"What you can do: {steps_in_words(possible).en}." if possible else "There is nothing for you to do."),
        ),
    )


def _read(plan: Plan, found: SlipRow, given: ActGiven, *, today: date) -> date | None:
    """The day that the act sets or asks for, None for none. Raises Invalid with every problem found."""
    problems = text_problems(given.text, needed=given.act in _SAID) + evidence_problems(given.evidence)
    due_on, days = _day(plan, found.stands, given, today=today)
    problems += days
    if given.act is SlipAct.DELEGATE:
        problems += _handed_to_problems(plan, found, given, today=today)
    if problems:
        raise refuse_slip(problems)
    return due_on


def _day(plan: Plan, slip: Slip, given: ActGiven, *, today: date) -> tuple[date | None, list[Problem]]:
    written, day = given.due_on, parse_day(given.due_on) if given.due_on else None
    if given.act is SlipAct.DELEGATE:
        if not written:
            return slip.due_on, []
        return day, due_problems(written, day, earliest=today, latest=max(slip.due_on, today))
    if given.act in (SlipAct.ASK_EXTENSION, SlipAct.GRANT_EXTENSION):
        if given.act is SlipAct.GRANT_EXTENSION and not written:
            return slip.asked_until, []
        problems = due_problems(written, day, earliest=slip.due_on + timedelta(days=1))
        return None if day is None else rolled_forward(day, rule=plan.due_rule), problems
    if given.act is SlipAct.RETURN:
        if not written and slip.due_on >= today:
            return None, []
        problems = due_problems(written, day, earliest=max(today, slip.due_on))
        return None if day is None else rolled_forward(day, rule=plan.due_rule), problems
    return None, []


def _handed_to_problems(plan: Plan, found: SlipRow, given: ActGiven, *, today: date) -> list[Problem]:
    """A part goes to another unit, or to somebody in words; not both."""
    if bool(given.to_unit) == bool(given.to_name):
        message = Message(
            "请写明承办单位,二者只填其一:本系统中的单位,或其名称。",
            "Say whom the part goes to: a unit or a name, one of the two.",
        )
        return [Problem("part_to_nobody", message, "/to_unit")]
    if given.to_unit == found.unit:
        message = Message("分解须交给其他单位。", "A part goes to another unit.")
        return [Problem("part_to_oneself", message, "/to_unit", given=as_given(given.to_unit))]
    if given.to_unit:
        return [
            Problem(one.code, one.message, "/to_unit", given=one.given)
            for one in unit_problems(plan, given.to_unit, period=today.replace(day=1))
        ]
    if len(given.to_name) > _LONGEST_NAME or not is_visible(given.to_name) or not given.to_name.isprintable():
        message = Message(f"名称最多 {_LONGEST_NAME} 字。", f"A name has at most {_LONGEST_NAME} characters.")
        return [Problem("part_name_invalid", message, "/to_name", given=as_given(given.to_name))]
    return []
