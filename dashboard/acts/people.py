"""Recording who leads a unit's work, or who is its liaison, from a day on."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.locale import _, date_text
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.words.figures import unit_name
from metrics.authority import authority_of
from metrics.commands.record_person import PersonGiven, record_person
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.people import DUTIES


def duty_word(duty: str) -> str:
    return {"leader": _("Leader"), "liaison": _("Liaison")}[duty]


def record(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    given = _given(asked)
    with write_session(authority_of(principal)) as session:
        plan = plan_at(session)
        recorded = record_person(session, asked.field("unit"), plan=plan, principal=principal, given=given)
    person = recorded.person
    told = {
        "unit": unit_name(plan.unit_by_code[person.unit]),
        "duty": duty_word(person.duty),
        "name": person.name or _("nobody"),
        "date": date_text(person.effective_from),
    }
    if not recorded.recorded:
        return [Outcome(True, _("{unit}, {duty}: {name} from {date}; this was recorded already.", **told))]
    return [Outcome(True, _("{unit}, {duty}: {name} from {date} (no. {seq})", seq=person.seq, **told))]


def _given(asked: Ask) -> PersonGiven:
    duty = asked.field("duty")
    if duty not in DUTIES:
        raise BadRequest("duty_unknown", Message("职责只能是分管领导或联络人。", "The duty must be leader or liaison."))
    return PersonGiven(
        duty=duty,
        name=asked.field("name").strip() or None,
        title=asked.field("title"),
        effective_from=asked.field("effective_from").strip(),
        phone=asked.field("phone"),
        email=asked.field("email"),
        reason=asked.field("reason").strip(),
    )
