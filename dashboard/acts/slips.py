"""Acts on supervision slips: a reviewer issues and decides, a unit's people sign for, hand on and answer."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from dashboard.acts.attaching import attached
from dashboard.locale import _, language
from dashboard.window.address import Address
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.words.slips import done_word, number_word, state_word
from metrics.authority import authority_of
from metrics.commands.act_on_slip import ActGiven, act_on_slip
from metrics.commands.idempotency_keys import once
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal
from metrics.supervision.slips import BUREAU_ACTS, SlipAct, SlipOrigin, SlipState
from metrics.value_types import as_json_object


def issue(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The form's own key makes a press that is repeated the same attempt."""
    given = _slip(asked)
    with write_session(authority_of(principal)) as session:
        answer = once(
            session,
            principal=principal,
            key=asked.field("key"),
            asked={"request": "slip.issue", "fields": asked.fields},
            do=lambda: as_json_object(issue_slip(session, principal=principal, given=given)),
        )
    number = str(answer.body["slip"])
    href = Address(path=f"/supervise/slips/{number}", language=language()).href()
    return [Outcome(True, _("{slip} was issued", slip=number_word(number)), dcc.Link(_("Open it"), href=href))]


def answer(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    return _act(asked, principal, bureau=False)


def decide(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    return _act(asked, principal, bureau=True)


def _act(asked: Ask, principal: Principal, *, bureau: bool) -> Sequence[Outcome]:
    given, seen = _given(asked, bureau=bureau), asked.field("seen")
    with write_session(authority_of(principal)) as session:
        done = act_on_slip(
            session,
            asked.field("slip"),
            principal=principal,
            given=given,
            if_match=f'"{seen}"' if seen else None,
        )
    named = {"slip": number_word(done.slip), "act": done_word(done.act).lower(), "seq": done.seq}
    if done.state in (SlipState.CLOSED, SlipState.WITHDRAWN):
        return [Outcome(True, _("{slip}: {act} (no. {seq})", **named))]
    state = state_word(done.state).lower()
    return [Outcome(True, _("{slip}: {act}; it is now {state} (no. {seq})", state=state, **named))]


def _slip(asked: Ask) -> SlipGiven:
    try:
        origin = SlipOrigin(asked.field("origin"))
    except ValueError:
        raise BadRequest("origin_unknown", Message("没有这种督办来源。", "There is no such origin.")) from None
    return SlipGiven(
        unit=asked.field("unit"),
        title=asked.field("title").strip(),
        text=asked.field("text").strip(),
        due_on=asked.field("due_on").strip(),
        origin=origin,
        target=asked.field("target"),
        task=_number(asked.field("task")),
        period=asked.field("period"),
        finding=asked.field("finding"),
    )


def _given(asked: Ask, *, bureau: bool) -> ActGiven:
    known = {act.value: act for act in SlipAct if act is not SlipAct.ISSUE and (act in BUREAU_ACTS) == bureau}
    act = known.get(asked.field("act"))
    if act is None:
        raise BadRequest("act_unknown", Message("没有这项操作。", "There is no such act."))
    return ActGiven(
        act,
        text=asked.field("text").strip(),
        due_on=asked.field("due_on").strip(),
        part=_number(asked.field("part")),
        to_unit=asked.field("to_unit"),
        to_name=asked.field("to_name").strip(),
        evidence=asked.field("evidence").strip(),
        attachments=attached(asked),
    )


def _number(text: str) -> int | None:
    """A number of a task or a part; None for none. Raises BadRequest for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadRequest("number_malformed", Message("序号无法识别。", "The number cannot be read."))
    return int(text)
