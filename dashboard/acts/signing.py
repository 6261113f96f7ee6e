"""Signing a return off by name (签发): the unit's leader in force answers for the version that was shown."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.asked import Asked, read_seen
from dashboard.away import AWAY
from dashboard.locale import _
from dashboard.outcome import Outcome, away, refused
from dashboard.wording import unit_name
from metrics.commands.sign_off_submission import sign_off_submission
from metrics.database import write_session
from metrics.errors import BiaochiError
from metrics.plan.store import plan_at
from metrics.principal import Principal


def sign_off(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    try:
        seen = read_seen(asked.field("seen"))
        with write_session() as session:
            plan = plan_at(session)
            signed = sign_off_submission(
                session,
                seen.submission,
                plan=plan,
                principal=principal,
                leader=asked.field("leader"),
                if_match=seen.etag,
            )
    except BiaochiError as error:
        return [refused(error)]
    except AWAY:
        return [away()]
    name = unit_name(plan.unit_by_code[signed.unit])
    return [
        Outcome(True, _("{unit}: signed off by {leader} (no. {seq})", unit=name, leader=signed.leader, seq=signed.seq))
    ]
