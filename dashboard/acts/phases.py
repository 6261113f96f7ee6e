"""Acts on phases: deciding which date binds at their gates."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.bind_gate_date import bind_gate_date
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal
from metrics.supervision.gates import BindingDate


def bind(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: what binds already is not decided again."""
    try:
        binding = BindingDate(asked.field("binding"))
    except ValueError:
        raise BadRequest("binding_unknown", Message("没有这种口径。", "There is no such rule.")) from None
    with write_session(authority_of(principal)) as session:
        done = bind_gate_date(session, principal=principal, binding=binding, reason=asked.field("reason").strip())
    return [Outcome(True, _("Decided; what was judged earlier stays readable (no. {seq})", seq=done.seq))]
