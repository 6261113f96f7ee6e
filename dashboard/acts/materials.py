"""Acts on a unit's monthly material: sending it, recording that the head has seen it, signing it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.attaching import attached
from dashboard.locale import _, instant_text
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.words.materials import body_label
from metrics.authority import authority_of
from metrics.commands.record_material_act import MaterialRecorded
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.commands.sign_material import SeenGiven, note_seen, sign_material
from metrics.commands.sign_off_submission import OnPaper
from metrics.database import read_session, write_session
from metrics.errors import BadRequest, Invalid, Message, Problem
from metrics.periods import parse_day
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.reminders.sign_off_link import ask_for_signature
from metrics.settings import settings
from metrics.sign_offs import MATERIAL_LINK
from metrics.supervision.bodies import bodies


def send(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: what stands so already is not recorded again, and the version on the page is the one revised."""
    given = MaterialGiven(
        **{
            name: asked.field(name).strip()
            for name in ("unit", "period", "summary", "problems", "next_month", "reason")
        },
        attachments=attached(asked),
    )
    with write_session(authority_of(principal)) as session:
        done = send_material(session, principal=principal, given=given, if_match=_seen(asked))
    if not done.recorded:
        return [Outcome(True, _already(done))]
    if done.revision > 1:
        return [Outcome(True, _("Revised; the earlier revision is kept (no. {seq})", seq=done.seq))]
    return [Outcome(True, _("The material was sent (no. {seq})", seq=done.seq))]


def seen(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The unit says that its head has seen the material that is shown."""
    day = parse_day(asked.field("seen_on").strip())
    if day is None:
        message = Message("日期须写作 YYYY-MM-DD。", "A day is written YYYY-MM-DD.")
        raise Invalid("day_malformed", message, [Problem("day_malformed", message, "/seen_on")])
    given = SeenGiven(asked.field("head").strip(), day, asked.field("title").strip())
    with write_session(authority_of(principal)) as session:
        done = note_seen(
            session,
            _number(asked.field("number")),
            plan=plan_at(session),
            principal=principal,
            given=given,
            if_match=_seen(asked),
        )
    said = _("Recorded: seen by {head} (no. {seq})", head=given.head, seq=done.seq)
    return [Outcome(True, said if done.recorded else _already(done))]


def sign(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The leader signs what is shown, or a reviewer records that the leader signed on paper."""
    leader = asked.field("leader").strip()
    on_paper = OnPaper(leader, asked.field("note")) if leader else None
    with write_session(authority_of(principal)) as session:
        done = sign_material(
            session,
            _number(asked.field("number")),
            plan=plan_at(session),
            principal=principal,
            on_paper=on_paper,
            if_match=_seen(asked),
        )
    return [Outcome(True, _("The material is signed (no. {seq})", seq=done.seq) if done.recorded else _already(done))]


def ask_sign_off(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The leader's own address is sent a link; whoever asks for it never sees it."""
    number = _number(asked.field("number"))
    sent = ask_for_signature(settings(), number, principal=principal, if_match=_seen(asked), purpose=MATERIAL_LINK)
    with read_session() as session:
        plan = plan_at(session)
    told = {
        "unit": body_label(bodies(plan)[sent.unit]),
        "until": instant_text(sent.expires_at, timezone=plan.document.timezone),
    }
    return [Outcome(True, _("{unit}: sent to the leader's own address; the link is valid until {until}", **told))]


def _already(done: MaterialRecorded) -> str:
    return _("It already says so; nothing was recorded (no. {seq})", seq=done.seq)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequest("number_malformed", Message("编号须为数字。", "A number is written in digits."))
    return int(text)


def _seen(asked: Ask) -> str | None:
    """The version on the page; None if nothing was there."""
    shown = asked.field("seen")
    return f'"{shown}"' if shown else None
